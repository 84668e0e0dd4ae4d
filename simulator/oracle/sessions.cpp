#include "simulator/oracle/sessions.hpp"

#include "simulator/oracle/wording.hpp"
#include "simulator/plan/durations.hpp"

namespace trunkline::sim {

namespace {

/// The server may notice a loss later than the client, by its patience [MQTT-3.1.2-22], or earlier, by what was on the
/// way.
Duration margin(const ActorPlan& actor) { return Duration(actor.keep_alive) * 3 / 2 + std::chrono::seconds(30); }

std::string history(const Books& books, std::size_t actor) {
    const ActorPlan& plan = books.scenario.actors[actor];
    const ActorBook& book = books.actors[actor];
    if (plan.clean_session) return "it asked for a clean one";
    if (!book.lost_at) return "it had none before";
    std::string text = "its connection ended at " + moment_in_words(books, *book.lost_at);
    if (plan.is_mqtt_5) text += ", its expiry is " + duration_text(plan.session_expiry);
    return text;
}

}  // namespace

bool session_outlives_connection(const ActorPlan& actor) {
    return actor.is_mqtt_5 ? actor.session_expiry > std::chrono::seconds(0) : !actor.clean_session;
}

std::optional<bool> expected_presence(const Books& books, std::size_t actor, Instant now) {
    const ActorPlan& plan = books.scenario.actors[actor];
    const ActorBook& book = books.actors[actor];
    if (plan.clean_session) return false;  // [MQTT-3.2.2-2]
    if (books.state_lost_at) return std::nullopt;
    const bool only_this_attempt = book.attempts <= 1;
    // A restart may begin the expiry anew.
    const bool restarted = book.lost_at && books.outages.on_the_way(std::nullopt, *book.lost_at, now) != nullptr;
    const std::optional<bool> none = only_this_attempt && !restarted ? std::optional(false) : std::nullopt;
    if (!book.had_session || !book.lost_at) return none;
    if (!plan.is_mqtt_5) return true;
    const Duration away = now - *book.lost_at;
    if (away + margin(plan) < plan.session_expiry) return true;  // [MQTT-3.2.2-3]
    if (away > Duration(plan.session_expiry) + margin(plan)) return none;
    return std::nullopt;
}

void check_session(Books& books, std::size_t actor, bool session_present, Instant now) {
    const std::optional<bool> expected = expected_presence(books, actor, now);
    if (!expected || *expected == session_present) return;
    const bool is_clean = books.scenario.actors[actor].clean_session;
    books.findings.add({Violation::Promise::session, no_sensor, 0, actor, now,
                        books.scenario.actors[actor].id + " connected at " + moment_in_words(books, now) +
                            (session_present ? " and found a session that must not exist: "
                                             : " and found no session, although the server had to keep it: ") +
                            history(books, actor) + (is_clean ? " [MQTT-3.2.2-2]" : " [MQTT-3.2.2-3]")});
}

}  // namespace trunkline::sim
