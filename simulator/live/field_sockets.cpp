#include "simulator/live/field_sockets.hpp"

#include <string>

#include "protocol/base/deadlines.hpp"
#include "runtime/transport/resolve.hpp"
#include "runtime/transport/start_error.hpp"
#include "simulator/live/source_addresses.hpp"
#include "simulator/oracle/device_facts.hpp"
#include "simulator/oracle/uplink_facts.hpp"

namespace trunkline::sim {

namespace {

Address address_of(const runtime::Url& gateway) {
    const auto addresses = runtime::resolve(gateway.host, gateway.port);
    if (!addresses)
        throw runtime::StartError("cannot find the gateway " + to_string(gateway) + ": " + addresses.error());
    return addresses->front();
}

/// Any free port, on loopback if the gateway is there. `host`: how often the sensor has changed to another one.
runtime::Url local_url(const runtime::Url& gateway, const Address& address, std::size_t sensor, unsigned host) {
    if (const auto source = source_address(address, sensor, host)) {
        const std::string text = to_string(*source);
        return {runtime::Scheme::udp, text.substr(0, text.find(':')), 0};
    }
    const bool is_local = runtime::is_loopback(gateway.host);
    if (address.is_v4()) return {runtime::Scheme::udp, is_local ? "127.0.0.1" : "0.0.0.0", 0};
    return {runtime::Scheme::udp, is_local ? "::1" : "::", 0};
}

Random link_stream(const Scenario& scenario, std::uint32_t sensor, std::string_view purpose) {
    return Random(scenario.seed, "sensor:" + scenario.sensors[sensor].id, purpose);
}

}  // namespace

FieldSockets::Place::Place(const Scenario& scenario, std::uint32_t index, Channel& channel, Pipe* pipe,
                           runtime::UdpSocket opened)
    : sensor(scenario, index, Instant{}, pipe),
      up(scenario.links[scenario.sensors[index].field_link], link_stream(scenario, index, "link up"), &channel,
         LinkWay::up),
      down(scenario.links[scenario.sensors[index].field_link], link_stream(scenario, index, "link down"), &channel,
           LinkWay::down),
      socket(std::move(opened)) {}

FieldSockets::FieldSockets(const Scenario& scenario, StationChannels& channels, Pipe* pipe, Oracle& oracle,
                           const Programs& programs, PacketTap& tap, runtime::EventLoop& loop, const RunClock& clock)
    : scenario_(scenario),
      oracle_(oracle),
      programs_(programs),
      tap_(tap),
      loop_(loop),
      clock_(clock),
      addresses_(scenario) {
    for (std::size_t index = 0; index < scenario.gateways.size(); ++index)
        gateways_.push_back(address_of(programs.gateway(index)));
    places_.resize(scenario.sensors.size());
    for (std::uint32_t index = 0; index < scenario.sensors.size(); ++index) {
        if (scenario.sensors[index].protocol != DeviceProtocol::mqtt_sn) continue;
        places_[index].emplace(scenario, index, channels.of(index), pipe, open_socket(index));
        round(index, Instant{});
    }
}

runtime::UdpSocket FieldSockets::open_socket(std::uint32_t sensor) {
    const std::size_t gateway = scenario_.sensors[sensor].gateway;
    const unsigned host = addresses_.changes_of(sensor).hosts;
    return {loop_, *this, runtime::UdpSocketId{sensor},
            local_url(programs_.gateway(gateway), gateways_[gateway], sensor, host)};
}

void FieldSockets::change_address(std::size_t sensor) {
    std::optional<runtime::UdpSocket>& socket = places_[sensor]->socket;
    refused_before_ += socket->counters().refused + socket->counters().dropped;
    addresses_.changed(sensor);
    // The old one first stays open: its port must not come again.
    runtime::UdpSocket opened = open_socket(static_cast<std::uint32_t>(sensor));
    socket.emplace(std::move(opened));
}

void FieldSockets::datagram(runtime::UdpSocketId id, const Address& from, ByteView octets) {
    const auto index = static_cast<std::uint32_t>(id);
    if (from != gateways_[scenario_.sensors[index].gateway]) {
        ++strangers_;
        return;
    }
    put(LinkWay::down, index, octets, clock_.now());
}

void FieldSockets::put(LinkWay way, std::uint32_t sensor, ByteView datagram, Instant now) {
    LinkDirection& link = way == LinkWay::up ? places_[sensor]->up : places_[sensor]->down;
    Transit transit = link.send(datagram.size() + udp_ip_octets, now);
    if (addresses_.may_change()) transit = addresses_.until_change(transit, sensor);
    if (tap_.listener != nullptr)
        tap_.listener->sent({now, sensor, way, datagram, transit, addresses_.address_of(sensor)});
    if (transit.arrives) under_way_.put(*transit.arrives, sensor, way, datagram, transit.damage);
    else if (transit.lost_by == PacketLoss::queue_full) tell_link_queue_full(oracle_, sensor, way, datagram);
    else if (transit.lost_by == PacketLoss::too_large) tell_link_mtu_exceeded(oracle_, sensor, way, datagram);
    else if (transit.lost_by == PacketLoss::other_address) tell_address_changed(oracle_, sensor, way, datagram);
    if (!transit.copy_arrives) return;
    oracle_.link_duplicated();
    under_way_.put(*transit.copy_arrives, sensor, way, datagram);
}

void FieldSockets::advance(Instant now) {
    while (const std::optional<DueDatagram> due = under_way_.take_due(now)) move(*due, now);
    while (const auto wake = timers_.take_due(now)) {
        Place& place = *places_[wake->key];
        if (place.armed == wake->at) place.armed.reset();
        lateness_.add(now - wake->at);
        place.sensor.advance(now);
        round(wake->key, now);
    }
}

void FieldSockets::move(const DueDatagram& due, Instant now) {
    Place& place = *places_[due.sensor];
    if (due.way == LinkWay::up) {
        const std::size_t index = scenario_.sensors[due.sensor].gateway;
        const Address& gateway = gateways_[index];
        if (programs_.gateway_is_up(index))
            tell_uplink_datagram(oracle_, scenario_, due.sensor, under_way_.octets(due), now);
        const runtime::Datagram datagram{gateway, under_way_.octets(due)};
        place.socket->send({&datagram, 1});
    } else {
        if (addresses_.shows_following(due.sensor, under_way_.octets(due)))
            oracle_.happened(NamedEvent::address_followed);
        place.sensor.received(under_way_.octets(due), now);
        round(due.sensor, now);
    }
    under_way_.release(due);
}

void FieldSockets::round(std::uint32_t sensor, Instant now) {
    Place& place = *places_[sensor];
    // First what the sensor says of its readings, then what becomes of them on the link.
    tell_sensor_facts(oracle_, sensor, place.sensor.facts(), now);
    place.sensor.facts_taken();
    for (const mqttsn::Datagram& datagram : place.sensor.take_datagrams()) {
        addresses_.sent(sensor, datagram);
        put(LinkWay::up, sensor, datagram, now);
    }
    timers_.arm(sensor, place.sensor.next_deadline(), place.armed);
}

void FieldSockets::cut(std::size_t sensor, bool is_cut) {
    places_[sensor]->up.cut(is_cut);
    places_[sensor]->down.cut(is_cut);
}

void FieldSockets::change(std::size_t sensor, const LinkProfile& link) {
    places_[sensor]->up.change(link);
    places_[sensor]->down.change(link);
}

void FieldSockets::lose_connection(std::size_t sensor, Instant now) {
    places_[sensor]->sensor.lose_connection(now);
    round(static_cast<std::uint32_t>(sensor), now);
}

void FieldSockets::connect_at(std::size_t sensor, Instant at, Instant now) {
    places_[sensor]->sensor.connect_at(at, now);
    round(static_cast<std::uint32_t>(sensor), now);
}

void FieldSockets::set_pace(std::size_t sensor, unsigned factor, Instant now) {
    places_[sensor]->sensor.set_pace(factor, now);
    round(static_cast<std::uint32_t>(sensor), now);
}

std::optional<Instant> FieldSockets::next_deadline() const {
    return earlier(under_way_.earliest(), timers_.earliest());
}

FieldCounters FieldSockets::counters() const {
    FieldCounters counters;
    counters.datagrams = addresses_.counts();
    counters.datagrams_refused = refused_before_;
    for (const std::optional<Place>& place : places_) {
        if (!place) continue;
        counters.datagrams += place->up.counts();
        counters.datagrams += place->down.counts();
        counters.datagrams_refused += place->socket->counters().refused + place->socket->counters().dropped;
    }
    counters.strangers = strangers_;
    counters.lateness = lateness_;
    return counters;
}

}  // namespace trunkline::sim
