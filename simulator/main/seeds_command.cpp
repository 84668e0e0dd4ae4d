#include "simulator/main/seeds_command.hpp"

#include <mutex>
#include <ostream>

#include "runtime/time/real_clock.hpp"
#include "simulator/main/again.hpp"
#include "simulator/main/progress_printer.hpp"
#include "simulator/main/seed_runs.hpp"
#include "simulator/main/stop_signal.hpp"
#include "simulator/report/coverage.hpp"
#include "simulator/report/figures.hpp"
#include "simulator/report/summary.hpp"
#include "simulator/scenario/scenario_file.hpp"

namespace trunkline::sim {

int search_seeds(const SeedsCommand& command, std::ostream& out) {
    ReadOptions options = command.options;
    options.clock = ClockMode::virtual_time;
    options.seed = command.from;
    const std::string text = read_scenario_file(command.scenario_file);
    const Scenario scenario = read_scenario(text, command.scenario_file, options);
    watch_stop_signals();
    const runtime::RealClock clock;
    const Instant started = clock.now();
    ProgressPrinter progress(command.is_quiet, started);
    std::mutex mutex;  // guards the coverage
    Coverage coverage(scenario);
    const auto with_seed = [&](std::uint64_t seed) {
        ReadOptions of_seed = options;
        of_seed.seed = seed;
        return read_scenario(text, command.scenario_file, of_seed);
    };
    const auto judge = [&](const Scenario& run, const Verdict& verdict) -> std::optional<std::string> {
        {
            const std::lock_guard lock(mutex);
            coverage.add(verdict);
        }
        if (verdict.passed_as_one_of_many()) return std::nullopt;
        std::string told = failure_text(verdict, wants_colours()) +
                           "see it happen: " + look_again_line(command.scenario_file, command.options, run, verdict) +
                           '\n';
        if (const auto line = make_small_line(command.scenario_file, command.options, run, verdict))
            told += "make it small: " + *line + '\n';
        return told;
    };
    const auto tell = [&](std::uint64_t passed) {
        if (const Instant now = clock.now(); progress.is_due(now))
            progress.show(grouped(passed) + " of " + grouped(command.count) + " seeds hold", now);
    };
    SeedRuns runs(with_seed, command.from, command.count, judge, tell);
    runs.run(command.jobs);
    progress.done();

    const std::string range = "seeds " + std::to_string(command.from) + " to " +
                              std::to_string(command.from + (command.count - 1)) + " of " + scenario.name;
    if (const auto failure = runs.queue().failure()) {
        Scenario failed = scenario;
        failed.seed = failure->seed;
        const std::string again = run_again_line(command.scenario_file, command.options, failed);
        out << range << ": seed " << failure->seed << " fails\n"
            << failure->text << "run it again: " << again << std::endl;
        return exit_failed;
    }
    const std::string passed = grouped(runs.queue().count_passed());
    if (runs.queue().was_stopped()) {
        out << range << ": stopped; the " << passed << " that were run hold" << std::endl;
        return exit_failed;
    }
    if (const std::string unmet = coverage.unmet_text(); !unmet.empty()) {
        out << range << ": all " << passed << " hold, but what is to happen sometimes never did\n" << unmet;
        if (!command.is_quiet) out << coverage.text();
        out << std::flush;
        return exit_failed;
    }
    if (!command.is_quiet)
        out << range << ": all " << passed << " hold, in "
            << decimal(std::chrono::duration<double>(clock.now() - started).count(), 1) << " s\n"
            << coverage.text() << std::flush;
    return exit_passed;
}

}  // namespace trunkline::sim
