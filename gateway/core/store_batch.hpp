#pragma once
// The store seam: what the core wants durable, in the order in which it happened. Engines stand in gateway/store.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "gateway/core/will.hpp"
#include "protocol/base/address.hpp"
#include "protocol/base/instant.hpp"
#include "protocol/base/result.hpp"
#include "protocol/base/seldom.hpp"
#include "protocol/mqtt/types.hpp"
#include "protocol/mqttsn/types.hpp"

namespace trunkline::gateway {

/// Numbers batches, strictly rising. 0 stands for "nothing to wait for".
enum class Ticket : std::uint64_t {};
constexpr Ticket no_ticket{0};

/// Given once to each session of a sensor that the store knows; never used again.
enum class SensorNumber : std::uint64_t {};

/// Given once to each message that the gateway takes over; in their order.
enum class UplinkNumber : std::uint64_t {};

/// Given once to each message that the gateway keeps for a sensor, in an aggregating gateway; in their order.
enum class QueueNumber : std::uint64_t {};

/// As far as it matters after a restart: "awake" is asleep, and who was connecting connects again.
enum class StoredState : std::uint8_t { active, asleep, disconnected, lost };

/// A sensor's session, clean or not: a restart must not end it (MQTT-SN 1.2 knows no way to tell a sensor).
struct SensorRecord {
    SensorNumber number{};
    std::string client_id;
    StoredState state{};
    WallTime since{};                           // of `disconnected` and `lost`: the session's expiry counts from here
    Address address;                            // of `active` and `asleep`: its own, or its forwarder's
    std::vector<std::byte> wireless_node_id{};  // none: not behind a forwarder
    bool clean_session = false;
    bool is_shared = false;  // in aggregating mode
    std::chrono::seconds keep_alive{};
    std::chrono::seconds sleep_duration{};  // of `asleep`
    mqttsn::TopicId first_topic_id{};       // the id of topic 0, the others follow (topic_registry.hpp)
    Seldom<Will> will;
    friend bool operator==(const SensorRecord&, const SensorRecord&) = default;
};

/// A name that has an id.
struct TopicRecord {
    SensorNumber sensor{};
    std::uint16_t place = 0;  // counts the sensor's names from 0 in the order of their ids
    std::string name;
    friend bool operator==(const TopicRecord&, const TopicRecord&) = default;
};

/// What the broker has granted, to be made again if it forgets its side of the session.
struct SubscriptionRecord {
    SensorNumber sensor{};
    std::string filter;
    mqtt::QoS qos{};
    friend bool operator==(const SubscriptionRecord&, const SubscriptionRecord&) = default;
};

/// A message that the gateway has to bring to the broker: one that was acknowledged in the broker's place, or any of
/// QoS 2. It outlives the session of its sensor.
struct UplinkRecord {
    UplinkNumber number{};
    std::string client_id;
    std::string topic;
    std::vector<std::byte> payload;
    mqtt::QoS qos{};
    bool retain = false;
    bool is_received = false;  // QoS 2: PUBREC came, PUBREL is left
    friend bool operator==(const UplinkRecord&, const UplinkRecord&) = default;
};

/// A sensor's QoS 2 exchange: which message its MsgId stands for (uplink_inbox.hpp).
struct UplinkExchangeRecord {
    SensorNumber sensor{};
    mqttsn::MsgId msg_id{};
    mqttsn::TopicId topic_id{};
    std::uint64_t content = 0;            // hash
    UplinkNumber uplink{};                // while that is stored, the broker has not completed it
    std::optional<WallTime> released_at;  // PUBREL came
    friend bool operator==(const UplinkExchangeRecord&, const UplinkExchangeRecord&) = default;
};

/// A QoS 2 exchange with a sensor for one of the broker's messages, from before its first PUBLISH to the broker's
/// PUBREL. The message itself comes again from the broker.
struct DownlinkExchangeRecord {
    SensorNumber sensor{};
    mqtt::PacketId packet_id{};  // the broker's
    mqttsn::MsgId msg_id{};      // the gateway's
    bool is_received = false;    // the sensor's PUBREC came
    friend bool operator==(const DownlinkExchangeRecord&, const DownlinkExchangeRecord&) = default;
};

/// A message of QoS 1 or 2 for a sensor, acknowledged to the broker by an aggregating gateway.
struct QueuedRecord {
    QueueNumber number{};
    SensorNumber sensor{};
    mqtt::PacketId packet_id{};  // QoS 2: under which its exchange stands; the gateway's own
    std::string topic;
    std::vector<std::byte> payload;
    mqtt::QoS qos{};
    bool retain = false;
    std::optional<WallTime> expires_at;
    friend bool operator==(const QueuedRecord&, const QueuedRecord&) = default;
};

/// A QoS 2 message from the broker that stands in the queues, until the broker's PUBREL.
struct ReceivedRecord {
    std::uint8_t connection = 0;  // of the shared ones
    mqtt::PacketId packet_id{};   // the broker's
    friend auto operator<=>(const ReceivedRecord&, const ReceivedRecord&) = default;
};

/// What load() gives back and restore() takes: sensors by number, then topics by sensor and place, then subscriptions
/// by sensor and filter, then exchanges by sensor and identifier, then queued and received messages, then messages of
/// sensors, each by number.
using StoreRecord = std::variant<SensorRecord, TopicRecord, SubscriptionRecord, UplinkExchangeRecord,
                                 DownlinkExchangeRecord, QueuedRecord, ReceivedRecord, UplinkRecord>;

struct PutSensor {  // replaces the one with the same number
    SensorRecord record;
};
struct DropSensor {  // with its topics, subscriptions, exchanges and queue
    SensorNumber number{};
};
struct PutTopic {
    TopicRecord record;
};
struct PutSubscription {  // replaces the one with the same sensor and filter
    SubscriptionRecord record;
};
struct DropSubscription {
    SensorNumber sensor{};
    std::string filter;
};
struct PutUplinkExchange {  // replaces the one with the same sensor and MsgId
    UplinkExchangeRecord record;
};
struct DropUplinkExchange {
    SensorNumber sensor{};
    mqttsn::MsgId msg_id{};
};
struct PutDownlinkExchange {  // replaces the one with the same sensor and packet identifier
    DownlinkExchangeRecord record;
};
struct DropDownlinkExchange {
    SensorNumber sensor{};
    mqtt::PacketId packet_id{};
};
struct PutUplink {  // replaces the one with the same number
    UplinkRecord record;
};
struct DropUplink {  // the broker has it
    UplinkNumber number{};
};
struct PutQueued {
    QueuedRecord record;
};
struct DropQueued {  // the sensor has it, or never will
    QueueNumber number{};
};
struct PutReceived {
    ReceivedRecord record;
};
struct DropReceived {
    ReceivedRecord record;
};
using StoreOperation = std::variant<PutSensor, DropSensor, PutTopic, PutSubscription, DropSubscription,
                                    PutUplinkExchange, DropUplinkExchange, PutDownlinkExchange, DropDownlinkExchange,
                                    PutUplink, DropUplink, PutQueued, DropQueued, PutReceived, DropReceived>;

/// All or nothing: after a crash either all of these operations have happened or none.
struct StoreBatch {
    Ticket ticket{};
    std::vector<StoreOperation> operations;
};

/// Why a batch could not be made durable.
struct StoreError {
    int code = 0;      // of the engine, SQLite's extended result code
    std::string text;  // for the log
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
    /// Everything, in the order that StoreRecord names.
    virtual Result<void, StoreError> load(Visitor& visitor) = 0;
};

}  // namespace trunkline::gateway
