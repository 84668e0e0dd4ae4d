#include "simulator/live/field_sockets.hpp"

#include <algorithm>
#include <string>

#include "protocol/base/deadlines.hpp"
#include "runtime/transport/resolve.hpp"
#include "runtime/transport/start_error.hpp"
#include "simulator/oracle/device_facts.hpp"

namespace trunkline::sim {

namespace {

Address address_of(const runtime::Url& gateway) {
    const auto addresses = runtime::resolve(gateway.host, gateway.port);
    if (!addresses)
        throw runtime::StartError("cannot find the gateway " + to_string(gateway) + ": " + addresses.error());
    return addresses->front();
}

/// Any free port, on loopback if the gateway is there.
runtime::Url local_url(const runtime::Url& gateway, const Address& address) {
    const bool is_local = runtime::is_loopback(gateway.host);
    if (address.is_v4()) return {runtime::Scheme::udp, is_local ? "127.0.0.1" : "0.0.0.0", 0};
    return {runtime::Scheme::udp, is_local ? "::1" : "::", 0};
}

Random link_stream(const Scenario& scenario, std::uint32_t sensor, std::string_view purpose) {
    return Random(scenario.seed, "sensor:" + scenario.sensors[sensor].id, purpose);
}

}  // namespace

FieldSockets::Place::Place(const Scenario& scenario, std::uint32_t index, runtime::UdpSocket opened)
    : sensor(scenario, index, Instant{}),
      up(scenario.links[scenario.sensors[index].field_link], link_stream(scenario, index, "link up")),
      down(scenario.links[scenario.sensors[index].field_link], link_stream(scenario, index, "link down")),
      socket(std::move(opened)) {}

FieldSockets::FieldSockets(const Scenario& scenario, Oracle& oracle, const Programs& programs, runtime::EventLoop& loop,
                           const RunClock& clock)
    : scenario_(scenario), oracle_(oracle), clock_(clock) {
    std::vector<runtime::Url> local;
    for (std::size_t index = 0; index < scenario.gateways.size(); ++index) {
        gateways_.push_back(address_of(programs.gateway(index)));
        local.push_back(local_url(programs.gateway(index), gateways_.back()));
    }
    places_.reserve(scenario.sensors.size());
    for (std::uint32_t index = 0; index < scenario.sensors.size(); ++index) {
        const runtime::Url& url = local[scenario.sensors[index].gateway];
        places_.emplace_back(scenario, index, runtime::UdpSocket(loop, *this, runtime::UdpSocketId{index}, url));
        round(index, Instant{});
    }
}

void FieldSockets::datagram(runtime::UdpSocketId id, const Address& from, ByteView octets) {
    const auto index = static_cast<std::uint32_t>(id);
    if (from != gateways_[scenario_.sensors[index].gateway]) {
        ++strangers_;
        return;
    }
    const Transit transit = places_[index].down.send(octets.size() + udp_ip_octets, clock_.now());
    if (transit.arrives) under_way_.put(*transit.arrives, index, FieldDirection::down, octets);
}

void FieldSockets::advance(Instant now) {
    while (const std::optional<DueDatagram> due = under_way_.take_due(now)) move(*due, now);
    while (const auto wake = timers_.take_due(now)) {
        Place& place = places_[wake->key];
        if (place.armed == wake->at) place.armed.reset();
        latest_wake_ = std::max(latest_wake_, now - wake->at);
        place.sensor.advance(now);
        round(wake->key, now);
    }
}

void FieldSockets::move(const DueDatagram& due, Instant now) {
    Place& place = places_[due.sensor];
    if (due.direction == FieldDirection::up) {
        const Address& gateway = gateways_[scenario_.sensors[due.sensor].gateway];
        const runtime::Datagram datagram{gateway, under_way_.octets(due)};
        place.socket.send({&datagram, 1});
    } else {
        place.sensor.received(under_way_.octets(due), now);
        round(due.sensor, now);
    }
    under_way_.release(due);
}

void FieldSockets::round(std::uint32_t sensor, Instant now) {
    Place& place = places_[sensor];
    for (const mqttsn::Datagram& datagram : place.sensor.take_datagrams()) {
        const Transit transit = place.up.send(datagram.size() + udp_ip_octets, now);
        if (transit.arrives) under_way_.put(*transit.arrives, sensor, FieldDirection::up, datagram);
    }
    tell_sensor_facts(oracle_, sensor, place.sensor.facts(), now);
    place.sensor.facts_taken();
    timers_.arm(sensor, place.sensor.next_deadline(), place.armed);
}

void FieldSockets::cut(const std::vector<std::size_t>& sensors, bool is_cut, Instant now) {
    for (const std::size_t sensor : sensors) {
        Place& place = places_[sensor];
        const bool was_cut = place.cuts > 0;
        place.cuts += is_cut ? 1U : -1U;
        if (was_cut == (place.cuts > 0)) continue;
        place.up.cut(!was_cut);
        place.down.cut(!was_cut);
        if (was_cut) oracle_.station_restored(sensor, now);
        else oracle_.station_cut(sensor, now);
    }
}

void FieldSockets::change(const std::vector<std::size_t>& sensors, const LinkProfile* overlay) {
    for (const std::size_t sensor : sensors) {
        const LinkProfile& planned = scenario_.links[scenario_.sensors[sensor].field_link];
        places_[sensor].up.change(overlay != nullptr ? *overlay : planned);
        places_[sensor].down.change(overlay != nullptr ? *overlay : planned);
    }
}

void FieldSockets::lose_connections(const std::vector<std::size_t>& sensors, Instant now) {
    for (const std::size_t sensor : sensors) {
        places_[sensor].sensor.lose_connection(now);
        round(static_cast<std::uint32_t>(sensor), now);
    }
}

std::optional<Instant> FieldSockets::next_deadline() const {
    return earlier(under_way_.earliest(), timers_.earliest());
}

FieldCounters FieldSockets::counters() const {
    FieldCounters counters;
    for (const Place& place : places_) {
        counters.datagrams += place.up.packets() + place.down.packets();
        counters.datagrams_lost += place.up.packets_lost() + place.down.packets_lost();
        counters.datagrams_refused += place.socket.counters().refused + place.socket.counters().dropped;
    }
    counters.strangers = strangers_;
    counters.latest_wake = latest_wake_;
    return counters;
}

}  // namespace trunkline::sim
