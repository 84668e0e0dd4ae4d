#pragma once
// What the core's behaviour depends on. Names, defaults and texts for users stand in broker/program/settings.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "broker/core/listener_rules.hpp"
#include "protocol/base/instant.hpp"
#include "protocol/base/planted_defect.hpp"
#include "protocol/mqtt/types.hpp"

namespace trunkline::broker {

/// What "stored" means (DESIGN: durability). Only told to clients; the driver arranges it.
enum class Durability : std::uint8_t { sync, os, memory };
std::string_view name_of(Durability durability);

/// What gives way when a session's queue is full.
enum class QueuePolicy : std::uint8_t { drop_newest, drop_oldest };

/// Several subscriptions of one session match a message: it comes once, with all their identifiers, or once for each.
enum class Overlaps : std::uint8_t { merged, each };

/// Which member of a shared subscription gets a message, of those that are connected and have room (§4.8.2).
enum class ShareStrategy : std::uint8_t {
    round_robin,    // one after the other
    sticky,         // the same one as long as it can
    hash,           // the same one for the same publisher
    least_inflight  // the one with the fewest messages in flight and waiting
};

/// What the broker can be made to break.
enum class BrokerPromise : std::uint8_t {
    will_is_published,     // skipped
    will_is_called_off,    // published although DISCONNECT came
    qos_2_comes_once,      // delivered twice
    order_is_kept,         // to a client that is away: two messages on one topic change places
    retained_is_newest,    // the older one is kept
    session_is_kept,       // forgotten when its client comes back
    session_ends_in_time,  // found again long after its expiry
    silence_is_borne,      // a connection ends after one Keep Alive of silence, not after one and a half
    window_loses_nothing,  // what has to wait because as much is in flight as may is forgotten
    drops_are_told,        // what a full queue drops is not told
};
using BrokerDefect = PlantedDefect<BrokerPromise>;

struct Settings {
    Durability durability = Durability::memory;
    std::vector<ListenerRules> listeners;                 // by ListenerId; none: one without rules of its own
    std::string server_reference;                         // where clients may go instead (5.0 §4.11); none: nowhere
    bool server_moved = false;                            // for good: every client is sent there
    Duration connect_timeout = std::chrono::seconds(10);  // from opened() to CONNECT
    std::size_t client_limit = 100'000;                   // connected at once; more: CONNACK 0x89, 3.1.1: 0x03
    std::size_t waiting_room = 1'000;         // connections beyond that which may hear so; more are closed unheard
    std::size_t subscription_limit = 10'000;  // per session; more: SUBACK 0x97, 3.1.1: 0x80
    std::size_t total_subscription_limit = 10'000'000;  // of all sessions; the same answer
    std::size_t filter_level_limit = 200;               // of a topic filter; more: SUBACK 0x8F, 3.1.1: 0x80
    std::size_t payload_limit = 0;                      // octets of a PUBLISH; more: 0x83, and it goes nowhere; 0: any
    bool refuses_control_characters = false;          // in strings: a malformed packet, as §1.5.4 lets a server decide
    bool tells_denied_subscriptions = true;           // SUBACK 0x87 where access rules refuse; false: 0x80, as in 3.1.1
    bool check_retain_source = true;                  // a retained message needs a publisher who may publish it still
    std::size_t maximum_packet_size = 2'000'000;      // octets; larger: 0x95 and close
    std::uint16_t receive_maximum = 100;              // QoS 1 and 2 from a client, unacknowledged
    mqtt::QoS maximum_qos = mqtt::QoS::exactly_once;  // of what a client publishes [MQTT-3.2.2-11]
    bool retain_available = true;                     // false: RETAIN ends the connection [MQTT-3.2.2-14]
    bool upgrade_outgoing_qos = false;                // messages come at the QoS of the subscription, not below
    std::chrono::seconds maximum_keep_alive{0};       // longer, or none: 5.0 is told this one, 3.1.1 is refused; 0: any
    std::string response_prefix;                // of Response Information, before "/" and the ClientId; none: none
    std::uint16_t topic_alias_maximum = 10;     // of what a client sends [MQTT-3.3.2-9]; 0: none
    std::uint16_t outbound_alias_maximum = 10;  // of what it is sent, if it allows as many; 0: none
    std::uint16_t maximum_inflight = 512;       // QoS 1 and 2 to a client, unacknowledged
    std::chrono::seconds maximum_session_expiry{std::chrono::hours(24 * 14)};
    std::size_t queue_limit_messages = 100'000;  // per session
    std::size_t queue_limit_bytes = 64U << 20U;  // per session, footprints
    // Of a queue in memory, those in flight not counted; what is behind lies in the store alone. 0: everything is in
    // memory, as it is without a store.
    std::size_t queue_window_messages = 1'000;
    std::size_t queue_window_bytes = 2U << 20U;
    QueuePolicy queue_policy = QueuePolicy::drop_newest;
    Overlaps overlaps = Overlaps::merged;
    ShareStrategy share_strategy = ShareStrategy::round_robin;
    std::size_t retained_limit_messages = 1'000'000;  // topics; more are routed but not retained, and counted
    std::size_t output_limit_bytes = 1U << 20U;       // per connection, not yet taken by the socket
    std::size_t maximum_inflight_bytes = 0;           // the same in footprints; one message always may; 0: any
    std::uint64_t publish_rate_limit = 0;             // messages a second from one client; 0: any
    std::uint64_t publish_rate_limit_bytes = 0;       // topics and payloads a second from one client; 0: any
    std::uint64_t connect_rate_limit = 0;       // connections a second by one listener; more: CONNACK 0x9F; 0: any
    std::size_t memory_limit = 0;               // octets of all that clients can make grow; 0: none
    std::chrono::seconds memory_patience{30};   // then publishers that are held back for want of it are closed
    std::size_t batch_limit_bytes = 8U << 20U;  // of the open batch; beyond it publishers are not read
    std::chrono::seconds store_failure_patience{30};  // then publishers that wait for the store are closed
    std::chrono::seconds will_grace{60};   // after a crash, for clients to come back before their wills go out
    std::chrono::seconds sys_interval{0};  // between publications to $SYS; 0: none
    std::string version;                   // what $SYS/broker/version says; empty: nothing
    std::uint64_t seed = 1;                // for assigned client identifiers
    BrokerDefect* defect = nullptr;        // outlives the broker; for tests only
};

}  // namespace trunkline::broker
