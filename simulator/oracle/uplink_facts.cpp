#include "simulator/oracle/uplink_facts.hpp"

#include <variant>

#include "protocol/mqttsn/codec.hpp"
#include "simulator/devices/reading.hpp"

namespace trunkline::sim {

void tell_uplink_datagram(Oracle& oracle, const Scenario& scenario, std::size_t sensor, ByteView datagram,
                          Instant now) {
    const SensorPlan& plan = scenario.sensors[sensor];
    if (plan.qos > 0 && !plan.will) return;
    const auto message = mqttsn::decode(datagram);
    if (!message) return;  // damaged on its way: nobody has heard anything
    std::optional<Duration> asleep;
    if (const auto* disconnect = std::get_if<mqttsn::Disconnect>(&*message); disconnect && disconnect->duration_seconds)
        asleep = std::chrono::seconds(*disconnect->duration_seconds);
    if (plan.will) oracle.heard(sensor, asleep, now);
    const auto* publish = std::get_if<mqttsn::Publish>(&*message);
    if (publish == nullptr || mqttsn::is_acknowledged(publish->qos)) return;
    if (const auto reading = parse_reading(as_text(publish->data))) oracle.arrived({sensor, reading->sequence}, now);
}

}  // namespace trunkline::sim
