#pragma once
// What the gateway core's behaviour depends on. Names, defaults and texts for users stand in gateway/main/settings.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gateway/core/modes.hpp"
#include "gateway/core/predefined_topics.hpp"
#include "gateway/core/sources.hpp"
#include "protocol/base/address.hpp"
#include "protocol/base/network.hpp"
#include "protocol/base/planted_defect.hpp"
#include "protocol/mqtt/client_settings.hpp"
#include "protocol/mqtt/types.hpp"
#include "protocol/mqttsn/retry.hpp"

namespace trunkline::gateway {

/// What the gateway can be made to break.
enum class GatewayPromise : std::uint8_t {
    registration_is_kept,  // an id that the sensor was told is unknown once
    pingresp_comes_last,   // it comes before what waits for the sensor
    accepted_is_stored,    // a message for which there is no room is acknowledged and forgotten
    repeats_are_known,     // a QoS 2 message that is repeated while it is under way is taken for another one
};
using GatewayDefect = PlantedDefect<GatewayPromise>;

/// What gives way when as much waits for a sensor as may. QoS 1 and 2 is never dropped here: it stays with the broker,
/// unacknowledged, until what waits has been taken.
enum class DownlinkPolicy : std::uint8_t {
    drop_oldest,  // QoS 0
    drop_newest,  // QoS 0
    refuse        // the new message, whatever its QoS: the broker hears "quota exceeded"
};

struct Settings {
    /// Which sensors have a connection to the broker of their own.
    Modes modes;
    /// How many connections the others share; a sensor belongs to one of them by its ClientId. 1 to 64.
    std::size_t upstream_connections = 4;
    /// Messages of QoS 1 and 2 that an aggregating gateway keeps for one sensor, and octets of topics and payloads of
    /// all that waits for it; what comes beyond is dropped.
    std::size_t maximum_queued_messages = 1'000;
    std::size_t maximum_queued_octets = 1U << 20U;
    std::size_t maximum_queued_octets_of_all = std::size_t{256} << 20U;  // the same, of all such sensors together
    std::uint8_t gateway_id = 1;
    /// Where ADVERTISE and GWINFO go, from the sensors' own socket; none: the gateway does not take part in discovery.
    std::optional<Address> discovery_group;
    std::chrono::seconds advertise_interval{900};  // TADV, at most 65,535
    /// The brokers by their names for people, in order of preference; empty: one without a name.
    std::vector<std::string> brokers;
    /// How often each of several brokers is asked for a sign of life; none for twice as long is a failure.
    std::chrono::seconds broker_watch_interval{1};
    /// How long a broker that is preferred to the chosen one has to be well before connections move to it.
    Duration broker_return_after = std::chrono::seconds(60);
    /// What upstream connections speak.
    mqtt::ProtocolVersion upstream_version = mqtt::ProtocolVersion::v5;
    std::chrono::seconds upstream_keep_alive{60};
    /// Topics of one upstream connection that have an alias there, if the broker takes aliases (5.0 §3.3.2.3.4).
    std::uint16_t upstream_topic_aliases = 0;
    /// Of a message that the broker hangs up on. What a sensor waits for, it had better hear of soon; what it was
    /// promised is not given up while there is any doubt. On a connection of its own it has only itself to wait for.
    mqtt::ClientSuspicion upstream_suspicion(Mode mode) const {
        const bool is_shared = mode == Mode::aggregating;
        if (!is_durable) return {.hang_ups = 2, .pause_seconds = static_cast<std::uint8_t>(is_shared ? 10 : 0)};
        return {.hang_ups = 5, .pause_seconds = static_cast<std::uint8_t>(is_shared ? 60 : 0)};
    }
    Duration upstream_answer_timeout = std::chrono::seconds(20);
    /// How long a broker of 5.0 waits, without the gateway's connection for a sensor, before it publishes the sensor's
    /// will in the gateway's place: Will Delay Interval, and the least Session Expiry Interval, clean sensors' too.
    std::chrono::seconds gateway_grace{60};
    /// The same for a broker of 3.1.1, which does not wait: every end of the gateway's connection publishes the will.
    bool will_upstream_311 = false;
    /// How long the broker keeps the session of a persistent sensor without a connection.
    std::chrono::seconds upstream_session_expiry{std::chrono::hours(24 * 7)};
    /// Full jitter: a draw from 0 to the back-off, which doubles from the first to the last.
    Duration upstream_backoff_first = std::chrono::seconds(1);
    Duration upstream_backoff_last = std::chrono::seconds(60);
    /// Of all sensors together, after the back-off; 0: as many as there are.
    unsigned upstream_reopens_per_second = 2'000;
    /// Connections to the broker that are open before sensors need them (spare_connections.hpp), and how long one of
    /// them may wait: less than brokers wait for CONNECT.
    std::size_t spare_connections = 0;
    std::chrono::seconds spare_connection_age{8};
    /// There is a store: what sensors are told must be in it first.
    bool is_durable = false;
    /// What waits for the disk; beyond it, what would add to it gets congestion.
    std::size_t maximum_unstored_operations = 50'000;
    /// ClientId of the gateway's own connection to the broker, for sensors that publish without one (QoS -1).
    std::string own_client_id = "trunkline-gateway-1";
    std::size_t maximum_connectionless_waiting = 100;
    std::vector<PredefinedTopic> predefined_topics;
    mqttsn::RetrySettings retry;  // gateway towards sensors
    /// Forwarders whose encapsulated messages are taken (MQTT-SN 1.2 §5.5).
    std::vector<Network> forwarders;
    /// From there a sensor may go on that was at another address before, when it says its ClientId in PINGREQ.
    /// Elsewhere that is a stranger, who has to connect.
    std::vector<Network> trusted_networks;
    /// PUBLISH with QoS -1 and TopicIdType `normal` brings its topic's name, as Paho's clients write it; else it is
    /// dropped.
    bool takes_qos_minus_1_names = false;
    /// One of several shards: it says where clients have come to be (Gateway::places()).
    bool is_one_of_several = false;
    std::size_t maximum_sensors = 20'000;
    /// Sensors that have said CONNECT and nothing since, from addresses that prove nothing (newcomers.hpp).
    std::size_t maximum_newcomers = 10'000;
    /// Answers to addresses where no sensor is. What is beyond is dropped: who forges addresses would have the gateway
    /// send as much as he does. 1 at least.
    std::uint64_t stranger_answers_per_second = 20'000;
    /// Messages of one sensor; beyond it congestion. 0: as many as there are.
    std::uint64_t sensor_messages_per_second = 0;
    SourceLimits sources;
    std::size_t maximum_topics_per_sensor = 1'000;
    std::size_t maximum_client_id_octets = 255;
    /// QoS 1 and 2 messages of one sensor on their way to the broker; beyond it PUBACK 0x01.
    std::size_t uplink_window = 8;
    /// Messages that are stored: QoS 1 that is acknowledged while the broker is away, and all QoS 2 on its way to the
    /// broker; beyond it PUBACK 0x01.
    std::size_t maximum_stored_messages_per_sensor = 1'000;
    std::size_t maximum_stored_bytes_per_sensor = 1U << 20U;
    std::size_t maximum_stored_messages = 500'000;          // of all sensors
    std::size_t maximum_stored_message_bytes = 64U << 20U;  // the same
    /// Octets that one connection's socket, and those of all together, have not taken from the gateway, because the
    /// broker is slower than its sensors: QoS 0 is dropped from there on. What is acknowledged has bounds of its own.
    std::size_t maximum_unsent_octets = 1U << 20U;
    std::size_t maximum_unsent_octets_of_all = 64U << 20U;
    /// How long after the loss of its connection to the broker a sensor's QoS 1 messages wait, not acknowledged,
    /// for the next one, where there is no store; those that come later get congestion. Less than Tretry: a sensor that
    /// has not heard by then asks again. A change of brokers is over sooner.
    Duration upstream_patience = std::chrono::seconds(8);
    /// How long the MsgId of a completed QoS 2 message is remembered: a copy of its PUBLISH that the network has
    /// delayed for longer is a new message. Twice Tretry unless it is given.
    std::optional<Duration> msgid_quarantine;
    Duration quarantine() const { return msgid_quarantine.value_or(retry.quarantine()); }
    /// Messages that wait for one sensor. 5.0: told to the broker as Receive Maximum, so that QoS 1 and 2 beyond it
    /// waits there.
    std::size_t maximum_downlink_messages = 20;
    /// The same in octets of topics and payloads, and what gives way beyond either.
    std::size_t maximum_downlink_octets = 65'536;
    DownlinkPolicy downlink_policy = DownlinkPolicy::drop_oldest;
    std::size_t maximum_subscriptions_per_sensor = 100;
    /// Pause of what a sensor answered with "rejected: congestion" (Twait).
    Duration congestion_pause = std::chrono::minutes(5);
    std::size_t maximum_datagram = 1400;
    std::uint64_t seed = 1;           // for the jitter of reconnects
    GatewayDefect* defect = nullptr;  // outlives the gateway; for tests only
};

}  // namespace trunkline::gateway
