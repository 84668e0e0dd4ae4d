#include "simulator/world/gateway_host.hpp"

#include <cassert>
#include <vector>

namespace trunkline::sim {

namespace {

gateway::Settings gateway_settings(const Scenario& scenario, std::uint32_t index) {
    gateway::Settings settings;
    settings.gateway_id = static_cast<std::uint8_t>(index + 1);
    settings.seed = stable_hash("gateway:" + scenario.gateways[index].id) ^ scenario.seed;
    settings.maximum_sensors = std::max(settings.maximum_sensors, scenario.sensors.size());
    return settings;
}

}  // namespace

GatewayHost::GatewayHost(Surroundings surroundings, std::uint32_t index, Field& field)
    : world_(surroundings), index_(index), field_(field), core_(gateway_settings(world_.scenario, index)) {}

void GatewayHost::received(const Address& from, ByteView datagram, Instant now) {
    core_.received(from, datagram, now);
    round(now);
}

void GatewayHost::wake(Instant now) {
    wakeup_.woken(now);
    core_.advance(now);
    round(now);
}

void GatewayHost::stream_moved(StreamIndex stream, Instant now) {
    const gateway::UpstreamId upstream{world_.streams.owner(stream).upstream};
    StreamConnection& connection = world_.streams.at(stream);
    if (connection.take_opened(StreamEnd::client)) core_.upstream_opened(upstream, now);
    if (const ByteView bytes = connection.arrived(StreamEnd::client); !bytes.empty()) {
        world_.trace.note(now, EventKind::stream_moves, static_cast<std::uint32_t>(stream), bytes);
        core_.upstream_received(upstream, bytes, now);
        connection.consume(StreamEnd::client, bytes.size(), now);
    }
    if (connection.take_closed(StreamEnd::client)) {
        streams_.erase(upstream);
        core_.upstream_closed(upstream, now);
    }
    round(now);
}

/// Closing a stream is an input, and may leave new outputs behind.
void GatewayHost::round(Instant now) {
    bool closed_some = true;
    while (closed_some) {
        send_datagrams(now);
        open_streams(now);
        send_output(now);
        closed_some = close_streams(now);
    }
    core_.facts_taken();
    wakeup_.arm(core_.next_deadline(), world_.queue, {EventKind::gateway_wakes, index_, 0});
}

void GatewayHost::send_datagrams(Instant now) {
    core_.take_datagrams(batch_);
    for (std::size_t at = 0; at < batch_.size(); ++at) field_.send_down(batch_.to(at), batch_.datagram(at), now);
    batch_.clear();
}

void GatewayHost::open_streams(Instant now) {
    const GatewayPlan& plan = world_.scenario.gateways[index_];
    for (const gateway::UpstreamId upstream : core_.take_upstream_opens()) {
        const StreamOwner owner{StreamOwner::Kind::gateway, index_, static_cast<std::uint64_t>(upstream)};
        streams_[upstream] =
            world_.streams.open(world_.scenario.links[plan.broker_link], owner, "gateway:" + plan.id, now);
    }
}

void GatewayHost::send_output(Instant now) {
    OutputBytes output;
    for (const gateway::UpstreamId upstream : core_.pending()) {
        const auto found = streams_.find(upstream);
        if (core_.take_output(upstream, output) == 0) continue;
        assert(found != streams_.end());
        world_.streams.at(found->second).send(StreamEnd::client, output, now);
        world_.streams.settle(found->second);
    }
}

bool GatewayHost::close_streams(Instant now) {
    const std::vector<gateway::UpstreamId> closes = core_.take_upstream_closes();
    for (const gateway::UpstreamId upstream : closes) {
        const auto found = streams_.find(upstream);
        assert(found != streams_.end());
        const StreamIndex stream = found->second;
        streams_.erase(found);
        world_.streams.at(stream).close(StreamEnd::client, now);
        world_.streams.settle(stream);
        core_.upstream_closed(upstream, now);
    }
    return !closes.empty();
}

}  // namespace trunkline::sim
