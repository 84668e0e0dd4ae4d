#include "simulator/world/gateway_host.hpp"

#include <algorithm>
#include <cassert>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "protocol/access/name_patterns.hpp"
#include "simulator/plan/addresses.hpp"
#include "simulator/plan/predefined_topics.hpp"

namespace trunkline::sim {

namespace {

gateway::Mode mode_of(bool is_aggregating) {
    return is_aggregating ? gateway::Mode::aggregating : gateway::Mode::transparent;
}

gateway::Settings gateway_settings(const Scenario& scenario, std::uint32_t index, std::uint32_t life,
                                   gateway::GatewayDefect* defect) {
    gateway::Settings settings;
    settings.gateway_id = static_cast<std::uint8_t>(index + 1);
    settings.seed = stable_hash("gateway:" + scenario.gateways[index].id + ':' + std::to_string(life)) ^ scenario.seed;
    settings.is_durable = true;
    settings.modes.otherwise = mode_of(scenario.gateways[index].is_aggregating);
    for (const ClientModePlan& rule : scenario.gateways[index].client_modes)
        settings.modes.of_clients.push_back({NamePatterns::parse(rule.pattern).value(), mode_of(rule.is_aggregating)});
    settings.upstream_keep_alive = scenario.gateways[index].keep_alive;
    if (scenario.gateways[index].backup_link) settings.brokers = {"main", "backup"};
    settings.trusted_networks = scenario.gateways[index].trusted_networks;
    settings.defect = defect;
    // Two gateways with one ClientId would throw each other out. [MQTT-3.1.4-3]
    settings.own_client_id = scenario.gateways[index].id;
    settings.maximum_sensors = std::max(settings.maximum_sensors, scenario.sensors.size());
    // In a world nobody forges addresses.
    settings.maximum_newcomers = settings.maximum_sensors;
    settings.stranger_answers_per_second = std::uint64_t{1} << 40U;
    const GatewayLimits& limits = scenario.gateways[index].limits;
    settings.uplink_window = limits.uplink_window.value_or(settings.uplink_window);
    settings.maximum_stored_messages_per_sensor =
        limits.stored_messages.value_or(settings.maximum_stored_messages_per_sensor);
    settings.maximum_stored_messages = limits.buffer_messages.value_or(settings.maximum_stored_messages);
    settings.maximum_downlink_messages = limits.downlink_messages.value_or(settings.maximum_downlink_messages);
    settings.upstream_connections = limits.upstream_connections.value_or(settings.upstream_connections);
    for (PredefinedTopicPlan& each : predefined_topics(scenario, index)) {
        settings.predefined_topics.push_back({.id = mqttsn::TopicId{each.id}, .topic = std::move(each.topic)});
    }
    return settings;
}

struct GatewayRestorer : gateway::Store::Visitor {
    GatewayRestorer(gateway::Gateway& into, Instant at) : core(into), now(at) {}
    void record(gateway::StoreRecord record) override { core.restore(record, now); }

    gateway::Gateway& core;
    Instant now;
};

}  // namespace

GatewayHost::GatewayHost(Surroundings surroundings, std::uint32_t index, Field& field)
    : world_(surroundings),
      index_(index),
      field_(field),
      channel_(world_.scenario.links[world_.scenario.gateways[index].broker_link]),
      last_streams_(world_.scenario.sensors.size()),
      luck_(world_.scenario.seed, "gateway:" + world_.scenario.gateways[index].id, "power loss") {
    if (const auto backup = world_.scenario.gateways[index].backup_link)
        backup_.emplace(world_.scenario.links[*backup]);
    begin_life(Instant{});
}

void GatewayHost::begin_life(Instant now) {
    core_.emplace(gateway_settings(world_.scenario, index_, ++life_, world_.defects.gateway));
    core_->start(now, world_.scenario.start + now.time_since_epoch());
    GatewayRestorer restorer(*core_, now);
    [[maybe_unused]] const auto loaded = ledger_.load(restorer);
    assert(loaded);  // memory does not fail
    wakeup_ = Wakeup();
    buffered_ = congested_ = 0;
    round(now);
}

void GatewayHost::go_down(ProcessEnd how, Instant now) {
    if (++absences_ > 1) return;
    if (how == ProcessEnd::orderly) shut_down(now);
    else if (writing_ && luck_.chance(0.5)) apply_batch();
    writing_.reset();
    core_.reset();
    unheard_.clear();
    store_waits_ = false;
    batch_.clear();
    streams_.clear();
    world_.streams.owner_leaves(StreamOwner::Kind::gateway, index_, now);
    world_.oracle.gateway_down(index_, now);
}

void GatewayHost::come_up(bool disk_is_empty, Instant now) {
    disk_was_lost_ = disk_was_lost_ || disk_is_empty;
    assert(absences_ > 0);
    if (--absences_ > 0) return;
    if (disk_was_lost_) ledger_ = gateway::Ledger();
    world_.oracle.gateway_up(index_, !disk_was_lost_, now);
    disk_was_lost_ = false;
    begin_life(now);
}

/// As the program does on SIGTERM: the broker hears of it, and what is left to store is stored.
void GatewayHost::shut_down(Instant now) {
    core_->shut_down(now);
    round(now);
    if (full_disks_ > 0) writing_.reset();  // nobody was told that it is stored
    while (writing_) batch_is_durable(now);
}

void GatewayHost::stored(std::uint32_t life, Instant now) {
    if (life != life_ || !core_) return;  // that process did not live to see it
    if (freezes_ > 0) store_waits_ = true;
    else batch_is_through(now);
}

void GatewayHost::batch_is_through(Instant now) {
    if (full_disks_ == 0) return batch_is_durable(now);
    world_.oracle.happened(NamedEvent::disk_was_full);
    core_->store_failed(writing_->ticket, {0, "the disk is full"}, now);
    world_.queue.put(now + retry_pause, {EventKind::gateway_stored, index_, life_});
    round(now);
}

void GatewayHost::set_disk_full(bool is_full, Instant now) {
    full_disks_ += is_full ? 1U : -1U;
    if (is_full && full_disks_ == 1) world_.oracle.gateway_disk_full(index_, now);
    if (full_disks_ == 0) world_.oracle.gateway_disk_has_room(index_, now);
}

void GatewayHost::set_frozen(bool is_frozen, Instant now) {
    freezes_ += is_frozen ? 1U : -1U;
    if (is_frozen && freezes_ == 1) {
        frozen_at_ = now;
        world_.oracle.gateway_frozen(index_, now);
    }
    if (freezes_ > 0) return;
    world_.oracle.gateway_thawed(index_, now);
    if (core_) thaw(now);
}

/// What came meanwhile lies in its sockets; then the timers see how late it is.
void GatewayHost::thaw(Instant now) {
    for (const Unheard& each : std::exchange(unheard_, {})) received(each.from, each.octets, now);
    std::vector<StreamIndex> streams;
    for (const std::optional<StreamIndex>& each : streams_) {
        if (each) streams.push_back(*each);
    }
    std::sort(streams.begin(), streams.end());
    for (const StreamIndex stream : streams) {
        if (!world_.streams.exists(stream) || !world_.streams.at(stream).has_news(StreamEnd::client)) continue;
        stream_moved(stream, now);
        if (world_.streams.exists(stream)) world_.streams.settle(stream);
    }
    if (std::exchange(store_waits_, false)) batch_is_through(now);
    core_->stood_still(now - frozen_at_, now);
    core_->advance(now);
    round(now);
}

std::string GatewayHost::upstream_of(const std::string& sensor) const {
    const gateway::Client* const client = core_ ? core_->find(sensor) : nullptr;
    if (client == nullptr) return sensor;
    for (const auto& shared : core_->shared()) {
        if (client->shared_owner() == shared->owner()) return shared->client_id();
    }
    return sensor;
}

bool GatewayHost::has_at(const std::string& sensor, const Address& at) const {
    if (!core_ || freezes_ > 0) return true;
    const gateway::Client* const client = core_->find(sensor);
    return client != nullptr && client->address() == at;
}

void GatewayHost::batch_is_durable(Instant now) {
    assert(writing_);
    apply_batch();
    const gateway::Ticket ticket = writing_->ticket;
    writing_.reset();
    core_->stored(ticket, now);
    round(now);
}

/// At the batch's end, so that power may fail before.
void GatewayHost::apply_batch() {
    [[maybe_unused]] const auto applied = ledger_.apply(*writing_);
    assert(applied);
}

void GatewayHost::expect(std::uint32_t sensor, unsigned step) const {
    if (step == 0) bring_near(last_streams_[sensor]);
    if (core_) core_->expect(sensor_address(sensor), step);
}

std::optional<StreamIndex>& GatewayHost::stream_of(gateway::UpstreamId upstream) {
    const auto place = static_cast<std::size_t>(upstream) - 1;
    if (streams_.size() <= place) streams_.resize(place + 1);
    return streams_[place];
}

void GatewayHost::received(const Address& from, ByteView datagram, Instant now) {
    if (!hears()) return;
    if (freezes_ > 0) {
        unheard_.push_back({from, {datagram.begin(), datagram.end()}});
        return;
    }
    core_->received(from, datagram, now);
    round(now);
}

void GatewayHost::wake(Instant now) {
    wakeup_.woken(now);
    if (!core_ || freezes_ > 0) return;
    standstill_.woken(now, world_.scenario.gateways[index_].id, world_.scenario.seed);
    core_->advance(now);
    round(now);
}

void GatewayHost::stream_moved(StreamIndex stream, Instant now) {
    const gateway::UpstreamId upstream{world_.streams.owner(stream).upstream};
    if (stream_of(upstream) != stream) return;  // it has closed it, or it is of a process before: ids come again
    if (freezes_ > 0) return;
    StreamConnection& connection = world_.streams.at(stream);
    if (connection.take_opened(StreamEnd::client)) core_->upstream_opened(upstream, now);
    if (const ByteView bytes = connection.arrived(StreamEnd::client); !bytes.empty()) {
        world_.trace.note(now, EventKind::stream_moves, static_cast<std::uint32_t>(stream), bytes);
        core_->upstream_received(upstream, bytes, now);
        connection.consume(StreamEnd::client, bytes.size(), now);
    }
    if (connection.take_closed(StreamEnd::client)) {
        stream_of(upstream).reset();
        core_->upstream_closed(upstream, now);
    }
    round(now);
}

/// Closing a stream is an input, and may leave new outputs behind.
void GatewayHost::round(Instant now) {
    bool closed_some = true;
    while (closed_some) {
        begin_batch(now);
        send_datagrams(now);
        open_streams(now);
        send_output(now);
        closed_some = close_streams(now);
    }
    world_.core_facts.tell(core_->facts(), now);
    for (const gateway::Fact& fact : core_->facts()) {
        if (const auto* lost = std::get_if<gateway::UpstreamLost>(&fact)) tell_shared_loss(lost->client_id, now);
    }
    core_->facts_taken();
    tell_counted();
    wakeup_.arm(core_->next_deadline(), world_.queue, {EventKind::gateway_wakes, index_, 0});
}

/// The loss of a connection that sensors share is a loss to each of them.
void GatewayHost::tell_shared_loss(std::string_view client_id, Instant now) {
    const auto shared = std::find_if(core_->shared().begin(), core_->shared().end(),
                                     [&](const auto& each) { return each->client_id() == client_id; });
    if (shared == core_->shared().end()) return;
    for (std::size_t sensor = 0; sensor < world_.scenario.sensors.size(); ++sensor) {
        const gateway::Client* const client = core_->find(world_.scenario.sensors[sensor].id);
        if (client != nullptr && client->shared_owner() == (*shared)->owner()) world_.oracle.upstream_lost(sensor, now);
    }
}

/// What the core counts and tells nobody.
void GatewayHost::tell_counted() {
    const gateway::Counters& counters = core_->counters();
    for (; buffered_ < counters.publish_stored; ++buffered_) world_.oracle.happened(NamedEvent::gateway_buffered);
    for (; congested_ < counters.congestion_answers; ++congested_)
        world_.oracle.happened(NamedEvent::gateway_congested);
}

void GatewayHost::begin_batch(Instant now) {
    if (writing_) return;
    writing_ = core_->take_batch();
    if (writing_) world_.queue.put(now + commit_latency, {EventKind::gateway_stored, index_, life_});
}

void GatewayHost::send_datagrams(Instant now) {
    core_->take_datagrams(batch_);
    for (std::size_t at = 0; at < batch_.size(); ++at) field_.send_down(batch_.to(at), batch_.datagram(at), now);
    batch_.clear();
}

void GatewayHost::open_streams(Instant now) {
    const GatewayPlan& plan = world_.scenario.gateways[index_];
    for (const gateway::UpstreamId upstream : core_->take_upstream_opens()) {
        const bool is_backup = core_->upstream_broker(upstream) != gateway::BrokerId{};
        const StreamOwner owner{StreamOwner::Kind::gateway, index_, static_cast<std::uint64_t>(upstream), is_backup};
        const std::string client_id(core_->upstream_client_id(upstream));
        const std::size_t link = is_backup ? *plan.backup_link : plan.broker_link;
        const StreamIndex stream = world_.streams.open(world_.scenario.links[link], is_backup ? *backup_ : channel_,
                                                       owner, "gateway:" + plan.id + '/' + client_id, now);
        stream_of(upstream) = stream;
        if (const auto sensor = world_.core_facts.sensor_of(client_id)) last_streams_[*sensor] = stream;
    }
}

void GatewayHost::send_output(Instant now) {
    OutputBytes output;
    for (const gateway::UpstreamId upstream : core_->pending()) {
        if (core_->take_output(upstream, output) == 0) continue;
        const StreamIndex stream = stream_of(upstream).value();
        // One that is over without its knowing yet, as after a standstill, takes nothing any more.
        if (!world_.streams.at(stream).is_open(StreamEnd::client)) {
            output = OutputBytes();
            continue;
        }
        world_.streams.at(stream).send(StreamEnd::client, output, now);
        world_.streams.settle(stream);
    }
}

bool GatewayHost::close_streams(Instant now) {
    const std::vector<gateway::UpstreamId> closes = core_->take_upstream_closes();
    for (const gateway::UpstreamId upstream : closes) {
        const std::optional<StreamIndex> open = std::exchange(stream_of(upstream), std::nullopt);
        if (!open) continue;  // the broker was faster, and the core has heard of it
        const StreamIndex stream = *open;
        world_.streams.at(stream).close(StreamEnd::client, now);
        world_.streams.settle(stream);
        core_->upstream_closed(upstream, now);
    }
    return !closes.empty();
}

}  // namespace trunkline::sim
