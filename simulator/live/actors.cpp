#include "simulator/live/actors.hpp"

#include <cassert>

#include "protocol/base/deadlines.hpp"
#include "simulator/oracle/device_facts.hpp"

namespace trunkline::sim {

namespace {

constexpr std::chrono::seconds connect_timeout{10};

}  // namespace

Actors::Connection::Connection(const LinkProfile& link, std::uint64_t seed, const std::string& name)
    : up(link, Random(seed, name, "stream up")), down(link, Random(seed, name, "stream down")) {}

Actors::Actors(const Scenario& scenario, Oracle& oracle, const runtime::Url& broker, runtime::EventLoop& loop,
               const RunClock& clock)
    : scenario_(scenario), oracle_(oracle), broker_(broker), clock_(clock), topics_(scenario), streams_(loop, *this) {
    for (std::size_t index = 0; index < scenario.actors.size(); ++index) places_.emplace_back(scenario, index);
}

// An observer has no listening socket.
runtime::StreamId Actors::accepted(std::string_view, std::string_view) {
    assert(false);
    return {};
}
void Actors::accept_failed(std::string_view, std::error_code) { assert(false); }

std::optional<std::size_t> Actors::find(runtime::StreamId id) const {
    for (std::size_t actor = 0; actor < places_.size(); ++actor) {
        if (places_[actor].connection && places_[actor].stream == id) return actor;
    }
    return std::nullopt;
}

void Actors::connected(runtime::StreamId id) {
    const std::optional<std::size_t> actor = find(id);
    if (!actor) return;
    places_[*actor].connection->is_connected = true;
    places_[*actor].observer.transport_opened(clock_.now());
    oracle_.actor_attempts(*actor, clock_.now());
}

void Actors::received(runtime::StreamId id, ByteView bytes) {
    if (const auto actor = find(id)) places_[*actor].connection->down.send(bytes, clock_.now());
}

void Actors::written(runtime::StreamId, std::size_t) {}  // an observer sends little

void Actors::closed(runtime::StreamId id, runtime::StreamEnd) {
    if (const auto actor = find(id)) places_[*actor].connection->peer_gone = true;
}

void Actors::advance(Instant now) {
    for (std::size_t actor = 0; actor < places_.size(); ++actor) {
        places_[actor].observer.advance(now);
        serve(actor, now);
    }
}

void Actors::open(std::size_t actor) {
    Place& place = places_[actor];
    const ActorPlan& plan = scenario_.actors[actor];
    place.stream = runtime::StreamId{++attempts_};
    place.connection.emplace(scenario_.links[plan.link], scenario_.seed,
                             "actor:" + plan.id + ":" + std::to_string(attempts_));
    streams_.connect(place.stream, broker_, connect_timeout);
}

void Actors::serve(std::size_t actor, Instant now) {
    Place& place = places_[actor];
    if (place.observer.take_open_request()) open(actor);
    if (place.connection) move_down(place, now);
    if (place.connection) move_up(place, now);
    tell_observer_facts(oracle_, actor, topics_, place.observer.facts(), now);
    place.observer.facts_taken();
}

void Actors::move_down(Place& place, Instant now) {
    Connection& connection = *place.connection;
    connection.down.advance(now);
    while (!connection.down.arrived().empty()) {
        const ByteView bytes = connection.down.arrived();
        if (!connection.is_closing) place.observer.received(bytes, now);
        connection.down.consume(bytes.size(), now);
    }
    streams_.set_reading(place.stream, !connection.down.is_full());
    const bool is_over = connection.peer_gone && connection.down.is_empty();
    if (is_over || connection.down.is_broken() || connection.up.is_broken()) end_connection(place, now);
}

void Actors::move_up(Place& place, Instant now) {
    Connection& connection = *place.connection;
    OutputBytes output;
    if (place.observer.take_output(output) > 0) connection.up.send(output.view(), now);
    if (place.observer.close_requested()) connection.is_closing = true;
    connection.up.advance(now);
    if (const ByteView bytes = connection.up.arrived(); !bytes.empty()) {
        OutputBytes arrived;
        arrived.append(bytes);
        connection.up.consume(bytes.size(), now);
        streams_.send(place.stream, arrived);
    }
    if (connection.is_closing && connection.up.is_empty()) end_connection(place, now);
}

void Actors::end_connection(Place& place, Instant now) {
    place.connection.reset();
    streams_.close(place.stream);  // closed() finds no connection any more
    place.observer.transport_closed(now);
}

std::optional<Instant> Actors::next_deadline() const {
    std::optional<Instant> first;
    for (const Place& place : places_) {
        first = earlier(first, place.observer.next_deadline());
        if (!place.connection) continue;
        first = earlier(first, place.connection->up.next_deadline());
        first = earlier(first, place.connection->down.next_deadline());
    }
    return first;
}

void Actors::set_away(std::size_t actor, bool is_away, Instant now) {
    Place& place = places_[actor];
    place.absences += is_away ? 1U : -1U;
    if (is_away && place.absences == 1) {
        place.observer.leave(now);
        if (place.connection && !place.observer.close_requested()) end_connection(place, now);
    }
    if (place.absences == 0) place.observer.come_back(now);
    serve(actor, now);
}

void Actors::leave(Instant now) {
    for (std::size_t actor = 0; actor < places_.size(); ++actor) {
        places_[actor].observer.leave(now);
        serve(actor, now);
    }
}

bool Actors::are_gone() const {
    for (const Place& place : places_) {
        if (place.connection) return false;
    }
    return streams_.leaving() == 0;
}

bool Actors::are_subscribed() const {
    for (const Place& place : places_) {
        if (!place.observer.is_subscribed()) return false;
    }
    return true;
}

}  // namespace trunkline::sim
