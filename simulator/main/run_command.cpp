#include "simulator/main/run_command.hpp"

#include <iostream>
#include <optional>
#include <utility>

#include "runtime/time/real_clock.hpp"
#include "simulator/capture/packet_capture.hpp"
#include "simulator/main/again.hpp"
#include "simulator/main/live_run.hpp"
#include "simulator/main/progress_printer.hpp"
#include "simulator/main/report_files.hpp"
#include "simulator/main/report_folder.hpp"
#include "simulator/main/stop_signal.hpp"
#include "simulator/main/virtual_run.hpp"
#include "simulator/report/figures.hpp"
#include "simulator/report/run_facts.hpp"
#include "simulator/report/summary.hpp"

namespace trunkline::sim {

namespace {

Outcome run_by_clock(const Scenario& scenario, const RunCommand& command, ProgressPrinter& progress,
                     PacketListener* listener) {
    if (scenario.clock == ClockMode::real_time && listener != nullptr)
        throw TargetError(scenario.file +
                          ": capture.pcapng (--pcap, or /report/files) is not available with --clock real");
    if (scenario.clock == ClockMode::real_time)
        return run_live(scenario, {command.broker_url, command.gateway_url}, progress, command.is_quiet);
    if (command.broker_url || command.gateway_url)
        throw TargetError(
            "--broker and --gateway need --clock real: under the virtual clock both are inside the world");
    return run_virtual(scenario, progress, listener);
}

/// What the scenario chooses; with --pcap, everything where it chooses nothing.
std::optional<CapturePlan> capture_plan(const Scenario& scenario, const RunCommand& command) {
    if (scenario.report.capture || !command.captures_all) return scenario.report.capture;
    CapturePlan plan;
    plan.packets.has_all = true;
    return plan;
}

void write_capture(const ReportFolder& folder, PacketCapture& capture, Instant end, bool is_quiet) {
    folder.write("capture.pcapng", capture.file(end));
    if (is_quiet) return;
    std::cout << "capture: " << (folder.path() / "capture.pcapng").string() << ", " << grouped(capture.packets())
              << " packets";
    if (capture.left_out() > 0) std::cout << ", " << grouped(capture.left_out()) << " left out for want of room";
    std::cout << '\n';
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
    const std::optional<CapturePlan> captured = capture_plan(scenario, command);
    std::optional<PacketCapture> capture;
    if (captured) capture.emplace(scenario, *captured);
    Outcome outcome = run_by_clock(scenario, command, progress, capture ? &*capture : nullptr);
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
    if (capture) write_capture(folder, *capture, outcome.verdict.ended_at, command.is_quiet);
    if (!command.is_quiet && !outcome.verdict.passed())
        std::cout << "see it happen: "
                  << look_again_line(command.scenario_file, command.options, scenario, outcome.verdict) << std::endl;
    // A run that was cut short has not shown what it was to show.
    return outcome.verdict.passed() && !outcome.was_stopped ? exit_passed : exit_failed;
}

}  // namespace trunkline::sim
