#include "simulator/main/search_command.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>

#include "runtime/time/real_clock.hpp"
#include "simulator/main/again.hpp"
#include "simulator/main/bisection.hpp"
#include "simulator/main/progress_printer.hpp"
#include "simulator/main/seed_runs.hpp"
#include "simulator/main/stop_signal.hpp"
#include "simulator/report/measure_text.hpp"
#include "simulator/report/text_table.hpp"
#include "simulator/scenario/scenario_document.hpp"
#include "simulator/scenario/suggestion.hpp"

namespace trunkline::sim {

namespace {

/// A name that is looked for among those that there are. Throws ScenarioError.
void check_known(const std::string& file, const std::string& option, const std::string& kind, const std::string& name,
                 const std::vector<std::string>& names) {
    if (std::find(names.begin(), names.end(), name) != names.end()) return;
    const std::vector<std::string_view> views(names.begin(), names.end());
    throw ScenarioError(file + ": " + option + ": no " + kind + " is called \"" + name + '"' +
                        reading::suggestion(name, views));
}

void check_variable(const SearchCommand& command) {
    const nlohmann::ordered_json document = load_scenario_document(command.scenario_file, command.options.overrides);
    std::vector<std::string> names;
    if (document.contains("vars")) {
        for (const auto& [name, value] : document["vars"].items()) names.push_back(name);
    }
    check_known(command.scenario_file, "--maximize", "variable of \"vars\"", command.variable, names);
}

void check_expectation(const SearchCommand& command, const Scenario& scenario) {
    std::vector<std::string> names;
    for (const ExpectationPlan& expectation : scenario.expectations) names.push_back(expectation.id);
    check_known(command.scenario_file, "--until", "expectation", command.expectation, names);
}

/// Runs values, and remembers what became of them.
class Tries {
public:
    Tries(const SearchCommand& command, const SearchValues& values)
        : command_(command), values_(values), progress_(command.is_quiet, clock_.now()) {
        table_.row({command.variable, "", command.expectation});
    }

    bool holds(double value) {
        ReadOptions options = command_.options;
        options.clock = ClockMode::virtual_time;
        options.overrides.push_back("vars." + command_.variable + '=' + values_.text(value));
        const Scenario scenario = load_scenario(command_.scenario_file, options);
        check_expectation(command_, scenario);
        const auto with_seed = [&](std::uint64_t seed) {
            ReadOptions of_seed = options;
            of_seed.seed = seed;
            return load_scenario(command_.scenario_file, of_seed);
        };
        SeedRuns runs(
            with_seed, command_.first_seed, command_.seeds,
            [this](const Scenario&, const Verdict& verdict) { return why_not(verdict); },
            [&](std::uint64_t passed) { show(value, passed); });
        runs.run(command_.jobs);
        progress_.done();
        const auto failure = runs.queue().failure();
        if (failure)
            table_.row({values_.text(value), "fails", "seed " + std::to_string(failure->seed) + ": " + failure->text});
        else table_.row({values_.text(value), "holds", std::to_string(runs.queue().count_passed()) + " seeds"});
        return !failure;
    }

    std::string table() const { return table_.text("  "); }

private:
    std::optional<std::string> why_not(const Verdict& verdict) const {
        const auto judged =
            std::find_if(verdict.expectations.begin(), verdict.expectations.end(),
                         [this](const ExpectationResult& each) { return each.id == command_.expectation; });
        if (judged->holds()) return std::nullopt;
        const auto failing = std::find_if(judged->measures.begin(), judged->measures.end(),
                                          [](const Measure& measure) { return !measure.holds; });
        return failing == judged->measures.end() ? "does not hold" : measure_text(*failing);
    }
    void show(double value, std::uint64_t passed) {
        if (const Instant now = clock_.now(); progress_.is_due(now))
            progress_.show(command_.variable + ' ' + values_.text(value) + ": " + std::to_string(passed) + " of " +
                               std::to_string(command_.seeds) + " seeds hold",
                           now);
    }

    const SearchCommand& command_;
    const SearchValues& values_;
    runtime::RealClock clock_;
    ProgressPrinter progress_;
    TextTable table_{3};
};

std::string answer_of(const SearchCommand& command, const SearchValues& values, const Bisection& bisection) {
    const std::string seeds =
        "seeds " + std::to_string(command.first_seed) + " to " + std::to_string(command.first_seed + command.seeds - 1);
    if (!bisection.holds())
        return command.expectation + " does not hold with " + command.variable + ' ' + values.text(values.from()) +
               ", the smallest value, for all of " + seeds;
    std::string text = "largest " + command.variable + " with which " + command.expectation + " holds for " + seeds +
                       ": " + values.text(*bisection.holds());
    if (bisection.fails()) text += " (" + values.text(*bisection.fails()) + " does not)";
    else text += ", the largest value asked for";
    ReadOptions options = command.options;
    options.overrides.push_back("vars." + command.variable + '=' + values.text(*bisection.holds()));
    options.clock = ClockMode::virtual_time;
    options.seed = command.first_seed;
    return text +
           "\nrun it: " + run_again_line(command.scenario_file, options, load_scenario(command.scenario_file, options));
}

}  // namespace

int search_largest(const SearchCommand& command, std::ostream& out) {
    const auto values = SearchValues::parse(command.from, command.to);
    if (!values) throw ScenarioError(command.scenario_file + ": --from, --to: " + values.error());
    check_variable(command);
    watch_stop_signals();
    Tries tries(command, *values);
    Bisection bisection(*values);
    while (const auto value = bisection.next()) {
        const bool holds = tries.holds(*value);
        if (stop_was_asked()) {
            out << tries.table() << "stopped before an answer was found" << std::endl;
            return exit_failed;
        }
        bisection.tried(*value, holds);
    }
    if (!command.is_quiet) out << tries.table();
    out << answer_of(command, *values, bisection) << std::endl;
    return bisection.holds() ? exit_passed : exit_failed;
}

}  // namespace trunkline::sim
