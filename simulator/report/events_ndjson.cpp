#include "simulator/report/events_ndjson.hpp"

#include <algorithm>
#include <vector>

#include "simulator/report/fault_words.hpp"
#include "simulator/report/figures.hpp"
#include "simulator/report/json_writer.hpp"

namespace trunkline::sim {

namespace {

using Kind = RunEvent::Kind;

struct Line {
    Instant at{};
    std::string text;
};

/// One line; `add` gives what the event has besides its time and its name.
template <typename Add>
Line line_of(Instant at, std::string_view event, Add add) {
    JsonWriter json;
    json.begin_line().member("at_s", seconds(at)).member("event", event);
    add(json);
    json.end();
    return {at, json.take()};
}

/// Whom and what an event is about.
class EventMembers {
public:
    EventMembers(const Scenario& scenario, const RunEvent& event) : scenario_(scenario), event_(event) {}

    void operator()(JsonWriter& json) const {
        switch (event_.kind) {
            case Kind::broker_down:
                return;
            case Kind::broker_up:
                return write_flag(json, "state_kept");
            case Kind::gateway_up:
                write_gateway(json);
                return write_flag(json, "state_kept");
            case Kind::gateway_down:
            case Kind::partition_begins:
            case Kind::partition_ends:
                return write_gateway(json);
            case Kind::actor_connected:
                write_actor(json);
                return write_flag(json, "session_present");
            case Kind::actor_lost:
                return write_actor(json);
            case Kind::sensor_session:
                write_sensor(json);
                return write_flag(json, "session_present");
            case Kind::sensor_connected:
            case Kind::sensor_lost:
            case Kind::sensor_left:
            case Kind::sensor_sleeps:
            case Kind::supervision_ended:
                return write_sensor(json);
            case Kind::will:
                write_sensor(json);
                return write_actor(json);
            case Kind::gave_up:
            case Kind::rejected:
                return write_reading(json);
            case Kind::delivered:
                write_reading(json);
                write_actor(json);
                json.member("latency_ms", milliseconds(event_.lasted));
                return;
            case Kind::delivered_again:
                write_reading(json);
                return write_actor(json);
            case Kind::undelivered:
                write_reading(json);
                write_actor(json);
                json.member("cause", name_of(event_.cause));
                return;
        }
    }

private:
    void write_sensor(JsonWriter& json) const {
        json.member("sensor", std::string_view(scenario_.sensors[event_.index].id));
    }
    void write_gateway(JsonWriter& json) const {
        json.member("gateway", std::string_view(scenario_.gateways[event_.index].id));
    }
    void write_actor(JsonWriter& json) const {
        json.member("actor", std::string_view(scenario_.actors[event_.actor].id));
    }
    void write_reading(JsonWriter& json) const {
        write_sensor(json);
        json.member("reading", event_.sequence);
    }
    void write_flag(JsonWriter& json, std::string_view name) const { json.member(name, event_.flag); }

    const Scenario& scenario_;
    const RunEvent& event_;
};

void add_faults(const Scenario& scenario, Instant end, std::vector<Line>& lines) {
    for (const FaultPlan& fault : scenario.faults) {
        const auto members = [&](JsonWriter& json) {
            json.member("fault", std::string_view(fault.id)).member("kind", kind_of(fault));
        };
        if (Instant(fault.at) <= end) lines.push_back(line_of(Instant(fault.at), "fault_begins", members));
        if (fault.length > Duration::zero() && Instant(fault.ends()) <= end)
            lines.push_back(line_of(Instant(fault.ends()), "fault_ends", members));
    }
}

void add_violations(const Scenario& scenario, const Verdict& verdict, std::vector<Line>& lines) {
    for (const Violation& violation : verdict.violations) {
        lines.push_back(line_of(violation.at, "promise_broken", [&](JsonWriter& json) {
            json.member("promise", name_of(violation.promise));
            if (violation.sensor != no_sensor)
                json.member("sensor", std::string_view(scenario.sensors[violation.sensor].id));
            if (violation.sequence != 0) json.member("reading", violation.sequence);
            if (violation.actor != no_actor)
                json.member("actor", std::string_view(scenario.actors[violation.actor].id));
            json.member("text", std::string_view(violation.text));
        }));
    }
}

std::string left_out_lines(const Verdict& verdict) {
    std::string text;
    for (std::size_t kind = 0; kind < event_kind_count; ++kind) {
        const std::uint64_t count = verdict.journal.left_out(static_cast<Kind>(kind));
        if (count == 0) continue;
        text += line_of(verdict.ended_at, "left_out", [&](JsonWriter& json) {
                    json.member("of", name_of(static_cast<Kind>(kind))).member("count", count);
                }).text;
    }
    return text;
}

}  // namespace

std::string events_ndjson(const Scenario& scenario, const Verdict& verdict) {
    std::vector<Line> lines;
    add_faults(scenario, verdict.ended_at, lines);
    for (const RunEvent& event : verdict.journal.events())
        lines.push_back(line_of(event.at, name_of(event.kind), EventMembers(scenario, event)));
    add_violations(scenario, verdict, lines);
    std::stable_sort(lines.begin(), lines.end(), [](const Line& a, const Line& b) { return a.at < b.at; });
    std::string text;
    for (const Line& each : lines) text += each.text;
    return text + left_out_lines(verdict);
}

}  // namespace trunkline::sim
