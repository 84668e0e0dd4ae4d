#include "simulator/world/broker_host.hpp"

#include <algorithm>
#include <cassert>
#include <string>
#include <utility>
#include <vector>

#include "simulator/oracle/uplink_facts.hpp"

namespace trunkline::sim {

namespace {

broker::Settings broker_settings(const Scenario& scenario, std::uint32_t life, const PlantedDefects& defects) {
    broker::Settings settings;
    settings.durability = broker::Durability::sync;
    // Whoever is in the scenario has room.
    settings.client_limit =
        std::max(settings.client_limit, scenario.sensors.size() + scenario.actors.size() + scenario.gateways.size());
    settings.queue_limit_messages = scenario.broker.queue_limit.value_or(settings.queue_limit_messages);
    settings.receive_maximum = scenario.broker.receive_maximum.value_or(settings.receive_maximum);
    settings.maximum_inflight = scenario.broker.inflight_messages.value_or(settings.maximum_inflight);
    settings.queue_window_messages = scenario.broker.queue_window.value_or(settings.queue_window_messages);
    // What such a disk pretends to have, it cannot show; and defects change what lies in memory.
    if (defects.write_behind > Duration::zero() || defects.broker != nullptr) settings.queue_window_messages = 0;
    settings.queue_policy = scenario.broker.drop == BrokerPlan::Drop::oldest ? broker::QueuePolicy::drop_oldest
                                                                             : broker::QueuePolicy::drop_newest;
    settings.seed = stable_hash("broker:" + std::to_string(life)) ^ scenario.seed;
    settings.defect = defects.broker;
    return settings;
}

// RTUs send readings and pings: beyond this it is none of theirs.
constexpr std::size_t rtu_packet_limit = 1U << 20U;

/// The upper half counts, so that no identifier comes twice; the lower half is the stream.
broker::ConnectionId connection_id(std::uint32_t count, StreamIndex stream) {
    return broker::ConnectionId(static_cast<std::uint64_t>(count) << 32U | static_cast<std::uint32_t>(stream));
}
const std::string& name_of(const StreamOwner& owner, const Scenario& scenario) {
    switch (owner.kind) {
        case StreamOwner::Kind::gateway:
            return scenario.gateways[owner.index].id;
        case StreamOwner::Kind::actor:
            return scenario.actors[owner.index].id;
        case StreamOwner::Kind::rtu:
            break;
    }
    return scenario.sensors[owner.index].id;
}

StreamIndex stream_of(broker::ConnectionId id) { return StreamIndex(static_cast<std::uint32_t>(id)); }

}  // namespace

BrokerHost::BrokerHost(Surroundings surroundings)
    : world_(surroundings),
      disk_(make_broker_disk(world_.scenario.broker.state, Random(world_.scenario.seed, "broker", "power loss"))),
      write_behind_(world_.defects.write_behind) {
    rtu_frames_.reserve(world_.scenario.sensors.size());
    while (rtu_frames_.size() < world_.scenario.sensors.size()) rtu_frames_.emplace_back(rtu_packet_limit);
}

void BrokerHost::begin_life(Instant now) {
    assert(!core_);
    core_.emplace(broker_settings(world_.scenario, ++life_, world_.defects));
    const WallTime wall = world_.scenario.start + now.time_since_epoch();
    core_->start(now, wall);
    disk_->load(*core_, now, wall);
    wakeup_ = Wakeup();
    next_accept_ = now;
    round(now);
}

void BrokerHost::go_down(ProcessEnd how, Instant now) {
    if (++absences_ > 1) return;
    if (how == ProcessEnd::orderly) {
        shut_down(now);
        write_behind_.write_all(*disk_);
        disk_->closed();
    } else {
        if (world_.defects.unwritten != nullptr) *world_.defects.unwritten = write_behind_.lose_all();
        disk_->lose_power(writing_ ? &*writing_ : nullptr);
        writing_.reset();
    }
    reading_.clear();
    missed_.clear();
    store_waits_ = reads_wait_ = false;
    core_.reset();
    connections_.clear();
    world_.streams.broker_leaves(now);
    world_.oracle.broker_down(now);
}

void BrokerHost::come_up(bool disk_is_empty, Instant now) {
    disk_was_lost_ = disk_was_lost_ || disk_is_empty;
    assert(absences_ > 0);
    if (--absences_ > 0) return;
    if (disk_was_lost_) disk_->wipe();
    world_.oracle.broker_up(!disk_was_lost_, now);
    disk_was_lost_ = false;
    world_.streams.broker_returns();
    begin_life(now);
}

/// As the program does on SIGTERM: clients hear of it, and what is left to store is stored.
void BrokerHost::shut_down(Instant now) {
    core_->shut_down(now);
    round(now);
    if (full_disks_ > 0) writing_.reset();  // nobody was told that it is stored
    while (writing_) batch_is_durable(now);
}

void BrokerHost::wake(Instant now) {
    wakeup_.woken(now);
    if (!core_ || freezes_ > 0) return;
    standstill_.woken(now, "the broker", world_.scenario.seed);
    core_->advance(now);
    round(now);
}

void BrokerHost::stored(std::uint32_t life, Instant now) {
    if (life != life_ || !core_) return;  // that process did not live to see it
    if (freezes_ > 0) store_waits_ = true;
    else batch_is_through(now);
}

void BrokerHost::batch_is_through(Instant now) {
    if (full_disks_ == 0) return batch_is_durable(now);
    world_.oracle.happened(NamedEvent::disk_was_full);
    core_->store_failed(writing_->ticket, {0, "the disk is full"}, now);
    world_.queue.put(now + retry_pause, {EventKind::batch_stored, life_, 0});
    round(now);
}

void BrokerHost::set_disk_full(bool is_full, Instant now) {
    full_disks_ += is_full ? 1U : -1U;
    if (is_full && full_disks_ == 1) world_.oracle.broker_disk_full(now);
    if (full_disks_ == 0) world_.oracle.broker_disk_has_room(now);
}

void BrokerHost::set_frozen(bool is_frozen, Instant now) {
    freezes_ += is_frozen ? 1U : -1U;
    if (is_frozen && freezes_ == 1) {
        frozen_at_ = now;
        world_.oracle.broker_frozen(now);
    }
    if (freezes_ > 0) return;
    world_.oracle.broker_thawed(now);
    if (core_) thaw(now);
}

/// What came meanwhile lies in its sockets; then the timers see how late it is.
void BrokerHost::thaw(Instant now) {
    for (const StreamIndex stream : std::exchange(missed_, {})) accept(stream, now);
    for (std::uint32_t number = 0; number < world_.streams.size(); ++number) {
        const StreamIndex stream{number};
        if (!world_.streams.exists(stream) || !world_.streams.at(stream).has_news(StreamEnd::server)) continue;
        stream_moved(stream, now);
        if (world_.streams.exists(stream)) world_.streams.settle(stream);
    }
    if (std::exchange(store_waits_, false)) batch_is_through(now);
    if (std::exchange(reads_wait_, false)) queues_read(life_, now);
    core_->stood_still(now - frozen_at_, now);
    core_->advance(now);
    round(now);
}

void BrokerHost::kick(std::string_view client_id, Instant now) {
    if (!core_ || freezes_ > 0 || !core_->disconnect(client_id, now)) return;
    world_.oracle.happened(NamedEvent::client_kicked);
    round(now);
}

/// What a batch leaves on the disk is decided at its end, so that power may fail before.
void BrokerHost::batch_is_durable(Instant now) {
    assert(writing_);
    disk_->write(*writing_);
    const broker::Ticket ticket = writing_->ticket;
    writing_.reset();
    core_->stored(ticket, now);
    round(now);
}

void BrokerHost::queues_read(std::uint32_t life, Instant now) {
    if (life != life_ || !core_) return;
    if (freezes_ > 0) {
        reads_wait_ = true;
        return;
    }
    for (const broker::Fetch& wanted : std::exchange(reading_, {})) core_->fetched(wanted.id, disk_->read(wanted), now);
    round(now);
}

void BrokerHost::expect(StreamIndex stream, const HashedText& topic, unsigned step) const {
    const auto place = static_cast<std::size_t>(stream);
    if (!core_ || place >= connections_.size()) return;
    if (step == 0) return bring_near(connections_[place]);
    if (connections_[place]) core_->expect(*connections_[place], topic, step - 1);
}

std::optional<broker::ConnectionId>& BrokerHost::connection_of(StreamIndex stream) {
    const auto place = static_cast<std::size_t>(stream);
    if (connections_.size() <= place) connections_.resize(place + 1);
    return connections_[place];
}

void BrokerHost::stream_moved(StreamIndex stream, Instant now) {
    if (!core_ || freezes_ > 0) return;  // its end of the stream is closed, or nobody looks
    StreamConnection& connection = world_.streams.at(stream);
    if (connection.take_opened(StreamEnd::server)) knock(stream, now);
    if (const std::optional<ConnectionId> id = connection_of(stream)) {
        tell_written(*id, now);
        read(*id, now);
        if (connection.take_closed(StreamEnd::server)) closed(*id, broker::CloseCause::peer_closed, now);
    }
    round(now);
}

/// Open to its client, and to the broker a connection in its listener's backlog until it is its turn. The stream lasts
/// until then: its end has to be heard here too.
void BrokerHost::knock(StreamIndex stream, Instant now) {
    const unsigned rate = world_.scenario.broker.accept_per_s;
    if (rate == 0) return accept(stream, now);
    const Instant turn = std::max(now, next_accept_);
    next_accept_ = turn + Duration(std::chrono::seconds(1)) / rate;
    if (turn == now) return accept(stream, now);
    world_.queue.put(turn, {EventKind::broker_accepts, static_cast<std::uint32_t>(stream), life_});
}

void BrokerHost::accept_knocking(StreamIndex stream, std::uint32_t life, Instant now) {
    if (life != life_ || !core_) return;
    if (freezes_ > 0) {
        missed_.push_back(stream);
        return;
    }
    accept(stream, now);
    stream_moved(stream, now);
    if (world_.streams.exists(stream)) world_.streams.settle(stream);
}

void BrokerHost::accept(StreamIndex stream, Instant now) {
    const StreamOwner& owner = world_.streams.owner(stream);
    const std::string& peer = name_of(owner, world_.scenario);
    const ConnectionId id = connection_id(++accepted_, stream);
    connection_of(stream) = id;
    if (owner.kind == StreamOwner::Kind::rtu) rtu_frames_[owner.index] = mqtt::FrameStream(rtu_packet_limit);
    core_->opened(id, {"mqtt://broker", peer}, now);
}

void BrokerHost::read(ConnectionId id, Instant now) {
    StreamConnection& connection = world_.streams.at(stream_of(id));
    const ByteView bytes = connection.arrived(StreamEnd::server);
    if (bytes.empty() || !core_->wants_read(id)) return;
    world_.trace.note(now, EventKind::stream_moves, static_cast<std::uint32_t>(stream_of(id)), bytes);
    tell_heard(world_.streams.owner(stream_of(id)), bytes, now);
    core_->received(id, bytes, now);
    connection.consume(StreamEnd::server, bytes.size(), now);
}

void BrokerHost::tell_heard(const StreamOwner& owner, ByteView bytes, Instant now) {
    if (owner.kind == StreamOwner::Kind::rtu)
        tell_uplink_bytes(world_.oracle, owner.index, rtu_frames_[owner.index], bytes, now);
}

void BrokerHost::tell_written(ConnectionId id, Instant now) {
    const std::size_t written = world_.streams.at(stream_of(id)).take_written(StreamEnd::server);
    if (written > 0) core_->written(id, written, now);
}

void BrokerHost::closed(ConnectionId id, broker::CloseCause cause, Instant now) {
    connection_of(stream_of(id)).reset();
    core_->closed(id, cause, now);
}

/// What one event changed leaves together. Serving a connection is an input too (bytes written, closed): again, until
/// nothing is pending.
void BrokerHost::round(Instant now) {
    for (;;) {
        begin_batch(now);
        begin_reading(now);
        const std::span<const ConnectionId> changed = core_->pending();
        if (changed.empty()) break;
        serving_.assign(changed.begin(), changed.end());  // serving one may make others pending
        for (const ConnectionId id : serving_) serve(id, now);
    }
    world_.core_facts.tell(core_->facts(), now);
    core_->facts_taken();
    wakeup_.arm(core_->next_deadline(), world_.queue, {EventKind::broker_wakes, 0, 0});
}

void BrokerHost::begin_batch(Instant now) {
    if (write_behind_.is_on()) return pretend_to_store(now);
    if (writing_) return;
    if (auto batch = core_->take_batch()) writing_ = *std::move(batch);
    if (writing_) world_.queue.put(now + commit_latency, {EventKind::batch_stored, life_, 0});
}

void BrokerHost::begin_reading(Instant now) {
    if (!reading_.empty() || !core_->has_fetches()) return;
    reading_ = core_->take_fetches();
    world_.queue.put(now + read_latency, {EventKind::queues_read, life_, 0});
}

void BrokerHost::pretend_to_store(Instant now) {
    write_behind_.write_due(*disk_, now);
    while (std::optional<broker::StoreBatch> batch = core_->take_batch()) {
        const broker::Ticket ticket = batch->ticket;
        write_behind_.keep(*std::move(batch), now);
        core_->stored(ticket, now);
    }
}

void BrokerHost::serve(ConnectionId id, Instant now) {
    const StreamIndex stream = stream_of(id);
    if (connection_of(stream) != id) return;  // closed since it became pending
    StreamConnection& connection = world_.streams.at(stream);
    OutputBytes output;
    // One that is over without its knowing yet, as after a standstill, takes nothing any more.
    if (core_->take_output(id, output) > 0 && connection.is_open(StreamEnd::server)) {
        connection.send(StreamEnd::server, output, now);
        tell_written(id, now);
    }
    if (const std::optional<broker::CloseCause> cause = core_->close_requested(id)) {
        connection.close(StreamEnd::server, now);
        closed(id, *cause, now);
    } else {
        read(id, now);  // it may want again what has waited
    }
    world_.streams.settle(stream);
}

}  // namespace trunkline::sim
