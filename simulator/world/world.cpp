#include "simulator/world/world.hpp"

#include <algorithm>

#include "simulator/oracle/uplink_facts.hpp"
#include "simulator/plan/addresses.hpp"

namespace trunkline::sim {

namespace {

/// Where guests are: beside the sensors' network.
Address guest_address(std::uint32_t guest) { return Address::v4(172, 16, 0, static_cast<std::uint8_t>(guest), 10000); }

}  // namespace

World::World(const Scenario& scenario, Oracle& oracle, TraceDetail detail, const PlantedDefects& defects,
             PacketListener* listener)
    : scenario_(scenario),
      oracle_(oracle),
      defects_(defects),
      listener_(listener),
      streams_(queue_, scenario.seed, listener),
      trace_(detail),
      topics_(scenario),
      core_facts_(scenario, oracle),
      field_(surroundings()),
      faults_(surroundings(), field_, broker_, gateways_, actors_),
      broker_(surroundings()) {
    for (std::uint32_t index = 0; index < scenario.gateways.size(); ++index) {
        gateways_.push_back(std::make_unique<GatewayHost>(surroundings(), index, field_));
    }
    for (std::uint32_t index = 0; index < scenario.actors.size(); ++index) {
        actors_.push_back(std::make_unique<ActorHost>(surroundings(), index, topics_));
    }
    broker_.start();
    for (const auto& actor : actors_) actor->start();
    field_.start();
    faults_.schedule();
    if (scenario.chaos) queue_.put(Instant{} + scenario.settled_at(), {EventKind::settled, 0, 0});
}

void World::invite(std::unique_ptr<Guest> guest, Instant first) {
    queue_.put(first, {EventKind::guest_wakes, static_cast<std::uint32_t>(guests_.size()), 0});
    guests_.push_back(std::move(guest));
}

bool World::run_until(Instant end) {
    const Instant over = Instant{} + scenario_.length();
    const Instant until = std::min(end, over);
    while (!queue_.empty() && queue_.first().at <= until) {
        expect(queue_.events_come_near());
        queue_.events_seen();
        const EventQueue::Due due = queue_.take_first();
        now_ = due.at;
        ++events_;
        happen(due);
    }
    now_ = std::max(now_, until);
    return now_ < over;
}

void World::expect(std::span<const EventQueue::Due> near) {
    constexpr std::size_t fit_into_caches = 500;  // sensors, with all that belongs to them
    if (scenario_.sensors.size() <= fit_into_caches) return;
    for (const EventQueue::Due& due : near) {
        const std::uint32_t entity = due.event.entity;
        if (due.event.kind == EventKind::datagram_at_gateway) arriving_.sensors.push_back(entity);
        if (due.event.kind == EventKind::sensor_wakes && !field_.is_early(entity, due.at))
            waking_.sensors.push_back(entity);
    }
    constexpr unsigned steps_to_wake = 6;
    waking_.advance(steps_to_wake, [this](std::uint32_t sensor, unsigned step) { expect_waking(sensor, step); });
    // A reading is some ten events: with two steps for each of them nobody waits long.
    constexpr unsigned steps_to_arrive = 1 + gateway::Gateway::steps_to_expect;
    for (unsigned twice = 0; twice < 2; ++twice)
        arriving_.advance(steps_to_arrive,
                          [this](std::uint32_t sensor, unsigned step) { expect_arrival(sensor, step); });
}

/// The device, its plan, what the oracle has of it, and what these lead to.
void World::expect_waking(std::uint32_t sensor, unsigned step) const {
    if (step == 0) return field_.expect(sensor, 0);
    if (step == 1) return bring_near(scenario_.sensors[sensor]);
    if (step == 2 || step == 3) return oracle_.expect(sensor, step - 2);
    field_.expect(sensor, step - 3);
}

/// All the way to the broker and to who hears of it: what a datagram leads to happens within milliseconds, too.
void World::expect_arrival(std::uint32_t sensor, unsigned step) const {
    if (step == 0) return bring_near(scenario_.sensors[sensor]);
    --step;
    const GatewayHost& gateway = *gateways_[scenario_.sensors[sensor].gateway];
    gateway.expect(sensor, step);
    topics_.expect(sensor, step);
    if (step == 0) return;
    --step;
    const std::optional<StreamIndex> stream = gateway.stream_of_sensor(sensor);
    if (!stream || step > 3) return;
    streams_.expect(*stream, step);
    broker_.expect(*stream, topics_.key_of(sensor), step);
}

void World::happen(const EventQueue::Due& due) {
    const Event& event = due.event;
    switch (event.kind) {
        case EventKind::sensor_wakes:
            trace_.note(now_, event.kind, event.entity);
            return field_.wake(event.entity, now_);
        case EventKind::gateway_wakes:
            trace_.note(now_, event.kind, event.entity);
            return gateways_[event.entity]->wake(now_);
        case EventKind::broker_wakes:
            trace_.note(now_, event.kind, event.entity);
            return broker_.wake(now_);
        case EventKind::actor_wakes:
            trace_.note(now_, event.kind, event.entity);
            return actors_[event.entity]->wake(now_);
        case EventKind::guest_wakes:
            trace_.note(now_, event.kind, event.entity);
            return guest_wakes(event.entity);
        case EventKind::datagram_at_gateway:
            return sensor_datagram_at_gateway(event);
        case EventKind::guest_datagram:
            return datagram_at_gateway(0, guest_address(event.entity), event);
        case EventKind::datagram_at_sensor:
            trace_.note(now_, event.kind, event.entity, octets_.at(event.item));
            field_.received(event.entity, octets_.at(event.item), now_);
            return octets_.release(event.item);
        case EventKind::stream_moves:
            trace_.note(now_, event.kind, event.entity);
            return stream_moves(StreamIndex(event.entity));
        case EventKind::batch_stored:
            trace_.note(now_, event.kind, event.entity);
            return broker_.stored(event.entity, now_);
        case EventKind::queues_read:
            trace_.note(now_, event.kind, event.entity);
            return broker_.queues_read(event.entity, now_);
        case EventKind::broker_accepts:
            trace_.note(now_, event.kind, event.entity);
            return broker_.accept_knocking(StreamIndex(event.entity), event.item, now_);
        case EventKind::gateway_stored:
            trace_.note(now_, event.kind, event.entity);
            return gateways_[event.entity]->stored(event.item, now_);
        case EventKind::fault_begins:
            trace_.note(now_, event.kind, event.entity);
            return faults_.begin(event.entity, event.item, now_);
        case EventKind::fault_ends:
            trace_.note(now_, event.kind, event.entity);
            return faults_.end(event.entity, event.item, now_);
        case EventKind::settled:
            trace_.note(now_, event.kind, event.entity);
            return settle();
    }
}

void World::sensor_datagram_at_gateway(const Event& event) {
    const auto gateway = static_cast<std::uint32_t>(scenario_.sensors[event.entity].gateway);
    if (field_.addresses().has_changed(event.entity)) return moved_sensor_datagram_at_gateway(gateway, event);
    if (gateways_[gateway]->hears())
        tell_uplink_datagram(oracle_, scenario_, event.entity, octets_.at(event.item), now_);
    datagram_at_gateway(gateway, sensor_address(event.entity), event);
}

/// Whether it has heard its sensor or a stranger, the gateway has to say.
void World::moved_sensor_datagram_at_gateway(std::uint32_t gateway, const Event& event) {
    const SensorPlan& plan = scenario_.sensors[event.entity];
    const Address from = field_.addresses().address_of(event.entity);
    const bool is_heard = gateways_[gateway]->hears();
    const ByteView arrived = octets_.at(event.item);
    const std::vector<std::byte> datagram(arrived.begin(), arrived.end());
    datagram_at_gateway(gateway, from, event);
    if (!is_heard) return;
    if (plan.qos < 0 || gateways_[gateway]->has_at(plan.id, from))
        tell_uplink_datagram(oracle_, scenario_, event.entity, datagram, now_);
    else tell_address_changed(oracle_, event.entity, LinkWay::up, datagram);
}

void World::datagram_at_gateway(std::uint32_t gateway, const Address& from, const Event& event) {
    trace_.note(now_, event.kind, event.entity, octets_.at(event.item));
    gateways_[gateway]->received(from, octets_.at(event.item), now_);
    octets_.release(event.item);
}

void World::stream_moves(StreamIndex stream) {
    if (!streams_.exists(stream)) return;  // freed since
    streams_.woken(stream, now_);
    streams_.at(stream).advance(now_);
    if (const StreamConnection& moved = streams_.at(stream);
        moved.has_news(StreamEnd::server) || moved.has_written(StreamEnd::server))
        broker_.stream_moved(stream, now_);
    if (!streams_.exists(stream)) return;
    if (streams_.at(stream).has_news(StreamEnd::client)) {
        const StreamOwner owner = streams_.owner(stream);
        if (owner.kind == StreamOwner::Kind::gateway) gateways_[owner.index]->stream_moved(stream, now_);
        if (owner.kind == StreamOwner::Kind::actor) actors_[owner.index]->stream_moved(stream, now_);
        if (owner.kind == StreamOwner::Kind::rtu) field_.stream_moved(owner.index, stream, now_);
    }
    if (streams_.exists(stream)) streams_.settle(stream);
}

void World::settle() {
    constexpr std::size_t page = 1'000;
    std::vector<std::optional<Instant>> received(scenario_.sensors.size());
    std::string last;
    for (auto views = broker_.core().retained_after(last, page); !views.empty();
         views = broker_.core().retained_after(last, page)) {
        for (const broker::RetainedView& view : views) {
            if (const auto sensor = topics_.sensor_of(view.topic)) received[*sensor] = view.received_at;
        }
        last = views.back().topic;
    }
    for (std::size_t sensor = 0; sensor < received.size(); ++sensor)
        oracle_.retained_kept(sensor, received[sensor], now_);
    oracle_.settled(now_);
}

void World::guest_wakes(std::uint32_t guest) {
    const GuestMove move = guests_[guest]->woken(now_);
    if (!move.datagram.empty()) {
        queue_.put(now_, {EventKind::guest_datagram, guest, octets_.put(move.datagram)});
    }
    if (move.again) queue_.put(*move.again, {EventKind::guest_wakes, guest, 0});
}

WorldCounters World::counters() const {
    WorldCounters counters;
    counters.events = events_;
    const PacketCounts datagrams = field_.datagrams();
    counters.datagrams = datagrams.sent;
    counters.datagrams_lost = datagrams.lost;
    counters.datagrams_queue_full = datagrams.queue_full;
    counters.datagrams_duplicated = datagrams.duplicated;
    counters.datagram_octets = datagrams.octets;
    counters.streams_opened = streams_.opened();
    const PacketCounts segments = streams_.segments();
    counters.segments = segments.sent;
    counters.segments_lost = segments.lost;
    counters.segments_queue_full = segments.queue_full;
    counters.segment_octets = segments.octets;
    counters.broker_restarts = broker_.restarts();
    for (const auto& gateway : gateways_) counters.gateway_restarts += gateway->restarts();
    return counters;
}

}  // namespace trunkline::sim
