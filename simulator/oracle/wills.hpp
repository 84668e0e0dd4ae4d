#pragma once
// The promise of wills: one for each time that supervision ended without a DISCONNECT, in time, and none else.
//
// The holder (gateway for MQTT-SN, broker for MQTT) says when supervision begins and ends. What the oracle sees besides
// is what reached the holder: from it follows when supervision must end at the latest and may end at the earliest.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "protocol/base/instant.hpp"
#include "simulator/oracle/findings.hpp"
#include "simulator/plan/scenario.hpp"

namespace trunkline::sim {

struct Books;

/// How a message came.
struct Delivery {
    bool dup = false;
    bool retain = false;
};

/// Why a holder no longer supervises a device.
enum class SupervisionEnd : std::uint8_t {
    disconnected,       // its DISCONNECT arrived: no will [MQTT-3.14.4-3]
    expired,            // silent for too long, asleep or not
    no_answer,          // to what the gateway sent it, after all retransmissions
    connection_broken,  // MQTT: without DISCONNECT
    replaced,           // by a new connection [MQTT-3.1.4-3]: with a delay, or in MQTT-SN, the will need not come
    refused,            // the broker does not let the sensor in again, or closed it for an error
};

/// Why an actor may get a will once more.
enum class ExtraWill : std::uint8_t {
    redelivered,  // to the actor, QoS 1: DUP is set
    sent_again,   // publication and outage met: the holder did not learn that the first one was accepted
    stood_in,     // the gateway's connection was away for longer than the grace: the broker published in its place
};

/// From a supervision's end to the actor: a publication, retransmissions on TCP, a reconnect of the gateway with
/// back-off. Times in which something on the way was away come on top.
constexpr Duration will_window = std::chrono::seconds(90);
/// What the broker waits for clients after a crash, and for gateways (Will Delay of their connections).
constexpr Duration holder_grace = std::chrono::seconds(60);

/// One publication that has to come, or may.
struct DueWill {
    Instant from{};
    std::optional<SupervisionEnd> why;  // nothing: the broker's grace after a crash is over
    std::optional<Instant> heard_at;    // the device, for the last time
    bool must_come = true;
    std::uint64_t seen_by = 0;  // actors, by index
    std::uint64_t excused = 0;  // actors without a session for it, or whose queue gave way
    std::uint64_t dropped = 0;  // of those: a will of the device was dropped on its way; whether this one, nobody says
    std::uint64_t doubtfully = 0;  // of those who saw it: what came had DUP, and may be an earlier one once more
};

struct WillBook {
    enum class State : std::uint8_t {
        unarmed,   // nobody holds it
        armed,     // the holder supervises the device
        orphaned,  // the broker went down while it held the will of an RTU
    };
    std::size_t sensor = 0;
    std::uint64_t owed = 0;         // actors with a matching filter
    std::uint64_t surely_owed = 0;  // and QoS 1 or 2 all the way
    State state = State::unarmed;
    Duration limit{};  // of silence; zero: none
    Instant since{};   // of the state
    std::optional<Instant> heard_at;
    Instant missed_from{};                 // the latest moment from which silence counts
    std::optional<Instant> grace_ends;     // of an orphaned one, once the broker is back
    std::optional<Instant> grace_may_end;  // the same by the first restart since: a further one need not begin it anew
    std::vector<Instant> upstream_losses;  // of the gateway's connection to the broker for this device: the latest
    std::vector<DueWill> due;
};

struct WillSighting {
    std::size_t sensor = 0;
    std::size_t actor = 0;
    Instant at{};
    std::optional<ExtraWill> extra;
};

/// The wills of a scenario's devices.
class WillBooks {
public:
    explicit WillBooks(const Scenario& scenario);

    WillBook* of(std::size_t sensor);
    /// Whose will is it? Wills that do not differ in topic and payload cannot be told apart: the first one's.
    std::optional<std::size_t> sensor_of(std::string_view topic, std::string_view payload) const;
    /// Places in all() of the wills with this topic.
    std::span<const std::size_t> at_topic(std::string_view topic) const;
    std::span<WillBook> all() { return books_; }
    std::span<const WillBook> all() const { return books_; }
    const std::vector<WillSighting>& sightings() const { return sightings_; }
    void saw(const WillSighting& sighting) { sightings_.push_back(sighting); }
    /// Whether anybody tells of supervisions. If nobody does, nobody can know which will is due, and all are only
    /// counted.
    bool supervisions_are_told() const { return supervisions_are_told_; }
    void supervision_told() { supervisions_are_told_ = true; }

private:
    const Scenario& scenario_;
    std::vector<WillBook> books_;        // by sensor
    std::vector<std::size_t> by_topic_;  // places in books_
    std::vector<WillSighting> sightings_;
    bool supervisions_are_told_ = false;
};

// Facts; devices without a will cost a look-up.
void will_supervised(Books& books, std::size_t sensor, Instant now);
/// Something of the device reached its holder. `interval`: from now on this is how long it means to be silent, by the
/// DISCONNECT that begins its sleep, or by a CONNECT.
void will_heard(Books& books, std::size_t sensor, std::optional<Duration> interval, Instant now);
void will_supervision_ended(Books& books, std::size_t sensor, SupervisionEnd end, Instant now);
void will_upstream_lost(Books& books, std::size_t sensor, Instant now);
void wills_broker_down(Books& books, Instant now);
void wills_broker_up(Books& books, bool state_kept, Instant now);
void wills_gateway_down(Books& books, std::size_t gateway, Instant now);
void wills_gateway_up(Books& books, std::size_t gateway, bool state_kept, Instant now);
void wills_session_ended(Books& books, std::size_t actor);
void will_dropped(Books& books, std::size_t sensor, std::size_t actor, Instant now);
void will_seen(Books& books, std::size_t actor, std::size_t sensor, Delivery how, Instant now);

/// When the run is over: wills that never came, and devices whose supervision should have ended.
void find_missing_wills(const Books& books, Instant end, std::vector<Finding>& findings);

/// What a device may be silent for: MQTT-SN 1.2 §7.2 (10 % more than indicated above a minute, else 50 %), or 1.5 times
/// its Keep Alive [MQTT-3.1.2-22].
Duration silence_allowed(DeviceProtocol protocol, Duration indicated);

}  // namespace trunkline::sim
