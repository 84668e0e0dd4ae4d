#pragma once
// The oracle's memory: what it counted, and the readings whose story is not over.

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "simulator/oracle/commands.hpp"
#include "simulator/oracle/findings.hpp"
#include "simulator/oracle/open_reading.hpp"
#include "simulator/oracle/outages.hpp"
#include "simulator/oracle/registrations.hpp"
#include "simulator/oracle/session_book.hpp"
#include "simulator/oracle/verdict.hpp"
#include "simulator/oracle/watches.hpp"
#include "simulator/oracle/wills.hpp"
#include "simulator/plan/scenario.hpp"

namespace trunkline::sim {

/// At QoS 0 a second copy of a reading may be kept back by the link for this long; afterwards nothing is remembered.
constexpr Duration qos_0_memory = std::chrono::minutes(1);

/// What was acknowledged this shortly before the end, or waited for an actor that came back then, may still be between
/// broker and actor.
constexpr Duration delivery_grace = std::chrono::seconds(30);

/// A gateway's connection to the broker that has ended, or could not be made, is there again after so long: its
/// back-off of 60 s, and a handshake.
constexpr Duration upstream_returns = std::chrono::seconds(80);

/// A sensor and an actor that is owed its readings.
struct Pair {
    std::uint32_t actor = 0;
    std::int8_t qos = 0;           // the lower of publication and subscription
    bool is_shared = false;        // by a team: one of its members is owed them
    bool has_one_filter = true;    // more than one may match, and then each may bring a copy (5.0 §3.3.4)
    std::uint64_t delivered = 0;   // first copies of counted readings
    std::uint64_t duplicates = 0;  // further copies of them
    std::uint64_t newest = 0;      // of the first deliveries, for their order
    Instant newest_at{};
    Instant retained_at{};  // a retained message came last
};

/// A sensor's readings. A reading is open until it is acknowledged and delivered to everybody who is owed it.
struct SensorBook {
    SensorFigures figures;
    std::uint64_t last_sequence = 0;    // offered
    std::uint64_t warmup_sequence = 0;  // the last that was offered in the warm-up: not counted
    std::uint64_t closed_trials = 0;    // counted, closed, and never interrupted
    std::vector<OpenReading> open;      // by sequence
    std::size_t first_pair = 0;         // its pairs stand together, actors ascending: a pair's place is its slot
    std::size_t pair_count = 0;
    std::int8_t qos = 1;
    bool is_connected = false;
    bool is_cut_off = false;   // its station is
    bool is_given_up = false;  // by whoever supervises it, until it connects anew
    // what the broker has accepted, for retained messages
    std::uint64_t accepted = 0;  // the last one
    Instant accepted_at{};
    Instant accepted_sent_at{};
    std::optional<Instant> first_accepted_at;
    std::vector<Registration> registrations;
    SessionBook session;                      // an RTU's
    std::optional<Instant> upstream_lost_at;  // the gateway's connection to the broker for it, the last time

    bool is_counted(std::uint64_t sequence) const { return sequence > warmup_sequence; }
    OpenReading* find(std::uint64_t sequence);
    std::uint64_t all_slots() const {
        return pair_count == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << pair_count) - 1;
    }
    /// Forgets the reading if nothing can happen to it any more that the verdict would have to know. True: it was
    /// counted, and its one exchange ran its course.
    bool close_if_complete(const OpenReading& reading);
    /// QoS 0: forgets delivered readings of which no further copy is to be expected.
    void close_old(Instant now);
};

/// What an actor's session is, as far as both ends can know.
struct ActorBook {
    ActorFigures figures;
    bool is_connected = false;
    bool is_subscribed = false;  // a session with its subscriptions exists
    SessionBook session;
    Instant connected_at{};                // the last CONNACK
    std::optional<Instant> subscribed_at;  // anew: retained messages follow. Nothing: it found its session
    std::vector<AnswerBook> answers;       // by index into ActorPlan::answers
    std::int64_t waiting = 0;              // acknowledged, owed, not delivered yet; a drop may come before its PUBACK

    /// Connected for long enough to have got what waited for it.
    bool had_time(Instant end) const { return is_connected && connected_at + delivery_grace <= end; }
};

/// The broker says that it dropped a message; of which number, it does not know.
struct BrokerDrop {
    Instant at{};
    LossCause cause{};
};

/// An actor came back.
struct Return {
    std::size_t actor = 0;
    Instant lost_at{};
    Instant at{};
    bool session_present = false;
};

/// A further copy of a QoS 0 reading.
struct FurtherCopy {
    ReadingKey key;
    std::size_t slot = 0;
};

struct Books {
    Books(const Scenario& scenario, Instant start);

    std::span<Pair> pairs_of(std::size_t sensor);
    std::span<const Pair> pairs_of(std::size_t sensor) const;
    /// Who is owed what this actor gets: itself, or the first of its team.
    std::size_t owed_by(std::size_t actor) const { return scenario.actors[actor].team.value_or(actor); }
    /// Of whom it stands for, somebody has a subscribed session (connected, too: for QoS 0).
    bool is_anybody_subscribed(std::size_t owed, bool must_be_connected) const;
    /// Of whom it stands for, all have been connected long enough before the end.
    bool had_time(std::size_t owed, Instant end) const;
    /// The place of the actor, or of its team, among the sensor's pairs; nothing if it is not owed the sensor's
    /// readings.
    std::optional<std::size_t> slot_of(std::size_t sensor, std::size_t actor) const;
    /// The gateway on the sensor's way; nothing for an RTU.
    std::optional<std::size_t> gateway_of(std::size_t sensor) const;
    void count(NamedEvent event) { ++events[static_cast<std::size_t>(event)]; }

    const Scenario& scenario;
    Instant start;
    std::vector<SensorBook> sensors;
    std::vector<Pair> pairs;
    std::vector<ActorBook> actors;
    std::map<std::pair<std::size_t, std::size_t>, std::vector<BrokerDrop>> drops;  // by sensor and slot
    std::vector<FurtherCopy> further_copies;  // of QoS 0, since the last minute or so
    std::vector<Return> returns;
    std::optional<Instant> state_lost_at;  // a restart with an empty disk: older promises are void
    bool arrivals_are_told = false;
    Outages outages;
    WillBooks wills;
    CommandBooks commands;
    Watches watches;
    EventCounts events{};
    Findings findings;
};

}  // namespace trunkline::sim
