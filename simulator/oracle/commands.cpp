#include "simulator/oracle/commands.hpp"

#include <algorithm>

#include "simulator/oracle/books.hpp"
#include "simulator/oracle/wording.hpp"

namespace trunkline::sim {

namespace {

/// Whether the gateway may not have had it yet, through nobody's fault.
bool may_be_late(const Books& books, const CommandBook& book, const CommandBook::Owed& owed, Instant now) {
    const Instant from = owed.sent_at - holder_grace - will_window;
    return *book.asked_at < owed.acknowledged_at + command_grace ||
           books.outages.on_the_way(books.gateway_of(book.sensor), from, now) != nullptr ||
           (book.upstream_lost_at && *book.upstream_lost_at >= from);
}

/// The broker has said so. Nothing is dropped before it is sent.
bool may_be_dropped(const CommandBook& book, const CommandBook::Owed& owed) {
    return book.dropped_at && *book.dropped_at >= owed.sent_at;
}

}  // namespace

CommandBooks::CommandBooks(const Scenario& scenario) {
    for (std::size_t sensor = 0; sensor < scenario.sensors.size(); ++sensor) {
        if (!scenario.sensors[sensor].commands) continue;
        CommandBook book;
        book.sensor = sensor;
        books_.push_back(book);
    }
    for (const ActorPlan& actor : scenario.actors) sent_at_.emplace_back(actor.publications.size());
}

CommandBook* CommandBooks::of(std::size_t sensor) {
    const auto found =
        std::lower_bound(books_.begin(), books_.end(), sensor,
                         [](const CommandBook& book, std::size_t wanted) { return book.sensor < wanted; });
    return found != books_.end() && found->sensor == sensor ? &*found : nullptr;
}

void command_acknowledged(Books& books, std::size_t actor, std::size_t publication, Instant now) {
    const PublicationPlan& plan = books.scenario.actors[actor].publications[publication];
    const Instant sent_at = books.commands.sent_at(actor, publication);
    for (CommandBook& book : books.commands.all()) {
        const CommandsPlan& listens = *books.scenario.sensors[book.sensor].commands;
        if (listens.topic != plan.topic || listens.qos == 0 || plan.qos == 0) continue;
        if (!book.subscribed_at || *book.subscribed_at >= sent_at) continue;
        if (book.received_at && *book.received_at >= sent_at) continue;
        book.owed = CommandBook::Owed{actor, publication, sent_at, now};
    }
}

void commands_subscribed(Books& books, std::size_t sensor, Instant now) {
    if (CommandBook* book = books.commands.of(sensor)) book->subscribed_at = now;
}

void command_received(Books& books, std::size_t sensor, Instant now) {
    CommandBook* book = books.commands.of(sensor);
    if (book == nullptr) return;
    book->received_at = now;
    book->owed.reset();
}

void commands_interrupted(Books& books, std::size_t sensor) {
    CommandBook* book = books.commands.of(sensor);
    if (book == nullptr) return;
    book->subscribed_at.reset();
    book->asked_at.reset();
    book->owed.reset();
}

void command_dropped(Books& books, std::string_view topic, Instant now) {
    for (CommandBook& book : books.commands.all()) {
        if (books.scenario.sensors[book.sensor].commands->topic == topic) book.dropped_at = now;
    }
}

void commands_upstream_lost(Books& books, std::size_t sensor, Instant now) {
    if (CommandBook* book = books.commands.of(sensor)) book->upstream_lost_at = now;
}

void waiting_messages_asked(Books& books, std::size_t sensor, Instant now) {
    CommandBook* book = books.commands.of(sensor);
    if (book != nullptr && !book->asked_at) book->asked_at = now;
}

void check_nothing_waits(Books& books, std::size_t sensor, Instant now) {
    CommandBook* book = books.commands.of(sensor);
    if (book == nullptr || !book->asked_at) return;
    if (book->owed && !may_be_late(books, *book, *book->owed, now) && !may_be_dropped(*book, *book->owed)) {
        const CommandBook::Owed& owed = *book->owed;
        const ActorPlan& actor = books.scenario.actors[owed.actor];
        const PublicationPlan& command = actor.publications[owed.publication];
        books.findings.add({Violation::Promise::pingresp, sensor, 0, owed.actor, now,
                            "PINGRESP sent " + books.scenario.sensors[sensor].id + " back to sleep at " +
                                moment_in_words(books, now) + " without the command \"" + command.payload + "\" on " +
                                command.topic + ", which was acknowledged to " + actor.id + " at " +
                                moment_in_words(books, owed.acknowledged_at) + "; PINGREQ had come at " +
                                moment_in_words(books, *book->asked_at) + " [MQTT-SN 1.2 §6.14]"});
        book->owed.reset();
    }
    book->asked_at.reset();
}

}  // namespace trunkline::sim
