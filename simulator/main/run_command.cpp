#include "simulator/main/run_command.hpp"

#include <iostream>
#include <optional>
#include <utility>

#include "runtime/time/real_clock.hpp"
#include "simulator/main/again.hpp"
#include "simulator/main/huge_pages.hpp"
#include "simulator/main/live_run.hpp"
#include "simulator/main/progress_printer.hpp"
#include "simulator/main/report_files.hpp"
#include "simulator/main/report_folder.hpp"
#include "simulator/main/run_capture.hpp"
#include "simulator/main/stop_signal.hpp"
#include "simulator/main/virtual_run.hpp"
#include "simulator/report/run_facts.hpp"
#include "simulator/report/summary.hpp"

namespace trunkline::sim {

namespace {

Outcome run_by_clock(const Scenario& scenario, const RunCommand& command, ProgressPrinter& progress,
                     PacketListener* listener) {
    if (scenario.clock == ClockMode::real_time)
        return run_live(scenario, {command.broker_url, command.gateway_url}, progress, command.is_quiet, listener);
    if (command.broker_url || command.gateway_url)
        throw TargetError(
            "--broker and --gateway need --clock real: under the virtual clock both are inside the world");
    return run_virtual(scenario, progress, listener);
}

}  // namespace

int run(const RunCommand& command, const std::vector<std::string>& words) {
    prefer_huge_pages();
    const runtime::RealClock clock;
    const Scenario scenario = load_scenario(command.scenario_file, command.options);
    const ReportFolder folder(scenario, command.report_folder);
    RunFacts facts;
    facts.version = TRUNKLINE_VERSION;
    facts.command = words;
    facts.scenario_file = command.scenario_file;
    facts.started = clock.wall();
    watch_stop_signals();

    const Instant started = clock.now();
    ProgressPrinter progress(command.is_quiet, started);
    RunCapture capture(scenario, command.captures_all);
    Outcome outcome = run_by_clock(scenario, command, progress, capture.listener());
    facts.took = clock.now() - started;
    facts.simulated = outcome.verdict.ended_at.time_since_epoch();
    facts.was_stopped = outcome.was_stopped;
    facts.programs = std::move(outcome.programs);
    facts.schedule = outcome.schedule;

    write_report_files(folder, scenario, outcome);
    folder.write("run.json", run_json(facts));
    if (!command.is_quiet) {
        std::cout << summary_text(scenario, outcome.verdict, facts, wants_colours())
                  << "report: " << (folder.path() / "report.html").string() << std::endl;
    }
    capture.write(folder, outcome.verdict.ended_at, command.is_quiet ? nullptr : &std::cout);
    if (!command.is_quiet && !outcome.verdict.passed()) {
        std::cout << what_to_look_at(command.scenario_file, command.options, scenario, outcome.verdict) << std::flush;
        if (const auto line = make_small_line(command.scenario_file, command.options, scenario, outcome.verdict))
            std::cout << "make it small: " << *line << std::endl;
    }
    // A run that was cut short has not shown what it was to show.
    return outcome.verdict.passed() && !outcome.was_stopped ? exit_passed : exit_failed;
}

}  // namespace trunkline::sim
