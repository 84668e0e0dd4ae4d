#include "simulator/links/sensor_addresses.hpp"

#include <algorithm>
#include <cassert>
#include <variant>

#include "protocol/mqttsn/codec.hpp"

namespace trunkline::sim {

SensorAddresses::SensorAddresses(const Scenario& scenario) {
    for (const FaultPlan& fault : scenario.faults) {
        if (fault.kind != FaultPlan::Kind::new_address) continue;
        for (const std::size_t sensor : fault.sensors) {
            // An RTU's connection ends instead.
            if (scenario.sensors[sensor].protocol != DeviceProtocol::mqtt_sn) continue;
            places_[sensor].moments.push_back({Instant{} + fault.at, fault.is_new_host});
        }
    }
    for (auto& [sensor, place] : places_) {
        std::stable_sort(place.moments.begin(), place.moments.end(),
                         [](const Moment& a, const Moment& b) { return a.at < b.at; });
    }
}

AddressChanges SensorAddresses::changes_of(std::size_t sensor) const {
    const auto found = places_.find(sensor);
    return found == places_.end() ? AddressChanges() : found->second.changes;
}

void SensorAddresses::changed(std::size_t sensor) {
    Place& place = places_.at(sensor);
    assert(place.next < place.moments.size());
    ++place.changes.ports;
    if (place.moments[place.next].is_new_host) ++place.changes.hosts;
    ++place.next;
    place.is_unanswered = true;
}

void SensorAddresses::sent(std::size_t sensor, ByteView datagram) {
    const auto found = places_.find(sensor);
    if (found == places_.end() || !found->second.is_unanswered) return;
    const auto message = mqttsn::decode(datagram);
    if (message && std::holds_alternative<mqttsn::Connect>(*message)) found->second.is_unanswered = false;
}

bool SensorAddresses::shows_following(std::size_t sensor, ByteView datagram) {
    const auto found = places_.find(sensor);
    if (found == places_.end() || !found->second.is_unanswered) return false;
    const auto message = mqttsn::decode(datagram);
    if (!message || std::holds_alternative<mqttsn::Disconnect>(*message)) return false;
    found->second.is_unanswered = false;
    return true;
}

Transit SensorAddresses::until_change(Transit transit, std::size_t sensor) {
    const auto found = places_.find(sensor);
    if (found == places_.end() || found->second.next == found->second.moments.size()) return transit;
    const Instant change = found->second.moments[found->second.next].at;
    if (transit.copy_arrives && *transit.copy_arrives >= change) transit.copy_arrives.reset();
    if (!transit.arrives || *transit.arrives < change) return transit;
    ++counts_.lost;
    return {std::nullopt, std::nullopt, PacketLoss::other_address};
}

Transit SensorAddresses::misdirected() {
    ++counts_.sent;
    ++counts_.lost;
    return {std::nullopt, std::nullopt, PacketLoss::other_address};
}

}  // namespace trunkline::sim
