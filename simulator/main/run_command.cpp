#include "simulator/main/run_command.hpp"

#include <iostream>
#include <utility>

#include "runtime/time/real_clock.hpp"
#include "simulator/main/live_run.hpp"
#include "simulator/main/progress_printer.hpp"
#include "simulator/main/report_folder.hpp"
#include "simulator/main/stop_signal.hpp"
#include "simulator/main/virtual_run.hpp"
#include "simulator/report/junit_xml.hpp"
#include "simulator/report/report_html.hpp"
#include "simulator/report/report_json.hpp"
#include "simulator/report/run_facts.hpp"
#include "simulator/report/summary.hpp"
#include "simulator/report/timeline_csv.hpp"

namespace trunkline::sim {

namespace {

Outcome run_by_clock(const Scenario& scenario, const RunCommand& command, ProgressPrinter& progress) {
    if (scenario.clock == ClockMode::real_time)
        return run_live(scenario, {command.broker_url, command.gateway_url}, progress, command.is_quiet);
    if (command.broker_url || command.gateway_url)
        throw TargetError(
            "--broker and --gateway need --clock real: under the virtual clock both are inside the world");
    return run_virtual(scenario, progress);
}

}  // namespace

int run(const RunCommand& command, const std::vector<std::string>& words) {
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
    Outcome outcome = run_by_clock(scenario, command, progress);
    facts.took = clock.now() - started;
    facts.simulated = outcome.verdict.ended_at.time_since_epoch();
    facts.was_stopped = outcome.was_stopped;
    facts.programs = std::move(outcome.programs);

    folder.write("report.json", report_json(scenario, outcome.verdict, outcome.counters));
    folder.write("report.html", report_html(scenario, outcome.verdict));
    folder.write("junit.xml", junit_xml(scenario, outcome.verdict));
    folder.write("timeline.csv", timeline_csv(outcome.verdict.history));
    folder.write("run.json", run_json(facts));
    if (!command.is_quiet) {
        std::cout << summary_text(scenario, outcome.verdict, facts, wants_colours())
                  << "report: " << (folder.path() / "report.html").string() << std::endl;
    }
    // A run that was cut short has not shown what it was to show.
    return outcome.verdict.passed() && !outcome.was_stopped ? exit_passed : exit_failed;
}

}  // namespace trunkline::sim
