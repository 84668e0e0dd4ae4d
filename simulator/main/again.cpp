#include "simulator/main/again.hpp"

#include <algorithm>
#include <optional>
#include <string_view>

#include "simulator/plan/durations.hpp"
#include "simulator/report/culprit.hpp"

namespace trunkline::sim {

namespace {

/// As one word of a POSIX shell.
std::string quoted(const std::string& word) {
    constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./=:,+@";
    if (!word.empty() && word.find_first_not_of(plain) == std::string::npos) return word;
    std::string text = "'";
    for (const char character : word) text += character == '\'' ? std::string("'\\''") : std::string(1, character);
    return text + '\'';
}

std::string line_of(std::string_view command, const std::string& file, const ReadOptions& options, std::uint64_t seed) {
    std::string line = "trunkline-sim " + std::string(command) + ' ' + quoted(file) + " --seed " + std::to_string(seed);
    if (options.run) line += " --duration " + duration_text(*options.run);
    for (const std::string& change : options.overrides) line += " --set " + quoted(change);
    return line;
}

std::string until(const Scenario& scenario, Instant at) {
    const Duration later = std::chrono::ceil<std::chrono::seconds>(at.time_since_epoch()) + std::chrono::seconds(1);
    return " --until " + duration_text(std::min(later, scenario.length()));
}

std::string whereabouts(const Scenario& scenario, const Culprit& culprit) {
    return until(scenario, culprit.until) + " --trace " + quoted("sensor:" + scenario.sensors[culprit.sensor].id);
}

/// What follows "replay …"; nothing: nobody stands for what failed.
std::optional<std::string> whereabouts(const Scenario& scenario, const Verdict& verdict) {
    if (!verdict.violations.empty()) {
        const Violation& first = verdict.violations.front();
        if (first.sensor != no_sensor)
            return until(scenario, first.at) + " --trace " + quoted("sensor:" + scenario.sensors[first.sensor].id);
        if (first.actor != no_actor)
            return until(scenario, first.at) + " --trace " + quoted("actor:" + scenario.actors[first.actor].id);
    }
    if (const auto culprit = culprit_of(scenario, verdict)) return whereabouts(scenario, *culprit);
    for (std::size_t at = 0; at < verdict.expectations.size(); ++at) {
        const std::vector<std::size_t>& sensors = scenario.expectations[at].sensors;
        if (!verdict.expectations[at].holds() && !sensors.empty())
            return " --trace " + quoted("sensor:" + scenario.sensors[sensors.front()].id);
    }
    return std::nullopt;
}

}  // namespace

std::string run_again_line(const std::string& scenario_file, const ReadOptions& options, const Scenario& scenario) {
    // The scenario may ask for the other clock.
    return line_of("run", scenario_file, options, scenario.seed) +
           (scenario.clock == ClockMode::virtual_time ? " --clock virtual" : " --clock real");
}

std::string look_again_line(const std::string& scenario_file, const ReadOptions& options, const Scenario& scenario,
                            const Verdict& verdict) {
    if (scenario.clock == ClockMode::virtual_time) {
        if (const auto place = whereabouts(scenario, verdict))
            return line_of("replay", scenario_file, options, scenario.seed) + *place;
    }
    return run_again_line(scenario_file, options, scenario);
}

std::optional<std::string> make_small_line(const std::string& scenario_file, const ReadOptions& options,
                                           const Scenario& scenario, const Verdict& verdict) {
    const bool can_be_small =
        scenario.clock == ClockMode::virtual_time && !options.run && !verdict.passed_as_one_of_many();
    if (!can_be_small) return std::nullopt;
    return line_of("shrink", scenario_file, options, scenario.seed);
}

std::string what_to_look_at(const std::string& scenario_file, const ReadOptions& options, const Scenario& scenario,
                            const Verdict& verdict) {
    const std::string look = look_again_line(scenario_file, options, scenario, verdict) + '\n';
    const auto culprit = culprit_of(scenario, verdict);
    if (!culprit) return "see it happen: " + look;
    const bool is_all = verdict.violations.empty() || scenario.clock != ClockMode::virtual_time;
    if (is_all) return culprit->text + "\nsee it happen: " + look;
    return culprit->text + "\nsee it happen: " + line_of("replay", scenario_file, options, scenario.seed) +
           whereabouts(scenario, *culprit) + "\nsee the promise break: " + look;
}

}  // namespace trunkline::sim
