#pragma once
// What is worth telling, as outputs of the core.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "protocol/base/address.hpp"
#include "protocol/mqtt/types.hpp"
#include "protocol/mqttsn/messages.hpp"
#include "protocol/mqttsn/types.hpp"

namespace trunkline::gateway {

struct SensorConnected {
    std::string client_id;
    Address address;
    bool clean_session = false;
    std::vector<std::byte> wireless_node_id = {};  // behind a forwarder, which is at the address
};
/// It goes on at another address.
struct SensorMoved {
    std::string client_id;
    Address address;
    std::vector<std::byte> wireless_node_id = {};
};
struct SensorRefused {
    enum class Cause : std::uint8_t {
        broker,                 // it has refused, or cannot be reached
        unsupported,            // what CONNECT or the will says
        not_allowed,            // the ClientId is not in the list
        too_many_sensors,       // with a session here
        too_many_from_address,  // connected from the same one
        too_many_connecting,    // at once, or this address's share of them
        too_fast,               // more messages than the address may send
        store_behind,           // what waits for the disk is as much as may
        of_another,             // the ClientId belongs to another name than the sender has proved to have
        too_many_newcomers      // sensors that have said nothing but CONNECT
    };
    static constexpr std::size_t cause_count = 10;
    std::string client_id;
    Address address;
    mqttsn::ReturnCode return_code{};
    mqtt::ReasonCode upstream_reason = mqtt::ReasonCode::success;  // `success`: the gateway's own decision
    Cause cause{};
};
constexpr std::string_view name_of(SensorRefused::Cause cause) {
    constexpr std::string_view names[] = {
        "broker",   "unsupported",  "not_allowed", "too_many_sensors",  "too_many_from_address", "too_many_connecting",
        "too_fast", "store_behind", "of_another",  "too_many_newcomers"};
    return names[static_cast<std::size_t>(cause)];
}
/// Ends what SensorConnected began.
struct SensorGone {
    enum class Cause : std::uint8_t {
        disconnected,         // by its own DISCONNECT
        keep_alive_timeout,   // silent for longer than the tolerance allows
        no_answer,            // to REGISTER or PUBLISH, after all retransmissions
        replaced,             // by a new CONNECT of its ClientId, or of another one from its address
        upstream_refused,     // the broker does not let it in again
        upstream_taken_over,  // its ClientId connected to the broker from elsewhere
        operator_request,     // over HTTP
        not_allowed,          // the list has been changed
        displaced             // it has said nothing but CONNECT, and others have come
    };
    std::string client_id;
    Cause cause{};
};
constexpr std::string_view name_of(SensorGone::Cause cause) {
    constexpr std::string_view names[] = {"disconnected",     "keep_alive_timeout", "no_answer",
                                          "replaced",         "upstream_refused",   "upstream_taken_over",
                                          "operator_request", "not_allowed",        "displaced"};
    return names[static_cast<std::size_t>(cause)];
}
struct UpstreamLost {
    std::string client_id;
    std::string_view clause;    // of a protocol error, else empty
    mqtt::ReasonCode reason{};  // the broker's, of 5.0, or that of the error
};
/// Each time that this message came the broker ended the connection: it is not sent any more.
struct MessageGivenUp {
    std::string client_id;  // the sensor's
    std::string topic;
};
/// A connection of the gateway's own, which sensors share, is not let in by the broker; told once until it is.
struct UpstreamRefused {
    std::string client_id;  // the connection's
    mqtt::ReasonCode reason{};
};
/// Of several brokers, sensors' connections go to this one from now on.
struct BrokerChosen {
    std::string broker;
};
/// The gateway's own connection, which asks one of several brokers for signs of life, is not let in: refusals are the
/// signs from now on.
struct WatchRefused {
    std::string broker;
    mqtt::ReasonCode reason{};
};
/// After SensorGone; the broker has it (QoS 1) or was sent it (QoS 0).
struct WillPublished {
    std::string client_id;
    std::string topic;
};
/// In its place: the broker does not take the will, in whatever form.
struct WillRefused {
    std::string client_id;
    std::string topic;
    mqtt::ReasonCode reason{};
};
/// Nothing is promised to sensors until a batch is stored again. Told once, not at every attempt.
struct StoreFailed {
    int code = 0;
    std::string text;
};
/// It is so.
struct StoreHealed {};
using Fact =
    std::variant<SensorConnected, SensorMoved, SensorRefused, SensorGone, UpstreamLost, MessageGivenUp, UpstreamRefused,
                 BrokerChosen, WatchRefused, WillPublished, WillRefused, StoreFailed, StoreHealed>;

/// Why a message did not arrive though nobody was told to come back with it.
enum class DropCause : std::uint8_t {
    // from sensors
    upstream_away,  // QoS 0 and -1: the broker cannot take it, or not now
    upstream_slow,  // the same: as much waits for its sockets as may
    unknown_topic,  // QoS -1: the id means nothing
    denied,         // access rules; also those to sensors
    too_fast,       // QoS -1, and what strangers send
    // to sensors
    queue_full,
    too_large,          // for a datagram
    no_topic_id,        // the registry is full
    refused_by_sensor,  // its name by REGACK, or itself by PUBACK
    unsubscribed,       // the broker had not heard of it yet
    expired             // its Message Expiry Interval, in the gateway's queue
};
inline constexpr std::size_t drop_cause_count = 11;
constexpr std::string_view name_of(DropCause cause) {
    constexpr std::string_view names[] = {"upstream_away",     "upstream_slow", "unknown_topic", "denied",
                                          "too_fast",          "queue_full",    "too_large",     "no_topic_id",
                                          "refused_by_sensor", "unsubscribed",  "expired"};
    return names[static_cast<std::size_t>(cause)];
}

/// One for each message of MQTT-SN, in the order of mqttsn::message_table.
using MessageCounts = std::array<std::uint64_t, std::variant_size_v<mqttsn::Message>>;

struct Counters {
    std::uint64_t datagrams_received = 0;
    std::uint64_t datagrams_sent = 0;
    std::uint64_t malformed = 0;        // dropped datagrams that are no MQTT-SN message, or too large
    std::uint64_t unexpected = 0;       // messages that mean nothing in the sender's state
    std::uint64_t unsupported = 0;      // requests that this gateway does not serve, whether or not they can be refused
    std::uint64_t store_failures = 0;   // batches that had to be offered again
    std::uint64_t searches = 0;         // SEARCHGW, whether or not they could be answered
    std::uint64_t answers_dropped = 0;  // too many for one sensor while the disk was away
    std::uint64_t publish_received = 0;  // from sensors, retransmissions included
    std::uint64_t publish_forwarded = 0;
    std::uint64_t publish_repeated = 0;  // retransmissions whose first copy is still under way
    std::uint64_t publish_stored = 0;    // acknowledged in the broker's place
    std::uint64_t publish_refused = 0;   // of those: the broker never took them
    std::uint64_t publish_dropped = 0;   // QoS 0 that the broker cannot take, or not now
    std::uint64_t congestion_answers = 0;
    std::uint64_t invalid_topic_ids = 0;   // answers "rejected: invalid topic id"
    std::uint64_t downlink_received = 0;   // PUBLISH from the broker
    std::uint64_t downlink_sent = 0;       // to sensors, retransmissions not counted
    std::uint64_t downlink_dropped = 0;    // the queue was full, it does not fit into a datagram, the sensor refused it
    std::uint64_t downlink_left = 0;       // QoS 1 and 2 that the broker keeps, because too much waits here
    std::uint64_t downlink_unwanted = 0;   // of subscriptions that the sensor has ended
    std::uint64_t subscriptions_lost = 0;  // that could not be made again for a session that the broker had lost
    std::uint64_t wills_published = 0;
    std::uint64_t wills_refused = 0;  // by the broker, when they were due
    std::uint64_t upstream_opens = 0;
    std::uint64_t upstream_losses = 0;
    std::uint64_t spares_taken = 0;          // connections that were open before a sensor needed them
    std::uint64_t spares_lost = 0;           // the broker has closed them before a sensor had an answer on them
    std::uint64_t broker_changes = 0;        // another of several brokers was chosen
    std::uint64_t retransmissions = 0;       // of REGISTER, PUBLISH and PUBREL to sensors
    std::uint64_t publish_dup_received = 0;  // PUBLISH with DUP from sensors
    std::uint64_t publish_denied = 0;        // by access rules; QoS -1 included
    std::uint64_t subscribe_denied = 0;
    std::uint64_t wills_denied = 0;
    std::uint64_t too_fast = 0;              // messages of sensors and addresses above their rate
    std::uint64_t strangers_unanswered = 0;  // messages that deserved an answer, beyond the rate of those
    std::uint64_t newcomers_displaced = 0;
    std::uint64_t operator_disconnects = 0;
    MessageCounts received_by_type{};
    MessageCounts sent_by_type{};
    std::array<std::uint64_t, SensorRefused::cause_count> refused_for{};
    std::array<std::uint64_t, drop_cause_count> dropped_for{};
    void dropped(DropCause cause) { ++dropped_for[static_cast<std::size_t>(cause)]; }
    /// A message from a sensor, or for one.
    void drop_uplink(DropCause cause) {
        ++publish_dropped;
        dropped(cause);
    }
    void drop_downlink(DropCause cause) {
        ++downlink_dropped;
        dropped(cause);
    }
};

}  // namespace trunkline::gateway
