#include "simulator/scenario/packet_selectors.hpp"

#include <array>
#include <vector>

#include "simulator/scenario/names.hpp"
#include "simulator/scenario/suggestion.hpp"

namespace trunkline::sim {

namespace {

using reading::glob_matches;

/// Adds one kind's picks to a selection, and knows which names there were.
class Picker {
public:
    Picker(const Scenario& scenario, std::string_view glob, PacketSelection& into)
        : scenario_(scenario), glob_(glob), into_(into) {
        into.sensors.resize(scenario.sensors.size());
        into.gateways.resize(scenario.gateways.size());
        into.actors.resize(scenario.actors.size());
    }

    void sensors() {
        for (std::size_t at = 0; at < scenario_.sensors.size(); ++at) {
            if (matches(scenario_.sensors[at].id)) take_sensor(at);
        }
    }
    void stations() {
        for (std::size_t at = 0; at < scenario_.sensors.size(); ++at) {
            if (matches(scenario_.sensors[at].station)) take_sensor(at);
        }
    }
    void gateways() {
        for (std::size_t at = 0; at < scenario_.gateways.size(); ++at) {
            if (!matches(scenario_.gateways[at].id)) continue;
            into_.gateways[at] = true;
            for (std::size_t sensor = 0; sensor < scenario_.sensors.size(); ++sensor) {
                const SensorPlan& plan = scenario_.sensors[sensor];
                if (plan.protocol == DeviceProtocol::mqtt_sn && plan.gateway == at) into_.sensors[sensor] = true;
            }
        }
    }
    void actors() {
        for (std::size_t at = 0; at < scenario_.actors.size(); ++at) {
            if (matches(scenario_.actors[at].id)) into_.actors[at] = true;
        }
    }
    void links() {
        for (std::size_t at = 0; at < scenario_.sensors.size(); ++at) {
            const SensorPlan& plan = scenario_.sensors[at];
            const bool is_rtu = plan.protocol != DeviceProtocol::mqtt_sn;
            if (matches(plan.station + (is_rtu ? ".uplink" : ".field"))) into_.sensors[at] = true;
        }
        for (std::size_t at = 0; at < scenario_.gateways.size(); ++at) {
            if (matches(scenario_.gateways[at].id + ".broker")) into_.gateways[at] = true;
        }
        for (std::size_t at = 0; at < scenario_.actors.size(); ++at) {
            if (matches(scenario_.actors[at].id + ".broker")) into_.actors[at] = true;
        }
    }
    void sessions() {
        for (const SensorPlan& sensor : scenario_.sensors) take_client(sensor.id);
        for (const GatewayPlan& gateway : scenario_.gateways) take_client(gateway.id);
        for (const ActorPlan& actor : scenario_.actors) take_client(actor.id);
    }

    bool found_any() const { return found_any_; }
    /// Some of those that did not match.
    const std::vector<std::string>& others() const { return others_; }

private:
    bool matches(const std::string& name) {
        constexpr std::size_t most_others = 1000;
        const bool fits = glob_matches(glob_, name);
        if (!fits && others_.size() < most_others && (others_.empty() || others_.back() != name))
            others_.push_back(name);
        found_any_ = found_any_ || fits;
        return fits;
    }
    void take_client(const std::string& id) {
        if (matches(id)) into_.clients.insert(id);
    }
    void take_sensor(std::size_t sensor) {
        into_.sensors[sensor] = true;
        into_.clients.insert(scenario_.sensors[sensor].id);
    }

    const Scenario& scenario_;
    std::string_view glob_;
    PacketSelection& into_;
    bool found_any_ = false;
    std::vector<std::string> others_;
};

struct Kind {
    std::string_view prefix;
    void (Picker::*pick)();
};

constexpr std::array<Kind, 6> kinds = {{{"sensor:", &Picker::sensors},
                                        {"station:", &Picker::stations},
                                        {"gateway:", &Picker::gateways},
                                        {"actor:", &Picker::actors},
                                        {"link:", &Picker::links},
                                        {"broker.session:", &Picker::sessions}}};

}  // namespace

Result<void, std::string> select_packets(const Scenario& scenario, std::string_view selector, PacketSelection& into) {
    if (selector == "broker") {
        Picker everybody(scenario, "*", into);
        everybody.sessions();
        return {};
    }
    for (const Kind& kind : kinds) {
        if (!selector.starts_with(kind.prefix)) continue;
        Picker picker(scenario, selector.substr(kind.prefix.size()), into);
        (picker.*kind.pick)();
        if (picker.found_any()) return {};
        const std::vector<std::string_view> others(picker.others().begin(), picker.others().end());
        return Failure{"nothing matches \"" + std::string(selector) + '"' +
                       reading::suggestion(selector.substr(kind.prefix.size()), others)};
    }
    return Failure{
        "a selector is wanted, like sensor:PT@PS-1-1, station:PS-1, gateway:gw-west, actor:scada, "
        "link:PS-1.field, broker.session:scada or broker, got \"" +
        std::string(selector) + '"'};
}

}  // namespace trunkline::sim
