// Expectations that a formula says.

#include <algorithm>
#include <array>
#include <variant>

#include "simulator/plan/durations.hpp"
#include "simulator/scenario/expectation_fields.hpp"

namespace trunkline::sim::reading {

namespace {

/// The formula is about packets that are lost one by one and answered before the next try.
void check_formula_link(const Field& of, const LinkProfile& link, const SensorPlan& sensor,
                        ExpectationPlan::Formula formula) {
    const std::string quoted = '"' + link.id + '"';
    const auto* bursts = link.bursts ? std::get_if<BurstsByTime>(&*link.bursts) : nullptr;
    const bool is_about_bursts = formula == ExpectationPlan::Formula::bursts;
    const bool are_plain = bursts != nullptr && bursts->loss_good == 0.0 && bursts->loss_bad == 1.0;
    if (is_about_bursts && !are_plain)
        of.complain("the formula is about bursts by time in which all is lost, and between which nothing is; " +
                    quoted + " has others");
    if (!is_about_bursts && link.bursts)
        of.complain("the formula is about independent losses; " + quoted + " has bursts");
    if (link.has_rate())
        of.complain("the formula is about losses on the way; the queue before the rate of " + quoted + " may be full");
    if (link.loss_correlation > 0.0)
        of.complain("the formula is about independent losses; those of " + quoted + " are correlated");
    if (link.corrupt > 0.0 || !link.down_differs.empty())
        of.complain("the formula has one loss for both ways; " + quoted + " has \"corrupt\" or \"down\" besides");
    if (link.lora || link.slots || link.limit_packets != 0 || link.mtu_octets != 0)
        of.complain("the formula is about losses on the way; " + quoted +
                    " has a \"phy\", a \"slot\", a \"limit\" or an \"mtu\"");
    if (link.duplicate > 0.0) of.complain("the formula counts each sending once; " + quoted + " duplicates packets");
    const Duration held_back = link.reorder > 0.0 ? link.reorder_by : Duration::zero();
    if (2 * (longest_delay(link) + held_back) >= sensor.retry.interval)
        of.complain("the formula is about answers that come before the next try; over " + quoted +
                    " they may take longer than the " + duration_text(sensor.retry.interval) + " of \"" + sensor.id +
                    '"');
}

/// Their link, or what the fault makes of it meanwhile.
const LinkProfile& formula_link(const Draft& draft, const ExpectationPlan& plan, const SensorPlan& sensor) {
    return plan.fault ? *draft.plan.faults[*plan.fault].overlay : draft.plan.links[sensor.field_link];
}

/// One formula has one loss and one retry limit: sensors that differ would be a mixture.
void check_alike(const Field& of, const Draft& draft, const ExpectationPlan& plan) {
    const auto& sensors = draft.plan.sensors;
    const SensorPlan& first = sensors[plan.sensors.front()];
    const LinkProfile& link = formula_link(draft, plan, first);
    const unsigned qos = plan.formula == ExpectationPlan::Formula::sn_qos2 ? 2 : 1;
    for (const std::size_t at : plan.sensors) {
        const LinkProfile& other = formula_link(draft, plan, sensors[at]);
        check_formula_link(of, other, sensors[at], plan.formula);
        const bool alike = sensors[at].retry.limit == first.retry.limit && other.loss == link.loss &&
                           (plan.formula != ExpectationPlan::Formula::bursts ||
                            (&other == &link && sensors[at].retry.interval == first.retry.interval));
        if (!alike)
            of.complain("sensors with the same loss and retry limit are wanted; \"" + first.id + "\" and \"" +
                        sensors[at].id + "\" differ");
        if (sensors[at].protocol != DeviceProtocol::mqtt_sn || sensors[at].qos != static_cast<int>(qos))
            of.complain("the formula is about MQTT-SN and QoS " + std::to_string(qos) + "; \"" + sensors[at].id +
                        "\" has " + std::to_string(sensors[at].qos));
    }
}

/// A fault during which their links are another one.
void check_formula_fault(const Field& during, const Draft& draft, const ExpectationPlan& plan) {
    const FaultPlan& fault = draft.plan.faults[*plan.fault];
    if (!fault.overlay) during.complain("a fault that changes links is wanted, \"do\": \"link\"");
    for (const std::size_t at : plan.sensors) {
        if (!std::binary_search(fault.sensors.begin(), fault.sensors.end(), at))
            during.complain("the fault does not change the link of \"" + draft.plan.sensors[at].id + '"');
    }
}

/// Devices that are cut off without a word, and were heard last at a time that nobody chose.
void check_will_times(const Field& expectation, const Draft& draft, const ExpectationPlan& plan) {
    const FaultPlan& fault = draft.plan.faults[*plan.fault];
    for (const std::size_t at : plan.sensors) {
        const SensorPlan& sensor = draft.plan.sensors[at];
        const auto of = [&](const std::string& remark) {
            expectation.need("of").complain(remark + "; \"" + sensor.id + "\" is none");
        };
        if (!sensor.will) of("sensors with a will are wanted");
        if (sensor.sample <= Duration(sensor.keep_alive))
            of("sensors that measure less often than once in a keep-alive interval are wanted");
        const bool is_cut = fault.kind == FaultPlan::Kind::station_down &&
                            std::binary_search(fault.sensors.begin(), fault.sensors.end(), at);
        if (!is_cut)
            expectation.need("during").complain("a fault that cuts off \"" + sensor.id +
                                                "\" is wanted, \"do\": \"down\"");
        const Duration needed = 2 * Duration(sensor.keep_alive) + sensor.will->delay;
        if (fault.length < needed)
            expectation.need("during").complain("a fault of " + duration_text(needed) +
                                                " or more is wanted: its wills take so long");
    }
}

}  // namespace

void read_analytic(const Field& expectation, const Draft& draft, ExpectationPlan& plan) {
    constexpr std::array<Key, 9> keys = {{{"id"},
                                          {"kind"},
                                          {"formula"},
                                          {"of"},
                                          {"to"},
                                          {"confidence"},
                                          {"during"},
                                          {"after", false},
                                          {"phase", false}}};
    // As ExpectationPlan::Formula has them.
    constexpr std::array<std::string_view, 4> formulas = {"sn-qos1", "sn-qos2", "gilbert-elliott", "will-time"};
    expectation.allow(keys);
    const std::string formula = expectation.need("formula").word(formulas);
    plan.formula =
        static_cast<ExpectationPlan::Formula>(std::find(formulas.begin(), formulas.end(), formula) - formulas.begin());
    read_sensors_of(expectation, draft, false, plan);
    plan.actor = actor_of_to(expectation, draft);
    const bool is_will_time = plan.formula == ExpectationPlan::Formula::will_time;
    if (is_will_time || expectation.find("during")) plan.fault = fault_of(expectation, "during", draft);
    if (is_will_time) {
        check_will_times(expectation, draft, plan);
        check_wills_subscribed(expectation, draft, plan);
    } else {
        if (plan.fault) check_formula_fault(expectation.need("during"), draft, plan);
        check_alike(expectation.need("of"), draft, plan);
        check_subscribed(expectation, draft, plan);
    }
    if (const auto confidence = expectation.find("confidence")) {
        plan.confidence = confidence->number(0.0, 1.0);
        const auto& known = known_confidences;
        if (std::find(std::begin(known), std::end(known), plan.confidence) == std::end(known))
            confidence->refuse("0.9, 0.95, 0.99, 0.999 or 0.9999 is wanted");
    }
}

}  // namespace trunkline::sim::reading
