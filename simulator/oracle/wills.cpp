#include "simulator/oracle/wills.hpp"

#include <algorithm>

#include "protocol/mqtt/topic_filter.hpp"
#include "simulator/oracle/books.hpp"
#include "simulator/oracle/wording.hpp"
#include "simulator/plan/durations.hpp"

namespace trunkline::sim {

namespace {

using State = WillBook::State;

std::uint64_t bit(std::size_t actor) { return std::uint64_t{1} << actor; }

std::string at(const Books& books, Instant instant) { return moment_in_words(books, instant); }

const WillPlan& plan_of(const Books& books, const WillBook& book) { return *books.scenario.sensors[book.sensor].will; }

std::string will_of(const Books& books, const WillBook& book) {
    return "the will of " + books.scenario.sensors[book.sensor].id + " (" + plan_of(books, book).topic + ')';
}

void find(Books& books, const WillBook& book, std::size_t actor, Instant now, std::string text) {
    books.findings.add({Violation::Promise::will, book.sensor, 0, actor, now, std::move(text)});
}

void become(WillBook& book, State state, Instant now) {
    book.state = state;
    book.since = now;
    book.grace_ends.reset();
    book.grace_may_end.reset();
}

std::uint64_t actors_without_session(const Books& books) {
    std::uint64_t absent = 0;
    for (std::size_t actor = 0; actor < books.actors.size(); ++actor) {
        if (!books.actors[actor].is_subscribed) absent |= bit(actor);
    }
    return absent;
}

/// Why a will was due.
std::string reason_of(const Books& books, const DueWill& due) {
    const std::string since = due.heard_at ? ", last heard at " + at(books, *due.heard_at) : std::string();
    if (!due.why) return "the broker had waited for its client after a restart" + since;
    switch (*due.why) {
        case SupervisionEnd::expired:
            return "the device had been silent for too long" + since;
        case SupervisionEnd::no_answer:
            return "the device had not answered its gateway" + since;
        case SupervisionEnd::connection_broken:
            return "its connection ended without DISCONNECT" + since;
        case SupervisionEnd::replaced:
            return "a new connection took the place of the old one" + since;
        case SupervisionEnd::disconnected:
        case SupervisionEnd::refused:
            break;
    }
    return "its supervision ended" + since;
}

DueWill& make_due(Books& books, WillBook& book, bool must_come, Instant now) {
    book.due.push_back({now, std::nullopt, book.heard_at, must_come, 0, actors_without_session(books)});
    return book.due.back();
}

/// The end of the window in which a will that was due at `from` has to reach its actors.
Instant window_end(const Books& books, const WillBook& book, Instant from, Instant now) {
    return from + plan_of(books, book).delay + will_window +
           books.outages.time_away(books.gateway_of(book.sensor), from, now);
}

/// Silence as the holder must have noticed it: from what it heard last, or from its own restart.
std::optional<Instant> latest_end(const Books& books, const WillBook& book, Instant now) {
    if (book.state != State::armed || !book.heard_at || book.limit == Duration::zero()) return std::nullopt;
    const Instant from = std::max(*book.heard_at, book.missed_from);
    return from + book.limit + books.outages.time_away(books.gateway_of(book.sensor), from, now);
}

// A timer may be looked at a little late, never early.
constexpr Duration supervision_slack = std::chrono::seconds(5);

std::string overlooked(const Books& books, const WillBook& book) {
    return books.scenario.sensors[book.sensor].id + " was last heard at " + at(books, *book.heard_at) +
           " and may be silent for " + duration_text(book.limit) + ", but its supervision went on [MQTT-3.1.2-22]";
}

/// How far back a loss lies that the broker may stand in for: its grace, and what a will has to reach its actors.
constexpr Duration stand_in_reach = holder_grace + will_window;

/// Whether the gateway's connection for the device may have been away for longer than the broker's grace: after an
/// outage it comes back with a back-off that is as long. What began within the grace explains nothing yet.
bool may_have_stood_in(const Books& books, const WillBook& book, Instant now) {
    const std::optional<std::size_t> gateway = books.gateway_of(book.sensor);
    // Of a sensor that shares a connection the broker has no will.
    if (!gateway || books.scenario.sensors[book.sensor].is_aggregated) return false;
    const Instant from = now - stand_in_reach;
    const Instant to = now - holder_grace;
    if (books.outages.on_the_way(gateway, from, to) != nullptr) return true;
    // The broker may have noticed the end before the gateway.
    return std::any_of(book.upstream_losses.begin(), book.upstream_losses.end(),
                       [&](Instant lost) { return lost >= from && lost <= to + supervision_slack; });
}

bool has_lost_upstream_since(const WillBook& book, Instant from) {
    return !book.upstream_losses.empty() && book.upstream_losses.back() >= from;
}

/// The named windows in which one more is nobody's fault.
std::optional<ExtraWill> allowed_extra(const Books& books, const WillBook& book, Delivery how, Instant now) {
    if (how.dup && !book.due.empty() && plan_of(books, book).qos == 1) return ExtraWill::redelivered;
    if (!book.due.empty()) {
        const Instant from = book.due.back().from;
        const bool met_outage = books.outages.on_the_way(books.gateway_of(book.sensor), from, now) != nullptr;
        if (met_outage || has_lost_upstream_since(book, from)) return ExtraWill::sent_again;
    }
    if (may_have_stood_in(books, book, now)) return ExtraWill::stood_in;
    return std::nullopt;
}

std::string unfounded(const Books& books, const WillBook& book, std::size_t actor, Instant now) {
    std::string text =
        will_of(books, book) + " reached " + books.scenario.actors[actor].id + " at " + at(books, now) + ", but ";
    if (book.state == State::armed) {
        text += "it is connected since " + at(books, book.since);
        if (book.heard_at) text += " and was last heard at " + at(books, *book.heard_at);
        return text;
    }
    if (!book.due.empty()) return text + "the one that was due at " + at(books, book.due.back().from) + " had come";
    return text + "nobody held it since its DISCONNECT, or ever, at " + at(books, book.since) + " [MQTT-3.14.4-3]";
}

/// The end of the latest time in which the actor stood still while the will was on its way: what had come it reads only
/// then, without ever having been away.
std::optional<Instant> stall_end(const Books& books, std::size_t actor, Instant from, Instant now) {
    std::optional<Instant> latest;
    for (const FaultPlan& fault : books.scenario.faults) {
        if (fault.kind != FaultPlan::Kind::actor_stalled || Instant(fault.at) > now || Instant(fault.ends()) < from)
            continue;
        if (std::find(fault.actors.begin(), fault.actors.end(), actor) == fault.actors.end()) continue;
        latest = std::max(latest, std::optional(Instant(fault.ends())));
    }
    return latest;
}

void seen_in_time(Books& books, const WillBook& book, const DueWill& due, std::size_t actor, Instant now) {
    // One of its wills was dropped, and which one nobody says: what comes may have been due later.
    if ((due.dropped & bit(actor)) != 0) return;
    // An actor that was away meanwhile gets it when it is back.
    if (books.actors[actor].connected_at > due.from) return;
    if (now <= window_end(books, book, due.from, now)) return;
    if (const auto stalled_until = stall_end(books, actor, due.from, now);
        stalled_until && now <= *stalled_until + will_window)
        return;
    find(books, book, actor, now,
         will_of(books, book) + " was due at " + at(books, due.from) + " and reached " +
             books.scenario.actors[actor].id + " at " + at(books, now) + " only [MQTT-3.1.2-8]");
}

bool is_owed(const WillBook& book, const DueWill& due, std::size_t actor) {
    return due.must_come && (book.surely_owed & ~due.excused & bit(actor)) != 0;
}

/// Which one it is that the actor sees, or that is dropped on its way to it: the first that has to come, else one that
/// may. What need not come, or may be lost (QoS 0), accounts for nothing after its window. Null: none.
DueWill* accounting_for(const Books& books, WillBook& book, std::size_t actor, Instant now,
                        std::optional<Instant> sent_before = std::nullopt) {
    DueWill* possible = nullptr;
    for (DueWill& due : book.due) {
        if ((due.seen_by & bit(actor)) != 0) continue;
        if (sent_before && due.from > *sent_before) break;
        if (is_owed(book, due, actor)) return &due;
        const Instant back_at = books.actors[actor].connected_at;
        const bool was_away = back_at > due.from && now <= back_at + will_window;
        const bool may_come =
            was_away || (due.dropped & bit(actor)) != 0 || now <= window_end(books, book, due.from, now);
        if (possible == nullptr && may_come) possible = &due;
    }
    return possible;
}

bool has_seen_one(const WillBook& book, std::size_t actor) {
    return std::any_of(book.due.begin(), book.due.end(),
                       [actor](const DueWill& due) { return (due.seen_by & bit(actor)) != 0; });
}

/// What came with DUP and was taken for a first copy was none: here comes the first copy. Null: there is no such one.
DueWill* doubtfully_seen(WillBook& book, std::size_t actor) {
    const auto found = std::find_if(book.due.begin(), book.due.end(),
                                    [actor](const DueWill& due) { return (due.doubtfully & bit(actor)) != 0; });
    return found == book.due.end() ? nullptr : &*found;
}

/// A crash takes along what is not on the disk yet: the broker then knows of a client that was connected, waits for it,
/// and publishes nothing if it is back in time. A disk that is full takes nothing for as long as it is.
bool may_be_unstored(const Books& books, const DueWill& due, Instant crash) {
    constexpr std::chrono::seconds storing{1};
    return crash - due.from - books.outages.time_away(std::nullopt, due.from, crash) < storing;
}

/// An MQTT-SN client that was connected has begun a new connection, and its will is prompted for (§6.3). If nothing
/// comes of that, it is lost as one that was connected: the will that it had is due after all.
void set_up_ended(WillBook& book, const SensorPlan& plan, SupervisionEnd end, Instant began, Instant now) {
    if (plan.protocol != DeviceProtocol::mqtt_sn || end == SupervisionEnd::disconnected || book.due.empty()) return;
    DueWill& due = book.due.back();
    if (due.why != SupervisionEnd::replaced || due.from != began || due.seen_by != 0) return;
    due.from = now;
    due.why = end;
    due.must_come = end != SupervisionEnd::refused && end != SupervisionEnd::replaced;
}

void saw(Books& books, const WillBook& book, std::size_t actor, std::optional<ExtraWill> extra, Instant now) {
    if (!extra) books.count(NamedEvent::will_fired);
    books.wills.saw({book.sensor, actor, now, extra});
}

}  // namespace

WillBooks::WillBooks(const Scenario& scenario) : scenario_(scenario) {
    for (std::size_t sensor = 0; sensor < scenario.sensors.size(); ++sensor) {
        const SensorPlan& plan = scenario.sensors[sensor];
        if (!plan.will) continue;
        WillBook book;
        book.sensor = sensor;
        for (std::size_t actor = 0; actor < scenario.actors.size(); ++actor) {
            for (const SubscriptionPlan& subscription : scenario.actors[actor].subscriptions) {
                if (!subscription.share_name.empty()) continue;
                if (!mqtt::topic_matches(subscription.filter, plan.will->topic)) continue;
                book.owed |= bit(actor);
                if (subscription.qos > 0 && plan.will->qos > 0) book.surely_owed |= bit(actor);
            }
        }
        by_topic_.push_back(books_.size());
        books_.push_back(std::move(book));
    }
    std::stable_sort(by_topic_.begin(), by_topic_.end(), [this](std::size_t a, std::size_t b) {
        return scenario_.sensors[books_[a].sensor].will->topic < scenario_.sensors[books_[b].sensor].will->topic;
    });
}

WillBook* WillBooks::of(std::size_t sensor) {
    const auto found = std::lower_bound(books_.begin(), books_.end(), sensor,
                                        [](const WillBook& book, std::size_t wanted) { return book.sensor < wanted; });
    return found != books_.end() && found->sensor == sensor ? &*found : nullptr;
}

std::span<const std::size_t> WillBooks::at_topic(std::string_view topic) const {
    const auto topic_of = [this](std::size_t place) -> const std::string& {
        return scenario_.sensors[books_[place].sensor].will->topic;
    };
    const auto first =
        std::lower_bound(by_topic_.begin(), by_topic_.end(), topic,
                         [&](std::size_t place, std::string_view name) { return topic_of(place) < name; });
    const auto last = std::upper_bound(first, by_topic_.end(), topic, [&](std::string_view name, std::size_t place) {
        return name < topic_of(place);
    });
    return {first, last};
}

std::optional<std::size_t> WillBooks::sensor_of(std::string_view topic, std::string_view payload) const {
    for (const std::size_t place : at_topic(topic)) {
        if (scenario_.sensors[books_[place].sensor].will->payload == payload) return books_[place].sensor;
    }
    return std::nullopt;
}

Duration silence_allowed(DeviceProtocol protocol, Duration indicated) {
    const bool is_long = protocol == DeviceProtocol::mqtt_sn && indicated > std::chrono::minutes(1);
    return is_long ? indicated + indicated / 10 : indicated + indicated / 2;
}

void will_supervised(Books& books, std::size_t sensor, Instant now) {
    WillBook* book = books.wills.of(sensor);
    if (book == nullptr) return;
    books.wills.supervision_told();
    const SensorPlan& plan = books.scenario.sensors[sensor];
    if (book->grace_ends && now > *book->grace_ends + will_window)
        find(books, *book, no_actor, now,
             will_of(books, *book) + " did not come although the device stayed away after the broker's restart until " +
                 at(books, now) + " [MQTT-3.1.2-8]");
    // Back too late: the will may have been published, whether its actors have seen it by now or are away.
    if (book->grace_may_end && now >= *book->grace_may_end) make_due(books, *book, false, *book->grace_may_end);
    // Back before the delay has passed: the will may have been cancelled.
    if (!book->due.empty() && now <= book->due.back().from + plan.will->delay + supervision_slack &&
        plan.will->delay > Duration::zero())
        book->due.back().must_come = false;
    become(*book, State::armed, now);
    book->limit = silence_allowed(plan.protocol, plan.keep_alive);
    book->heard_at.reset();
    book->missed_from = now;
}

void will_heard(Books& books, std::size_t sensor, std::optional<Duration> interval, Instant now) {
    WillBook* book = books.wills.of(sensor);
    if (book == nullptr || book->state != State::armed) return;
    if (const auto latest = latest_end(books, *book, now); latest && now > *latest + supervision_slack)
        find(books, *book, no_actor, now, overlooked(books, *book));
    book->heard_at = now;
    if (interval) book->limit = silence_allowed(books.scenario.sensors[sensor].protocol, *interval);
}

void will_supervision_ended(Books& books, std::size_t sensor, SupervisionEnd end, Instant now) {
    WillBook* book = books.wills.of(sensor);
    if (book == nullptr) return;
    const SensorPlan& plan = books.scenario.sensors[sensor];
    if (book->state == State::armed && end == SupervisionEnd::expired && book->heard_at &&
        now < *book->heard_at + book->limit)
        find(books, *book, no_actor, now,
             plan.id + " was given up at " + at(books, now) + ", but was heard at " + at(books, *book->heard_at) +
                 " and may be silent for " + duration_text(book->limit) + " [MQTT-3.1.2-22]");
    const bool was_held = book->state != State::unarmed;
    // The connection that replaces it may have been told first.
    const bool is_back = end == SupervisionEnd::replaced && book->state == State::armed && book->since == now;
    const Instant unarmed_since = book->since;
    if (!is_back) become(*book, State::unarmed, now);
    if (!was_held) return set_up_ended(*book, plan, end, unarmed_since, now);
    if (end == SupervisionEnd::disconnected) return;
    const bool must_come = end != SupervisionEnd::replaced ||
                           (plan.protocol != DeviceProtocol::mqtt_sn && plan.will->delay == Duration::zero());
    make_due(books, *book, must_come && end != SupervisionEnd::refused, now).why = end;
}

void will_upstream_lost(Books& books, std::size_t sensor, Instant now) {
    WillBook* book = books.wills.of(sensor);
    if (book == nullptr) return;
    std::erase_if(book->upstream_losses, [now](Instant lost) { return lost < now - stand_in_reach; });
    book->upstream_losses.push_back(now);
}

void wills_broker_down(Books& books, Instant now) {
    for (WillBook& book : books.wills.all()) {
        if (books.gateway_of(book.sensor)) continue;
        for (DueWill& due : book.due) {
            if (may_be_unstored(books, due, now)) due.must_come = false;
        }
        if (book.state == State::armed) become(book, State::orphaned, now);
    }
}

void wills_broker_up(Books& books, bool state_kept, Instant now) {
    for (WillBook& book : books.wills.all()) {
        if (book.state != State::orphaned) continue;
        if (!state_kept) become(book, State::unarmed, now);
        else book.grace_ends = now + std::max(holder_grace, plan_of(books, book).delay);
        if (!book.grace_may_end) book.grace_may_end = book.grace_ends;
    }
}

/// What its disk did not take goes with it: the next process finds the device connected, and hears of it in time or
/// finds it silent once more.
void wills_gateway_down(Books& books, std::size_t gateway, Instant now) {
    constexpr std::chrono::seconds storing{2};  // what a full disk did not take is tried again each second
    for (WillBook& book : books.wills.all()) {
        if (books.gateway_of(book.sensor) != gateway) continue;
        for (DueWill& due : book.due) {
            if (now - due.from - books.outages.gateway_disk_full(gateway, due.from, now) < storing)
                due.must_come = false;
        }
    }
}

void wills_gateway_up(Books& books, std::size_t gateway, bool state_kept, Instant now) {
    for (WillBook& book : books.wills.all()) {
        if (books.gateway_of(book.sensor) != gateway) continue;
        book.missed_from = now;
        if (!state_kept) become(book, State::unarmed, now);
    }
}

void wills_session_ended(Books& books, std::size_t actor) {
    for (WillBook& book : books.wills.all()) {
        for (DueWill& due : book.due) due.excused |= bit(actor);
    }
}

void will_dropped(Books& books, std::size_t sensor, std::size_t actor, Instant now) {
    WillBook* book = books.wills.of(sensor);
    if (book == nullptr) return;
    DueWill* due = accounting_for(books, *book, actor, now);
    if (due == nullptr) return;  // one that had come, and was to come again
    due->excused |= bit(actor);
    due->dropped |= bit(actor);
}

void will_seen(Books& books, std::size_t actor, std::size_t sensor, Delivery how, Instant now) {
    WillBook* book = books.wills.of(sensor);
    if (book == nullptr) return;
    if (!books.wills.supervisions_are_told()) {
        if (!how.retain) saw(books, *book, actor, std::nullopt, now);
        return;
    }
    if (how.retain) {
        // An earlier one, kept for late subscribers.
        if (book->due.empty() && book->state != State::orphaned && !allowed_extra(books, *book, how, now))
            find(books, *book, actor, now, unfounded(books, *book, actor, now));
        return;
    }
    // DUP says that it was sent on an earlier connection already [MQTT-3.3.1-1], not whether the actor has read it
    // there.
    const std::optional<Instant> sent_before = how.dup ? std::optional(books.actors[actor].connected_at) : std::nullopt;
    DueWill* next = accounting_for(books, *book, actor, now, sent_before);
    // Without a connection at the broker's crash, the broker publishes it after its grace. What an actor is owed from
    // before the crash comes first.
    if (book->state == State::orphaned && book->grace_ends && (next == nullptr || !is_owed(*book, *next, actor))) {
        make_due(books, *book, true, now);
        become(*book, State::unarmed, now);
        next = accounting_for(books, *book, actor, now, sent_before);
    }
    if (next != nullptr) {
        if (how.dup && has_seen_one(*book, actor)) next->doubtfully |= bit(actor);
        next->seen_by |= bit(actor);
        seen_in_time(books, *book, *next, actor, now);
        return saw(books, *book, actor, std::nullopt, now);
    }
    if (DueWill* const doubtful = how.dup ? nullptr : doubtfully_seen(*book, actor)) {
        doubtful->doubtfully &= ~bit(actor);
        seen_in_time(books, *book, *doubtful, actor, now);
        // Which of the two came again does not matter to the count.
        return saw(books, *book, actor, ExtraWill::redelivered, now);
    }
    const std::optional<ExtraWill> extra = allowed_extra(books, *book, how, now);
    if (!extra) find(books, *book, actor, now, unfounded(books, *book, actor, now));
    saw(books, *book, actor, extra, now);
}

void find_missing_wills(const Books& books, Instant end, std::vector<Finding>& findings) {
    for (const WillBook& book : books.wills.all()) {
        if (const auto latest = latest_end(books, book, end); latest && end > *latest + supervision_slack)
            findings.push_back({Violation::Promise::will, book.sensor, 0, no_actor, *latest, overlooked(books, book)});
        if (book.grace_ends && end > *book.grace_ends + will_window)
            findings.push_back({Violation::Promise::will, book.sensor, 0, no_actor, *book.grace_ends,
                                will_of(books, book) + " did not come after the broker's restart [MQTT-3.1.2-8]"});
        for (const DueWill& due : book.due) {
            if (!due.must_come || end <= window_end(books, book, due.from, end)) continue;
            const std::uint64_t missing = book.surely_owed & ~due.seen_by & ~due.excused;
            for (std::size_t actor = 0; actor < books.actors.size(); ++actor) {
                if ((missing & bit(actor)) == 0 || !books.actors[actor].had_time(end)) continue;
                findings.push_back({Violation::Promise::will, book.sensor, 0, actor, due.from,
                                    will_of(books, book) + " was due at " + at(books, due.from) + ", when " +
                                        reason_of(books, due) + ", and never reached " +
                                        books.scenario.actors[actor].id + " [MQTT-3.1.2-8]"});
            }
        }
    }
}

}  // namespace trunkline::sim
