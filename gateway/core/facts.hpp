#pragma once
// What is worth telling, as outputs of the core.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "protocol/base/address.hpp"
#include "protocol/mqtt/types.hpp"
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
    std::string client_id;
    Address address;
    mqttsn::ReturnCode return_code{};
    mqtt::ReasonCode upstream_reason = mqtt::ReasonCode::success;  // `success`: the gateway's own decision
};
/// Ends what SensorConnected began.
struct SensorGone {
    enum class Cause : std::uint8_t {
        disconnected,        // by its own DISCONNECT
        keep_alive_timeout,  // silent for longer than the tolerance allows
        no_answer,           // to REGISTER or PUBLISH, after all retransmissions
        replaced,            // by a new CONNECT of its ClientId, or of another one from its address
        upstream_refused,    // the broker does not let it in again
        upstream_taken_over  // its ClientId connected to the broker from elsewhere
    };
    std::string client_id;
    Cause cause{};
};
constexpr std::string_view name_of(SensorGone::Cause cause) {
    constexpr std::string_view names[] = {"disconnected", "keep_alive_timeout", "no_answer",
                                          "replaced",     "upstream_refused",   "upstream_taken_over"};
    return names[static_cast<std::size_t>(cause)];
}
struct UpstreamLost {
    std::string client_id;
    std::string_view clause;  // of a protocol error, else empty
};
/// After SensorGone; the broker has it (QoS 1) or was sent it (QoS 0).
struct WillPublished {
    std::string client_id;
    std::string topic;
};
/// Nothing is promised to sensors until a batch is stored again.
struct StoreFailed {
    int code = 0;
    std::string text;
};
using Fact =
    std::variant<SensorConnected, SensorMoved, SensorRefused, SensorGone, UpstreamLost, WillPublished, StoreFailed>;

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
    std::uint64_t upstream_opens = 0;
    std::uint64_t upstream_losses = 0;
};

}  // namespace trunkline::gateway
