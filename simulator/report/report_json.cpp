#include "simulator/report/report_json.hpp"

#include "simulator/report/figures.hpp"
#include "simulator/report/history_json.hpp"
#include "simulator/report/json_writer.hpp"
#include "simulator/report/notes.hpp"
#include "simulator/report/percentiles.hpp"

namespace trunkline::sim {

namespace {

void write_ids(JsonWriter& json, std::string_view name, const std::vector<std::string>& ids) {
    json.key(name).begin_list();
    for (const std::string& id : ids) json.value(std::string_view(id));
    json.end();
}

void write_scenario(JsonWriter& json, const Scenario& scenario) {
    json.key("scenario").begin_object();
    json.member("name", std::string_view(scenario.name));
    json.member("seed", scenario.seed);
    json.member("clock", scenario.clock == ClockMode::virtual_time ? "virtual" : "real");
    json.member("warmup_s", seconds(scenario.warmup));
    json.member("run_s", seconds(scenario.run));
    json.member("drain_s", seconds(scenario.drain));
    json.member("sensors", std::uint64_t{scenario.sensors.size()});
    json.member("gateways", std::uint64_t{scenario.gateways.size()});
    json.member("actors", std::uint64_t{scenario.actors.size()});
    if (!scenario.left_out.is_nothing()) {
        json.key("left_out").begin_object();
        write_ids(json, "faults", scenario.left_out.faults);
        write_ids(json, "expectations", scenario.left_out.expectations);
        json.end();
    }
    json.end();
}

void write_sensors(JsonWriter& json, const SensorFigures& sensors) {
    json.key("sensors").begin_object();
    json.member("offered", sensors.offered);
    json.member("to_acknowledge", sensors.to_acknowledge);
    json.member("left", sensors.left);
    json.member("acknowledged", sensors.acknowledged);
    json.member("gave_up", sensors.gave_up);
    json.member("rejected", sensors.rejected);
    json.member("transmissions", sensors.transmissions);
    json.member("connects", sensors.connects);
    json.member("connection_losses", sensors.losses);
    json.end();
}

void write_latency(JsonWriter& json, std::string_view name, const LogHistogram& histogram) {
    json.key(name).begin_object();
    json.member("count", histogram.count());
    if (histogram.count() != 0) {
        json.member("mean_ms", milliseconds(histogram.mean()));
        json.member("min_ms", milliseconds(histogram.minimum()));
        for (const Percentile& each : shown_percentiles)
            json.member(std::string(each.name) + "_ms", milliseconds(histogram.percentile(each.of_100_000)));
        json.member("max_ms", milliseconds(histogram.maximum()));
    }
    json.end();
}

void write_actors(JsonWriter& json, const Scenario& scenario, const Verdict& verdict) {
    json.key("actors").begin_list();
    for (std::size_t at = 0; at < verdict.actors.size(); ++at) {
        const ActorFigures& actor = verdict.actors[at];
        json.begin_object();
        json.member("id", std::string_view(scenario.actors[at].id));
        json.member("deliveries", actor.deliveries);
        json.member("duplicates", actor.duplicates);
        json.member("unexpected", actor.unexpected);
        json.member("retained", actor.retained);
        json.member("wills", actor.wills);
        json.member("waiting_most", actor.waiting_most);
        json.member("connects", actor.connects);
        json.member("connection_losses", actor.losses);
        write_latency(json, "latency_from_due", actor.from_intended);
        write_latency(json, "latency_from_sent", actor.from_sent);
        json.end();
    }
    json.end();
}

void write_ledgers(JsonWriter& json, const Scenario& scenario, const Verdict& verdict) {
    json.key("ledger").begin_list();
    for (const GroupLedger& row : verdict.ledgers) {
        json.begin_object();
        json.member("group", std::string_view(row.group));
        json.member("actor", std::string_view(scenario.actors[row.actor].owed_name()));
        json.member("sensors", std::uint64_t{row.sensors});
        json.member("offered", row.ledger.offered);
        json.member("delivered", row.ledger.delivered);
        json.member("undelivered", row.ledger.undelivered());
        json.member("duplicates", row.ledger.duplicates);
        json.key("causes").begin_object();
        for (std::size_t at = 0; at < loss_cause_count; ++at) {
            const auto cause = static_cast<LossCause>(at);
            json.member(name_of(cause), row.ledger.of(cause));
        }
        json.end().end();
    }
    json.end();
}

void write_bound(JsonWriter& json, std::string_view name, std::optional<double> bound) {
    json.key(name);
    if (bound) json.value(*bound);
    else json.null();
}

void write_expectations(JsonWriter& json, const Verdict& verdict) {
    json.key("expectations").begin_list();
    for (const ExpectationResult& expectation : verdict.expectations) {
        json.begin_object();
        json.member("id", std::string_view(expectation.id));
        json.member("kind", name_of(expectation.kind));
        json.member("holds", expectation.holds());
        json.member("readings", expectation.readings);
        json.key("measures").begin_list();
        for (const Measure& measure : expectation.measures) {
            json.begin_object();
            json.member("name", std::string_view(measure.name));
            json.member("measured", measure.measured);
            if (measure.expected) json.member("expected", *measure.expected);
            write_bound(json, "from", measure.from);
            write_bound(json, "to", measure.to);
            json.member("holds", measure.holds);
            json.end();
        }
        json.end().end();
    }
    json.end();
}

void write_violations(JsonWriter& json, const Scenario& scenario, const Verdict& verdict) {
    json.key("violations").begin_object();
    json.member("count", verdict.violation_count);
    json.member("unforgiven", verdict.unforgiven_violations);
    json.key("first").begin_list();
    for (const Violation& violation : verdict.violations) {
        json.begin_object();
        json.member("promise", name_of(violation.promise));
        if (violation.sensor != no_sensor)
            json.member("sensor", std::string_view(scenario.sensors[violation.sensor].id));
        if (violation.sequence != 0) json.member("reading", violation.sequence);
        if (violation.actor != no_actor) json.member("actor", std::string_view(scenario.actors[violation.actor].id));
        json.member("at_s", seconds(violation.at));
        json.member("text", std::string_view(violation.text));
        json.end();
    }
    json.end().end();
}

}  // namespace

std::string report_json(const Scenario& scenario, const Verdict& verdict, std::span<const RunCounter> counters) {
    JsonWriter json;
    json.begin_object();
    json.member("trunkline_report", std::uint64_t{report_version});
    write_scenario(json, scenario);
    json.member("passed", verdict.passed());
    json.member("ended_at_s", seconds(verdict.ended_at));
    write_expectations(json, verdict);
    json.key("notes").begin_list();
    for (const std::string& note : notes_on(scenario)) json.value(std::string_view(note));
    json.end();
    write_violations(json, scenario, verdict);
    write_ledgers(json, scenario, verdict);
    write_sensors(json, verdict.sensors);
    write_actors(json, scenario, verdict);
    write_faults(json, scenario);
    write_history(json, verdict.history);
    json.key("counters").begin_object();
    for (const RunCounter& counter : counters) json.member(counter.name, counter.value);
    json.end();
    json.end();
    return json.take();
}

}  // namespace trunkline::sim
