#pragma once
// A plan while it is being made: with the names by which later sections refer to earlier ones.

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "simulator/plan/scenario.hpp"
#include "simulator/scenario/names.hpp"

namespace trunkline::sim::reading {

struct StationDraft {
    std::size_t field_link = 0;
    std::optional<std::size_t> uplink;   // of RTUs that have no link of their own
    std::optional<std::size_t> gateway;  // that serves it
    std::optional<double> km;            // where it stands along the line
};

struct Draft {
    Scenario plan;
    Duration written_run{};              // of the file; plan.run is what the command line made of it
    std::vector<StationDraft> stations;  // as in station_names
    Names link_names{"link"};
    Names station_names{"station"};
    Names signal_names{"signal"};
    Names gateway_names{"gateway"};
    Names group_names{"sensor group"};
    Names sensor_names{"sensor"};
    std::unordered_map<std::string, std::size_t> sensor_by_topic;
    std::map<std::pair<std::size_t, std::uint16_t>, std::size_t> sensor_by_predefined_id;  // by gateway and id
    Names actor_names{"actor"};
    Names fault_names{"fault"};
    std::map<std::string, std::set<std::string>> overlay_keys;  // that a fault's "set" names, by the fault's id
    Names expectation_names{"expectation"};

    /// The link that the field names, for TCP.
    std::size_t stream_link(const Field& link) const;
    /// Refuses one that carries single datagrams only.
    void check_carries_streams(const Field& field, std::size_t link) const;

    bool is_shortened() const { return plan.run < written_run; }
    bool is_left_out(const std::string& fault) const;
};

// One function per section of the file, in the order in which they build on each other. Each takes the field of its
// section and throws ScenarioError.

void read_clock(const Field& clock, Scenario& plan);
void read_phases(const Field& phases, Scenario& plan);
void read_broker(const Field& broker, BrokerPlan& plan);
void read_links(const Field& links, Draft& draft);
void read_pipeline(const Field& pipeline, Draft& draft);
void read_stations(const Field& stations, Draft& draft);
void read_signals(const Field& signals, Draft& draft);
void read_gateways(const Field& gateways, Draft& draft);
void read_sensors(const Field& sensors, Draft& draft);
void read_actors(const Field& actors, Draft& draft);
/// One entry of "faults" that was drawn. False: it contradicts one before it, and does not happen.
bool add_drawn_fault(const Field& fault, Draft& draft);
void read_faults(const Field& faults, Draft& draft);
void read_expectations(const Field& expectations, Draft& draft);
void read_report(const Field& report, Scenario& plan);

// What faults do to the pipe: one function for each `do`.
void read_leak(const Field& fault, const Draft& draft, FaultPlan& plan);
void read_pump_trip(const Field& fault, const Draft& draft, FaultPlan& plan);
void read_valve(const Field& fault, const Draft& draft, FaultPlan& plan);
void read_pig(const Field& fault, const Draft& draft, FaultPlan& plan);

/// The keys of one link, laid over what `link` is.
void read_link(const Field& keys, LinkProfile& link);

}  // namespace trunkline::sim::reading
