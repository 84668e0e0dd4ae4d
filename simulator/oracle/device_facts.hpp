#pragma once
// From what devices report to what the oracle is told.

#include <span>

#include "simulator/devices/device_clock.hpp"
#include "simulator/devices/observer.hpp"
#include "simulator/devices/sensor.hpp"
#include "simulator/devices/topic_index.hpp"
#include "simulator/oracle/oracle.hpp"

namespace trunkline::sim {

/// `sensor`: index into Scenario::sensors. `clock`: by which the facts' times go, if it is not right.
void tell_sensor_facts(Oracle& oracle, std::size_t sensor, std::span<const SensorFact> facts, Instant now,
                       const DeviceClock* clock = nullptr);

/// `actor`: index into Scenario::actors. Messages that are no reading of a sensor of the scenario are unexpected.
void tell_observer_facts(Oracle& oracle, std::size_t actor, const TopicIndex& topics,
                         std::span<const ObserverFact> facts, Instant now);

}  // namespace trunkline::sim
