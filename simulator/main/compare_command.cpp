#include "simulator/main/compare_command.hpp"

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <ostream>
#include <utility>

#include "runtime/time/real_clock.hpp"
#include "simulator/live/reachable.hpp"
#include "simulator/main/live_run.hpp"
#include "simulator/main/progress_printer.hpp"
#include "simulator/main/report_files.hpp"
#include "simulator/main/report_folder.hpp"
#include "simulator/main/run_capture.hpp"
#include "simulator/main/stop_signal.hpp"
#include "simulator/plan/durations.hpp"
#include "simulator/report/comparison.hpp"

namespace trunkline::sim {

namespace {

/// Before the first run: a mistyped port should not cost minutes.
void check_reachable(const NamedBroker& broker) {
    const auto url = runtime::parse_url(broker.url, runtime::Scheme::mqtt);
    if (!url) throw TargetError("--broker " + broker.name + '=' + broker.url + ": " + url.error());
    if (const auto trouble = why_unreachable(*url))
        throw TargetError("--broker " + broker.name + '=' + broker.url + ": " + *trouble);
}

std::vector<std::string> notes_on_faults(const Scenario& scenario) {
    std::vector<std::string> notes;
    for (const FaultPlan& fault : scenario.faults) {
        if (fault.kind == FaultPlan::Kind::broker_restart)
            notes.push_back("fault " + fault.id +
                            ": the brokers are not ours to restart; all connections to them were " + "cut for " +
                            duration_text(fault.length) + " instead");
    }
    return notes;
}

std::filesystem::path folder_of(const Scenario& scenario, const CompareCommand& command) {
    if (command.report_folder) return *command.report_folder;
    return std::filesystem::path("out") / ("compare-" + scenario.name + '-' + std::to_string(scenario.seed));
}

}  // namespace

int compare_brokers(const CompareCommand& command, std::ostream& out) {
    ReadOptions options = command.options;
    options.clock = ClockMode::real_time;
    const Scenario scenario = load_scenario(command.scenario_file, options);
    for (const NamedBroker& broker : command.brokers) check_reachable(broker);
    const std::filesystem::path path = folder_of(scenario, command);
    const ReportFolder folder(scenario, path.string());
    watch_stop_signals();

    std::vector<ComparedRun> runs;
    bool was_stopped = false;
    for (const NamedBroker& broker : command.brokers) {
        const runtime::RealClock clock;
        ProgressPrinter progress(command.is_quiet, clock.now());
        if (!command.is_quiet) std::cerr << broker.name << ":\n";
        RunCapture capture(scenario, false);
        Outcome outcome =
            run_live(scenario, {broker.url, std::nullopt, true}, progress, command.is_quiet, capture.listener());
        const ReportFolder own(scenario, (path / broker.name).string());
        write_report_files(own, scenario, outcome);
        capture.write(own, outcome.verdict.ended_at, nullptr);
        runs.push_back({broker.name, broker.url, std::move(outcome.verdict)});
        was_stopped = outcome.was_stopped;
        if (was_stopped) break;
    }
    const std::vector<std::string> notes = notes_on_faults(scenario);
    folder.write("compare.html", comparison_html(scenario, runs, notes));
    if (!command.is_quiet)
        out << comparison_text(scenario, runs, notes) << "\nreport: " << (path / "compare.html").string() << std::endl;
    const bool all_pass =
        std::all_of(runs.begin(), runs.end(), [](const ComparedRun& run) { return run.verdict.passed(); });
    return all_pass && !was_stopped ? exit_passed : exit_failed;
}

}  // namespace trunkline::sim
