#pragma once
// The store seam: what the core wants durable, in the order in which it happened. Engines stand in broker/store.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "broker/core/message.hpp"
#include "broker/core/retained_source.hpp"
#include "broker/core/shared_octets.hpp"
#include "protocol/base/instant.hpp"
#include "protocol/base/result.hpp"
#include "protocol/mqtt/packets.hpp"

namespace trunkline::broker {

/// Numbers batches, strictly rising. 0 stands for "nothing to wait for".
enum class Ticket : std::uint64_t {};
constexpr Ticket no_ticket{0};

/// Given once to each session that the store knows; never used again, and never a ConnectionId.
enum class SessionId : std::uint64_t {};
/// Numbers queue entries over the whole store in order of arrival: the store appends instead of scattering.
enum class ArrivalNumber : std::uint64_t {};

/// 5.0 §3.8.2.1.2. Zero: none.
enum class SubscriptionId : std::uint32_t {};

/// A session that outlives its connection.
struct SessionRecord {
    SessionId id{};
    std::string client_id;
    mqtt::ProtocolVersion version{};
    std::chrono::seconds expiry{};            // UINT32_MAX: never (5.0 §3.1.2.11.2)
    std::optional<WallTime> disconnected_at;  // expiry counts from here; none: it was connected when this was written
    std::string owner;                        // for a cluster engine; empty here
    std::uint64_t epoch = 0;                  // one more at each take-over
};

struct SubscriptionRecord {
    SessionId session{};
    std::string filter;
    mqtt::SubscriptionOptions options;
    SubscriptionId id{};
};

/// A QoS 1 or 2 message in the queue of a session.
struct EntryRecord {
    ArrivalNumber arrival{};
    SessionId session{};
    std::uint64_t sequence = 0;  // per session; the packet id follows from it (DESIGN: outgoing packet id)
    mqtt::QoS qos{};
    bool retain = false;
    bool is_released = false;       // PUBREC came: only PUBREL is sent again
    bool is_deep = false;           // it came when its queue was deeper than the window in memory: fetch() finds it
    SharedOctets subscription_ids;  // as properties of PUBLISH
    SharedOctets share;             // "$share/…", the subscription that it came by; none: it was not shared
    MessagePtr message;
    WallTime received_at{};
    std::optional<WallTime> expires_at;
};

/// A QoS 2 message of a client that is taken and not yet released.
struct InboundRecord {
    SessionId session{};
    mqtt::PacketId packet_id{};
};

/// The last retained message of a topic.
struct RetainedRecord {
    MessagePtr message;
    mqtt::QoS qos{};
    WallTime received_at{};
    std::optional<WallTime> expires_at;
    RetainedSourcePtr source{};  // none: nobody whom access rules could know
};

/// A will, whether its session is stored or not.
struct WillRecord {
    SessionId session{};
    std::string client_id;
    MessagePtr message;
    WallTime received_at{};
    mqtt::QoS qos{};
    bool retain = false;
    std::chrono::seconds delay{};
    std::optional<std::chrono::seconds> message_expiry;
    std::optional<WallTime> due_at;  // none: its connection was there when this was written
};

/// What load() gives back and restore() takes: sessions first, then subscriptions, then inbound identifiers, then
/// entries by arrival number, then retained messages by topic, then wills by session.
using StoreRecord =
    std::variant<SessionRecord, SubscriptionRecord, InboundRecord, EntryRecord, RetainedRecord, WillRecord>;

struct PutSession {
    SessionRecord record;
};
struct DropSession {  // with its subscriptions and inbound identifiers; its entries were dropped before, so that no
                      // engine needs an index to those that are not deep
    SessionId id{};
};
struct PutSubscription {  // replaces the one with the same session and filter
    SubscriptionRecord record;
};
struct DropSubscription {
    SessionId session{};
    std::string filter;
};
struct PutEntry {
    EntryRecord record;
};
struct DropEntry {
    ArrivalNumber arrival{};
};
struct ReleaseEntry {  // PUBREC came
    ArrivalNumber arrival{};
};
struct DeepenEntry {  // it is deep from now on: the window is smaller than before the restart
    ArrivalNumber arrival{};
};
struct DropDeepEntries {  // all that this session has
    SessionId session{};
};
struct PutInbound {
    InboundRecord record;
};
struct DropInbound {
    InboundRecord record;
};
struct PutRetained {  // replaces the one of the same topic
    RetainedRecord record;
};
struct DropRetained {
    std::string topic;
};
struct PutWill {
    WillRecord record;
};
struct DropWill {
    SessionId session{};
};
/// An operation that was struck from the batch before it was taken.
struct Struck {};
using StoreOperation =
    std::variant<Struck, PutSession, DropSession, PutSubscription, DropSubscription, PutEntry, DropEntry, ReleaseEntry,
                 DeepenEntry, DropDeepEntries, PutInbound, DropInbound, PutRetained, DropRetained, PutWill, DropWill>;

/// All or nothing: after a crash either all of these operations have happened or none. A batch is given back to the
/// core's thread for destruction (message.hpp says why).
struct StoreBatch {
    Ticket ticket{};
    std::vector<StoreOperation> operations;
};

/// Why a batch could not be made durable.
struct StoreError {
    int code = 0;      // of the engine, SQLite's extended result code
    std::string text;  // for the log
};

/// Numbers what the core wants from queues on disk; never used again.
enum class FetchId : std::uint64_t {};

/// A part of a session's queue that the core wants: deep entries, in the order of their sequence.
struct Fetch {
    FetchId id{};
    SessionId session{};
    std::uint64_t from = 0;  // the lowest sequence
    std::size_t most_messages = 0;
    std::size_t most_bytes = 0;          // footprints; the first message comes whatever its size
    std::optional<WallTime> expired_at;  // only those whose time was up then
};

/// What the store has of it. Belongs to the core's thread when it has been handed over (message.hpp says why).
struct FetchedPart {
    std::vector<EntryRecord> records;
    std::vector<std::string> damages;  // rows that cannot be believed, and are left out: one line each
    std::uint64_t next = 0;            // the lowest sequence that was not looked at, damaged rows included
    bool is_end = false;               // the store has no more of what was wanted
    /// Where only expired ones were wanted: when the next one of the others expires.
    std::optional<WallTime> next_expiry;
};

/// The one virtual seam of the store. Called from one thread at a time.
class Store {
public:
    virtual ~Store() = default;
    /// Makes the batch durable, or changes nothing. Returns after it is safe: the driver may then call stored().
    virtual Result<void, StoreError> apply(const StoreBatch& batch) = 0;

    class Visitor {
    public:
        virtual ~Visitor() = default;
        virtual void record(StoreRecord record) = 0;
    };
    /// Everything, in the order that StoreRecord names. `clock` places stored wall times on the core's line.
    virtual Result<void, StoreError> load(Visitor& visitor, const WallClock& clock) = 0;
    /// Part of a queue, as of the last batch. Not before load(), whose clock places the wall times.
    virtual Result<FetchedPart, StoreError> fetch(const Fetch& wanted) = 0;
};

}  // namespace trunkline::broker
