#include "simulator/main/scenario_words.hpp"

#include <charconv>
#include <limits>

#include "simulator/plan/durations.hpp"

namespace trunkline::sim {

std::uint64_t parse_number(const std::string& option, const std::string& text, std::uint64_t least,
                           std::uint64_t most) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || number < least || number > most)
        throw CLI::ValidationError(option, "a whole number from " + std::to_string(least) + " to " +
                                               std::to_string(most) + " is wanted, got \"" + text + '"');
    return number;
}

std::uint64_t parse_seed(const std::string& option, const std::string& text) {
    return parse_number(option, text, 0, std::numeric_limits<std::uint64_t>::max());
}

Duration parse_length(const std::string& option, const std::string& text) {
    const auto parsed = parse_duration(text);
    if (!parsed)
        throw CLI::ValidationError(
            option, "a duration is wanted, like 90s, 10m or 1h30m, got \"" + text + "\": " + parsed.error().text);
    return *parsed;
}

void ScenarioWords::add_to(CLI::App& command) {
    add_seeded_to(command);
    command.add_option("--clock", clock, "Instead of the scenario's clock")
        ->check(CLI::IsMember({"virtual", "real"}))
        ->type_name("virtual|real");
}

void ScenarioWords::add_seeded_to(CLI::App& command) {
    add_shared_to(command);
    command.add_option("--seed", seed, "Instead of the scenario's seed")->type_name("N");
}

void ScenarioWords::add_shared_to(CLI::App& command) {
    add_file_to(command);
    command.add_option("--duration", duration, "Length of the run phase, like 90s or 1h30m")->type_name("DURATION");
}

void ScenarioWords::add_file_to(CLI::App& command) {
    command.add_option("scenario", file, "Scenario file; docs/scenario.md has the format and the link presets")
        ->required()
        ->type_name("SCENARIO");
    // One value each: what follows is the next option.
    command.add_option("--set", overrides, "Replace a value: links.radio.loss.p=0.3, or a variable: p=0.3")
        ->allow_extra_args(false)
        ->type_name("PATH=VALUE");
}

ReadOptions ScenarioWords::options() const {
    ReadOptions options;
    options.overrides = overrides;
    if (!seed.empty()) options.seed = parse_seed("--seed", seed);
    if (!clock.empty()) options.clock = clock == "real" ? ClockMode::real_time : ClockMode::virtual_time;
    if (duration.empty()) return options;
    const Duration parsed = parse_length("--duration", duration);
    if (parsed < std::chrono::seconds(1) || parsed > std::chrono::hours(24 * 366))
        throw CLI::ValidationError("--duration", "a duration from 1s to 366d is wanted, got \"" + duration + '"');
    options.run = parsed;
    return options;
}

}  // namespace trunkline::sim
