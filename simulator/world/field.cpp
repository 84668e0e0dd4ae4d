#include "simulator/world/field.hpp"

#include "simulator/oracle/device_facts.hpp"
#include "simulator/oracle/downlink_facts.hpp"
#include "simulator/oracle/uplink_facts.hpp"
#include "simulator/plan/addresses.hpp"

namespace trunkline::sim {

Field::Field(Surroundings surroundings)
    : world_(surroundings), channels_(surroundings.scenario), addresses_(surroundings.scenario) {
    const Scenario& scenario = world_.scenario;
    if (scenario.pipeline) pipe_ = std::make_unique<Pipe>(scenario);
    places_.reserve(scenario.sensors.size());
    wakeups_.resize(scenario.sensors.size());
    for (std::size_t index = 0; index < scenario.sensors.size(); ++index) {
        const SensorPlan& plan = scenario.sensors[index];
        const LinkProfile& link = scenario.links[plan.field_link];
        const std::string entity = "sensor:" + plan.id;
        Place place{
            std::nullopt,
            nullptr,
            LinkDirection(link, Random(scenario.seed, entity, "link up"), &channels_.of(index), LinkWay::up),
            LinkDirection(link, Random(scenario.seed, entity, "link down"), &channels_.of(index), LinkWay::down),
            0,
            nullptr};
        if (plan.protocol == DeviceProtocol::mqtt_sn) place.sensor.emplace(scenario, index, Instant{}, pipe_.get());
        else
            place.rtu =
                std::make_unique<RtuHost>(world_, static_cast<std::uint32_t>(index), channels_.of(index), pipe_.get());
        is_rtu_.push_back(place.rtu != nullptr);
        places_.push_back(std::move(place));
    }
}

void Field::start() {
    for (std::uint32_t sensor = 0; sensor < places_.size(); ++sensor) {
        if (places_[sensor].rtu) places_[sensor].rtu->start();
        else round(sensor, Instant{});
    }
}

void Field::wake(std::uint32_t sensor, Instant now) {
    if (is_rtu_[sensor]) return places_[sensor].rtu->wake(now);
    if (!wakeups_[sensor].is_due(now, world_.queue, {EventKind::sensor_wakes, sensor, 0})) return;
    let(sensor, now, [](Sensor& woken, Instant own) { woken.advance(own); });
}

template <typename Input>
void Field::let(std::uint32_t sensor, Instant now, Input input) {
    Place& place = places_[sensor];
    place.sensor->swap_outputs(outputs_);
    input(*place.sensor, place.own(now));
    round(sensor, now);
    place.sensor->swap_outputs(outputs_);
}

void Field::received(std::uint32_t sensor, ByteView datagram, Instant now) {
    tell_downlink_datagram(world_.oracle, sensor, datagram, now);
    if (addresses_.may_change() && addresses_.shows_following(sensor, datagram))
        world_.oracle.happened(NamedEvent::address_followed);
    let(sensor, now, [datagram](Sensor& receiver, Instant own) { receiver.received(datagram, own); });
}

void Field::stream_moved(std::uint32_t sensor, StreamIndex stream, Instant now) {
    places_[sensor].rtu->stream_moved(stream, now);
}

void Field::send_down(const Address& to, ByteView datagram, Instant now) {
    const std::optional<std::size_t> sensor = sensor_at(to);
    if (!sensor || *sensor >= places_.size() || places_[*sensor].rtu) return;  // a stranger's address leads nowhere
    const auto index = static_cast<std::uint32_t>(*sensor);
    if (to == addresses_.address_of(index)) return put(LinkWay::down, index, datagram, now);
    const Transit transit = addresses_.misdirected();
    if (world_.listener != nullptr) world_.listener->sent({now, index, LinkWay::down, datagram, transit, to});
}

void Field::cut(const std::vector<std::size_t>& sensors, bool is_cut, Instant now) {
    for (const std::size_t sensor : sensors) {
        Place& place = places_[sensor];
        const bool was_cut = place.cuts > 0;
        place.cuts += is_cut ? 1U : -1U;
        if (was_cut == (place.cuts > 0)) continue;
        if (place.rtu) place.rtu->cut(!was_cut);
        place.up.cut(!was_cut);
        place.down.cut(!was_cut);
        if (was_cut) world_.oracle.station_restored(sensor, now);
        else world_.oracle.station_cut(sensor, now);
    }
}

void Field::lose_connections(const std::vector<std::size_t>& sensors, Instant now) {
    for (const std::size_t sensor : sensors) {
        Place& place = places_[sensor];
        if (place.rtu) {
            place.rtu->lose_connection(now);
            continue;
        }
        place.sensor->lose_connection(place.own(now));
        round(static_cast<std::uint32_t>(sensor), now);
    }
}

void Field::reset_connections(const std::vector<std::size_t>& rtus, Instant now) {
    for (const std::size_t rtu : rtus) places_[rtu].rtu->reset_connection(now);
}

void Field::hang_up(const std::vector<std::size_t>& sensors, Instant now) {
    for (const std::size_t sensor : sensors) {
        Place& place = places_[sensor];
        if (place.rtu) {
            place.rtu->hang_up(now);
            continue;
        }
        place.sensor->hang_up(place.own(now));
        round(static_cast<std::uint32_t>(sensor), now);
    }
}

void Field::storm(const std::vector<std::size_t>& sensors, Duration spread, Random& luck, Instant now) {
    lose_connections(sensors, now);
    const auto moments = static_cast<std::uint64_t>(spread.count()) + 1;
    for (const std::size_t sensor : sensors) {
        Place& place = places_[sensor];
        const Instant at = now + Duration(static_cast<Duration::rep>(luck.below(moments)));
        if (place.rtu) {
            place.rtu->connect_at(at, now);
            continue;
        }
        place.sensor->connect_at(place.own(at), place.own(now));
        round(static_cast<std::uint32_t>(sensor), now);
    }
}

void Field::set_pace(const std::vector<std::size_t>& sensors, unsigned factor, Instant now) {
    for (const std::size_t sensor : sensors) {
        Place& place = places_[sensor];
        if (place.rtu) {
            place.rtu->set_pace(factor, now);
            continue;
        }
        place.sensor->set_pace(factor, place.own(now));
        round(static_cast<std::uint32_t>(sensor), now);
    }
}

void Field::set_clocks(const std::vector<std::size_t>& sensors, Duration offset, std::int32_t drift_ppm, Instant now) {
    for (const std::size_t sensor : sensors) {
        Place& place = places_[sensor];
        if (place.rtu) {
            place.rtu->set_clock(offset, drift_ppm, now);
            continue;
        }
        if (!place.clock) place.clock = std::make_unique<DeviceClock>();
        place.clock->set_drift(drift_ppm, now);
        place.sensor->set_clock(offset + (now - place.own(now)),
                                place.own(Instant{} + world_.scenario.sampling_ends()));
        round(static_cast<std::uint32_t>(sensor), now);
    }
}

void Field::change_addresses(const std::vector<std::size_t>& sensors, Instant now) {
    for (const std::size_t sensor : sensors) {
        world_.oracle.happened(NamedEvent::address_changed);
        if (places_[sensor].rtu) places_[sensor].rtu->lose_connection(now);
        else addresses_.changed(sensor);
    }
}

void Field::change(const std::vector<std::size_t>& sensors, const LinkProfile* overlay) {
    for (const std::size_t sensor : sensors) {
        Place& place = places_[sensor];
        const LinkProfile& planned = world_.scenario.links[world_.scenario.sensors[sensor].field_link];
        const LinkProfile& link = overlay != nullptr ? *overlay : planned;
        channels_.of(sensor).change(link);
        if (place.rtu) place.rtu->change(link);
        place.up.change(link);
        place.down.change(link);
    }
}

void Field::round(std::uint32_t sensor, Instant now) {
    Place& place = places_[sensor];
    // First what the sensor says of its readings, then what becomes of them on the link.
    tell_sensor_facts(world_.oracle, sensor, place.sensor->facts(), now, place.clock.get());
    place.sensor->facts_taken();
    const mqttsn::Datagrams& datagrams = place.sensor->datagrams();
    for (std::size_t each = 0; each < datagrams.size(); ++each) {
        if (addresses_.may_change()) addresses_.sent(sensor, datagrams[each]);
        put(LinkWay::up, sensor, datagrams[each], now);
    }
    place.sensor->datagrams_taken();
    std::optional<Instant> deadline = place.sensor->next_deadline();
    if (place.clock && deadline) deadline = place.clock->when(*deadline);
    wakeups_[sensor].arm(deadline, world_.queue, {EventKind::sensor_wakes, sensor, 0});
}

void Field::put(LinkWay way, std::uint32_t sensor, ByteView datagram, Instant now) {
    LinkDirection& link = way == LinkWay::up ? places_[sensor].up : places_[sensor].down;
    const EventKind arrival = way == LinkWay::up ? EventKind::datagram_at_gateway : EventKind::datagram_at_sensor;
    Transit transit = link.send(datagram.size() + udp_ip_octets, now);
    if (addresses_.may_change()) transit = addresses_.until_change(transit, sensor);
    if (world_.listener != nullptr)
        world_.listener->sent({now, sensor, way, datagram, transit, addresses_.address_of(sensor)});
    if (transit.arrives) {
        const std::uint32_t octets = world_.octets.put(datagram);
        if (transit.damage) damage(world_.octets.edit(octets), *transit.damage);
        world_.queue.put(*transit.arrives, {arrival, sensor, octets});
    } else if (transit.lost_by == PacketLoss::queue_full) {
        tell_link_queue_full(world_.oracle, sensor, way, datagram);
    } else if (transit.lost_by == PacketLoss::too_large) {
        tell_link_mtu_exceeded(world_.oracle, sensor, way, datagram);
    } else if (transit.lost_by == PacketLoss::other_address) {
        tell_address_changed(world_.oracle, sensor, way, datagram);
    }
    if (!transit.copy_arrives) return;
    world_.oracle.link_duplicated();
    world_.queue.put(*transit.copy_arrives, {arrival, sensor, world_.octets.put(datagram)});
}

PacketCounts Field::datagrams() const {
    PacketCounts sum = addresses_.counts();
    for (const Place& place : places_) {
        sum += place.up.counts();
        sum += place.down.counts();
    }
    return sum;
}

}  // namespace trunkline::sim
