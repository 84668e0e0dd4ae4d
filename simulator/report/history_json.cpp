#include "simulator/report/history_json.hpp"

#include <algorithm>

#include "simulator/report/fault_words.hpp"
#include "simulator/report/figures.hpp"

namespace trunkline::sim {

namespace {

void write_counts(JsonWriter& json, std::string_view name, const History& history, std::uint64_t HistoryStep::*count) {
    json.key(name).begin_row();
    for (const HistoryStep& step : history.steps) json.value(step.*count);
    json.end();
}

/// Null where nothing was delivered.
void write_latency(JsonWriter& json, std::string_view name, const History& history, Duration HistoryStep::*latency) {
    json.key(name).begin_row();
    for (const HistoryStep& step : history.steps) {
        if (step.delivered == 0) json.null();
        else json.value(milliseconds(step.*latency));
    }
    json.end();
}

/// Null where no actor knows of any sensor.
void write_ages(JsonWriter& json, std::string_view name, const History& history, Duration HistoryStep::*age) {
    json.key(name).begin_row();
    for (const HistoryStep& step : history.steps) {
        if (step.*age == Duration::zero()) json.null();
        else json.value(milliseconds(step.*age));
    }
    json.end();
}

/// Only the causes that occurred: the ledger has them all.
void write_causes(JsonWriter& json, const History& history) {
    json.key("undelivered").begin_object();
    for (std::size_t at = 0; at < loss_cause_count; ++at) {
        const bool occurred = std::any_of(history.steps.begin(), history.steps.end(),
                                          [at](const HistoryStep& step) { return step.causes[at] != 0; });
        if (!occurred) continue;
        json.key(name_of(static_cast<LossCause>(at))).begin_row();
        for (const HistoryStep& step : history.steps) json.value(std::uint64_t{step.causes[at]});
        json.end();
    }
    json.end();
}

}  // namespace

void write_faults(JsonWriter& json, const Scenario& scenario) {
    json.key("faults").begin_list();
    for (const FaultPlan& fault : scenario.faults) {
        json.begin_object();
        json.member("id", std::string_view(fault.id));
        json.member("kind", kind_of(fault));
        json.member("at_s", seconds(fault.at));
        json.member("ends_s", seconds(fault.ends()));
        json.end();
    }
    json.end();
}

void write_history(JsonWriter& json, const History& history) {
    json.key("history").begin_object();
    json.member("step_s", seconds(history.step));
    write_counts(json, "offered", history, &HistoryStep::offered);
    write_counts(json, "acknowledged", history, &HistoryStep::acknowledged);
    write_counts(json, "delivered", history, &HistoryStep::delivered);
    write_counts(json, "duplicates", history, &HistoryStep::duplicates);
    write_counts(json, "connected", history, &HistoryStep::connected);
    write_counts(json, "waiting_most", history, &HistoryStep::waiting_most);
    write_counts(json, "wills", history, &HistoryStep::wills);
    write_counts(json, "deaths", history, &HistoryStep::deaths);
    write_latency(json, "latency_p50_ms", history, &HistoryStep::latency_p50);
    write_latency(json, "latency_p99_ms", history, &HistoryStep::latency_p99);
    write_ages(json, "age_p50_ms", history, &HistoryStep::age_p50);
    write_ages(json, "age_p99_ms", history, &HistoryStep::age_p99);
    write_causes(json, history);
    json.end();
}

}  // namespace trunkline::sim
