#include "simulator/live/broker_relay.hpp"

#include <cassert>
#include <utility>

namespace trunkline::sim {

namespace {

constexpr std::size_t most_relayed = StreamDirection::window;  // in either direction, before its feeder pauses

}  // namespace

BrokerRelay::BrokerRelay(const Scenario& scenario, std::size_t gateway, const runtime::Url& broker, PacketTap& tap,
                         runtime::EventLoop& loop, const RunClock& clock)
    : plan_(scenario.gateways[gateway]),
      owner_{StreamOwner::Kind::gateway, static_cast<std::uint32_t>(gateway)},
      link_(scenario.links[plan_.broker_link]),
      channel_(link_),
      clock_(clock),
      to_broker_(loop, clock, broker, scenario.seed, tap),
      from_gateway_(loop, *this),
      listener_(loop, from_gateway_, {runtime::Scheme::mqtt, "127.0.0.1", 0}) {}

runtime::StreamId BrokerRelay::accepted(const runtime::StreamOrigin&) {
    const ShapedStreamId stream = to_broker_.open(0, link_, channel_, owner_, plan_.id, clock_.now());
    flows_.emplace(stream, Flow());
    return gateway_end(stream);
}

void BrokerRelay::accept_failed(std::string_view, std::error_code) {}  // the gateway tries again
void BrokerRelay::connected(runtime::StreamId) { assert(false); }      // it dials nobody

void BrokerRelay::advance(Instant now) {
    to_broker_.advance(now);
    while (const auto news = to_broker_.take_news()) move(news->stream, now);
}

void BrokerRelay::move(ShapedStreamId stream, Instant now) {
    const auto found = flows_.find(stream);
    if (found == flows_.end()) return;
    Flow& flow = found->second;
    const runtime::StreamId gateway = gateway_end(stream);
    StreamConnection& connection = to_broker_.at(stream);
    if (connection.take_opened(StreamEnd::client)) flow.is_open = true;
    if (flow.is_open) move_up(connection, flow, now);
    // Also before it is open: a gateway that gives up has to be noticed, or its CONNECT would arrive after all.
    from_gateway_.set_reading(gateway, flow.early.size() + flow.towards_broker < most_relayed);
    const ByteView bytes = connection.arrived(StreamEnd::client);
    if (!bytes.empty() && from_gateway_.unsent_bytes(gateway) < most_relayed) {
        OutputBytes output;
        output.append(bytes);
        connection.consume(StreamEnd::client, bytes.size(), now);
        from_gateway_.send(gateway, output);
    }
    if (connection.take_closed(StreamEnd::client)) {
        flows_.erase(found);
        from_gateway_.close(gateway);
    }
    to_broker_.settle(stream, now);
}

void BrokerRelay::move_up(StreamConnection& connection, Flow& flow, Instant now) {
    if (!flow.early.empty()) {
        flow.towards_broker += flow.early.size();
        connection.send(StreamEnd::client, flow.early, now);
    }
    flow.towards_broker -= connection.take_written(StreamEnd::client);
}

void BrokerRelay::received(runtime::StreamId id, ByteView bytes) {
    const auto found = flows_.find(broker_end(id));
    if (found == flows_.end()) return;
    found->second.early.append(bytes);
    move(found->first, clock_.now());
}

void BrokerRelay::written(runtime::StreamId id, std::size_t) {
    move(broker_end(id), clock_.now());  // there may be room for more
}

void BrokerRelay::closed(runtime::StreamId id, runtime::StreamEnd) {
    const auto found = flows_.find(broker_end(id));
    if (found == flows_.end()) return;
    const ShapedStreamId stream = found->first;
    flows_.erase(found);
    to_broker_.at(stream).close(StreamEnd::client, clock_.now());
    to_broker_.settle(stream, clock_.now());
}

}  // namespace trunkline::sim
