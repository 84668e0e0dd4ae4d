#pragma once
// What is worth telling, as outputs of the core: logs, $SYS, metrics and the simulator's checks read the same facts.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "broker/core/memory_budget.hpp"
#include "protocol/base/instant.hpp"
#include "protocol/mqtt/types.hpp"

namespace trunkline::broker {

/// Why a network connection ends: told to the core by the driver, or by the core to the driver.
enum class CloseCause : std::uint8_t {
    peer_closed,        // end of stream
    transport_error,    // reset, timeout, TLS
    client_disconnect,  // DISCONNECT arrived
    protocol_error,     // with reason and clause
    keep_alive_timeout,
    connect_timeout,        // no CONNECT in time
    refused,                // CONNACK with a failure
    taken_over,             // the same ClientId connected again [MQTT-3.1.4-3]
    authentication_failed,  // of a client that was connected (5.0 §4.12.1)
    store_failing,          // what it sent could not be stored for too long
    overload,               // there is no memory for what it sends
    rate_exceeded,          // it sends faster than it may
    server_shutdown,
    operator_request,  // whoever operates the broker has asked for it
};
constexpr std::size_t close_cause_count = static_cast<std::size_t>(CloseCause::operator_request) + 1;  // the last one
std::string_view name_of(CloseCause cause);

/// Why a message did not reach a subscriber that it matched. The simulator's ledger adds these up.
enum class DropCause : std::uint8_t {
    queue_full_messages,
    queue_full_bytes,
    not_connected_qos_0,
    output_full_qos_0,
    expired,
    packet_too_large,  // [MQTT-3.1.2-25]
    session_ended,     // the session went with the message in its queue
    not_allowed,       // access rules: the subscriber may not read the topic
    no_memory,         // QoS 0, when memory is scarce
};
constexpr std::size_t drop_cause_count = static_cast<std::size_t>(DropCause::no_memory) + 1;  // the last one
std::string_view name_of(DropCause cause);

struct ClientConnected {
    std::string client_id;
    std::string peer;
    mqtt::ProtocolVersion version{};
    bool session_present = false;
    std::string user{};  // of the certificate, or of user name and password; empty: anonymous
};
struct ConnectionClosed {
    std::string client_id;  // empty: no CONNECT was accepted
    std::string peer;
    CloseCause cause{};
    mqtt::ReasonCode reason = mqtt::ReasonCode::success;
    std::string_view clause;           // of a protocol error
    std::optional<Duration> silent{};  // for how long, where that is the cause
    std::string taken_over_by{};       // the peer that connected with the same ClientId
    std::string error{};               // the transport's words
};
/// Access rules do not let it. Of what it was to be delivered: MessageDropped.
struct AccessDenied {
    enum class What : std::uint8_t { publish, subscribe, will };
    std::string client_id;
    What what{};
    std::string topic;  // or the filter
};
struct SessionEnded {
    std::string client_id;
    std::uint64_t messages_lost = 0;  // that were in its queue
};
struct WillPublished {
    std::string client_id;
    std::string topic;
};
struct MessageDropped {
    std::string client_id;  // of the subscriber
    std::string topic;
    DropCause cause{};
};
struct StoreTrouble {
    std::string text;
    bool healed = false;
};
struct MemoryPressure {
    Pressure pressure{};
    bool has_risen = false;
    std::uint64_t used = 0;   // octets
    std::uint64_t limit = 0;  // the same
};
using Fact = std::variant<ClientConnected, ConnectionClosed, AccessDenied, SessionEnded, WillPublished, MessageDropped,
                          StoreTrouble, MemoryPressure>;

/// Sums since the start. Names follow $SYS where Mosquitto has one.
struct Counters {
    std::uint64_t bytes_received = 0;
    std::uint64_t bytes_sent = 0;
    std::uint64_t packets_received = 0;  // of any type, as far as they were looked at
    std::uint64_t packets_sent = 0;
    std::uint64_t publish_received = 0;
    std::uint64_t publish_sent = 0;
    std::uint64_t publish_bytes_received = 0;  // payloads
    std::uint64_t publish_bytes_sent = 0;
    std::uint64_t publish_dropped[drop_cause_count] = {};
    std::uint64_t wills_published = 0;
    std::uint64_t retained_denied = 0;   // not sent to a new subscriber: its publisher may no longer publish it
    std::uint64_t retained_refused = 0;  // routed, but not retained for want of room
    std::uint64_t connections_opened = 0;
    std::uint64_t connections_closed[close_cause_count] = {};
    std::uint64_t clients_connected = 0;  // CONNECTs that were accepted
    std::uint64_t sessions_expired = 0;
    std::uint64_t connections_refused = 0;
    std::uint64_t connections_refused_for[256] = {};  // by reason code
    std::uint64_t connections_over_limit = 0;         // of those refused: for want of room
    std::uint64_t subscriptions_refused = 0;          // for want of room in the session
    std::uint64_t publish_to_sys_refused = 0;         // $SYS is the broker's own
    std::uint64_t publish_payload_refused = 0;        // larger than the limit of payloads
    std::uint64_t publish_denied = 0;                 // access rules
    std::uint64_t subscribe_denied = 0;               // access rules, by filter
    std::uint64_t wills_denied = 0;                   // access rules, at CONNECT or when they were due
    std::uint64_t authentication_failed = 0;          // of connections_refused: wrong password, or nobody in particular
    std::uint64_t protocol_errors = 0;
    std::uint64_t connections_over_rate = 0;       // of connections_refused: too many a second
    std::uint64_t connections_refused_memory = 0;  // of connections_refused: memory is scarce
    std::uint64_t publish_refused_memory = 0;      // PUBLISH that was not taken for want of memory
    std::uint64_t publishers_held = 0;             // how often one had to wait for its acknowledgements and be read
    std::uint64_t publishers_throttled = 0;        // how often one was faster than it may
    std::uint64_t publishers_closed = 0;           // for want of memory, or because they were much too fast
    std::uint64_t memory_pressure_risen = 0;       // how often a further stage of it set in
    std::uint64_t batches = 0;
    std::uint64_t operations_stored = 0;
    std::uint64_t entries_struck = 0;   // acknowledged before they were written
    std::uint64_t entries_fetched = 0;  // of queues deeper than memory
};

/// How much there is at the moment.
struct Gauges {
    std::uint64_t connections = 0;
    std::uint64_t clients = 0;          // CONNECT was accepted, and the connection is open
    std::uint64_t clients_maximum = 0;  // the most at once so far
    std::uint64_t sessions = 0;
    std::uint64_t subscriptions = 0;         // the shared ones included
    std::uint64_t shared_subscriptions = 0;  // each member counts
    std::uint64_t retained = 0;              // topics, without the broker's own $SYS
    std::uint64_t messages = 0;              // in memory, each once, however many queues hold it
    std::uint64_t message_bytes = 0;
    std::uint64_t queued_messages = 0;  // in the queues of all sessions, each as often as it is queued
    std::uint64_t queued_bytes = 0;
    std::uint64_t queued_on_disk = 0;  // of queued_messages: too deep for memory
    std::uint64_t output_bytes = 0;    // encoded, and not yet taken by sockets
    std::uint64_t memory = 0;          // octets that the core accounts for
    std::uint64_t memory_maximum = 0;
    std::uint64_t memory_limit = 0;  // 0: none
    bool is_store_failing = false;
    bool is_shutting_down = false;
};

}  // namespace trunkline::broker
