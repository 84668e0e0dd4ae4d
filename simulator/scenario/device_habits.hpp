#pragma once
// What a group of devices has besides its readings. Each reads one key of "sensors"; what belongs to another protocol
// than the group's is refused. Texts with {station} and {n} are left as they are.

#include "simulator/plan/scenario.hpp"
#include "simulator/scenario/field.hpp"

namespace trunkline::sim::reading {

/// After the sampling interval, on which it depends.
void read_reporting(const Field& report, SensorPlan& sensor);
void read_session(const Field& session, SensorPlan& sensor);
void read_retry(const Field& retry, SensorPlan& sensor);
void read_store(const Field& store, SensorPlan& sensor);
void read_will(const Field& will, SensorPlan& sensor);
void read_in_flight(const Field& in_flight, SensorPlan& sensor);
void read_sleep(const Field& sleep, SensorPlan& sensor);
void read_reconnect(const Field& reconnect, SensorPlan& sensor);
/// Predefined: the id of the group's first device.
void read_topic_kind(const Field& kind, SensorPlan& sensor);
/// After topic kind and protocol, on which it depends.
void read_qos(const Field& qos, SensorPlan& sensor);

}  // namespace trunkline::sim::reading
