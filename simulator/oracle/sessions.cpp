#include "simulator/oracle/sessions.hpp"

#include "simulator/oracle/wording.hpp"
#include "simulator/plan/durations.hpp"

namespace trunkline::sim {

namespace {

/// The server may notice a loss later than the client, by its patience [MQTT-3.1.2-22], or earlier, by what was on the
/// way.
Duration margin(const SessionTerms& terms) { return Duration(terms.keep_alive) * 3 / 2 + std::chrono::seconds(30); }

std::string history(const Books& books, const SessionTerms& terms, const SessionBook& book) {
    if (terms.begins_clean_each_time()) return "it asked for a clean one";
    if (!book.lost_at) return "it had none before";
    std::string text = "its connection ended at " + moment_in_words(books, *book.lost_at);
    if (terms.is_mqtt_5) text += ", its expiry is " + duration_text(terms.expiry);
    return text;
}

/// Nothing: the server was right.
std::optional<std::string> accusation(const Books& books, const SessionTerms& terms, const SessionBook& book,
                                      bool session_present, Instant now) {
    const std::optional<bool> expected = expected_presence(books, terms, book, now);
    if (!expected || *expected == session_present) return std::nullopt;
    return std::string(terms.id) + " connected at " + moment_in_words(books, now) +
           (session_present ? " and found a session that must not exist: "
                            : " and found no session, although the server had to keep it: ") +
           history(books, terms, book) + (terms.begins_clean_each_time() ? " [MQTT-3.2.2-2]" : " [MQTT-3.2.2-3]");
}

}  // namespace

SessionTerms terms_of(const ActorPlan& actor) {
    return {actor.id, actor.is_mqtt_5, actor.clean_session, actor.session_expiry, actor.keep_alive};
}

SessionTerms terms_of(const SensorPlan& rtu) {
    return {rtu.id, rtu.protocol == DeviceProtocol::mqtt5, rtu.clean_session, rtu.session_expiry, rtu.keep_alive};
}

std::optional<bool> expected_presence(const Books& books, const SessionTerms& terms, const SessionBook& book,
                                      Instant now) {
    if (terms.begins_clean_each_time()) return false;  // [MQTT-3.2.2-2]
    if (books.state_lost_at) return std::nullopt;
    const bool only_this_attempt = book.attempts <= 1;
    // A restart may begin the expiry anew.
    const bool restarted = book.lost_at && books.outages.on_the_way(std::nullopt, *book.lost_at, now) != nullptr;
    const std::optional<bool> none = only_this_attempt && !restarted ? std::optional(false) : std::nullopt;
    if (!book.lost_at) return none;
    if (!terms.is_mqtt_5) return true;
    const Duration away = now - *book.lost_at;
    if (away + margin(terms) < terms.expiry) return true;  // [MQTT-3.2.2-3]
    if (away > Duration(terms.expiry) + margin(terms)) return none;
    return std::nullopt;
}

void check_session(Books& books, std::size_t actor, bool session_present, Instant now) {
    const SessionTerms terms = terms_of(books.scenario.actors[actor]);
    auto text = accusation(books, terms, books.actors[actor].session, session_present, now);
    if (text) books.findings.add({Violation::Promise::session, no_sensor, 0, actor, now, std::move(*text)});
}

void check_rtu_session(Books& books, std::size_t sensor, bool session_present, Instant now) {
    const SessionTerms terms = terms_of(books.scenario.sensors[sensor]);
    auto text = accusation(books, terms, books.sensors[sensor].session, session_present, now);
    if (text) books.findings.add({Violation::Promise::session, sensor, 0, no_actor, now, std::move(*text)});
}

}  // namespace trunkline::sim
