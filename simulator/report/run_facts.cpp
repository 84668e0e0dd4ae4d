#include "simulator/report/run_facts.hpp"

#include <cmath>

#include "simulator/report/figures.hpp"
#include "simulator/report/json_writer.hpp"

namespace trunkline::sim {

namespace {

/// "2026-01-15T06:00:00Z".
std::string utc_text(WallTime time) {
    const std::chrono::sys_seconds whole(std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()));
    const auto day = std::chrono::floor<std::chrono::days>(whole);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(whole - day);
    const auto padded = [](auto number) {
        const std::string digits = std::to_string(number);
        return digits.size() < 2 ? '0' + digits : digits;
    };
    return std::to_string(int(date.year())) + '-' + padded(unsigned(date.month())) + '-' +
           padded(unsigned(date.day())) + 'T' + padded(clock.hours().count()) + ':' + padded(clock.minutes().count()) +
           ':' + padded(clock.seconds().count()) + 'Z';
}

void write_programs(JsonWriter& json, const std::vector<ProgramFacts>& programs) {
    json.key("programs").begin_list();
    for (const ProgramFacts& program : programs) {
        json.begin_object();
        json.member("name", std::string_view(program.name));
        json.member("processor_s", seconds(program.processor));
        json.member("most_memory_octets", program.most_memory_octets);
        json.end();
    }
    json.end();
}

void write_schedule(JsonWriter& json, const ScheduleFacts& schedule) {
    const auto microseconds = [](Duration late) {
        return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(late).count());
    };
    json.key("schedule").begin_object();
    json.member("late_p50_us", microseconds(schedule.p50));
    json.member("late_p99_us", microseconds(schedule.p99));
    json.member("latest_us", microseconds(schedule.latest));
    json.member("was_kept", schedule.was_kept());
    json.end();
}

}  // namespace

double RunFacts::speed_up() const {
    if (took < std::chrono::microseconds(1)) return 0.0;
    return seconds(simulated) / seconds(took);
}

std::string run_json(const RunFacts& facts) {
    JsonWriter json;
    json.begin_object();
    json.member("trunkline_run", std::uint64_t{1});
    json.member("version", std::string_view(facts.version));
    json.member("scenario_file", std::string_view(facts.scenario_file));
    json.key("command").begin_list();
    for (const std::string& word : facts.command) json.value(std::string_view(word));
    json.end();
    json.member("started", std::string_view(utc_text(facts.started)));
    json.member("took_s", seconds(facts.took));
    json.member("simulated_s", seconds(facts.simulated));
    json.member("speed_up", std::round(facts.speed_up() * 10.0) / 10.0);
    json.member("was_stopped", facts.was_stopped);
    if (!facts.programs.empty()) write_programs(json, facts.programs);
    if (facts.schedule) write_schedule(json, *facts.schedule);
    json.end();
    return json.take();
}

}  // namespace trunkline::sim
