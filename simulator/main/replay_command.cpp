#include "simulator/main/replay_command.hpp"

#include <algorithm>
#include <ostream>

#include "simulator/capture/ladder.hpp"
#include "simulator/main/stop_signal.hpp"
#include "simulator/plan/durations.hpp"
#include "simulator/scenario/packet_selectors.hpp"
#include "simulator/world/world.hpp"

namespace trunkline::sim {

namespace {

constexpr std::int64_t steps = 1000;  // so that lines come while the run goes on

PacketSelection selection_of(const ReplayCommand& command, const Scenario& scenario) {
    PacketSelection selection;
    for (const std::string& selector : command.selectors) {
        if (const auto selected = select_packets(scenario, selector, selection); !selected)
            throw ScenarioError(scenario.file + ": --trace: " + selected.error());
    }
    return selection;
}

}  // namespace

int replay(const ReplayCommand& command, std::ostream& out) {
    ReadOptions options = command.options;
    options.clock = ClockMode::virtual_time;
    const Scenario scenario = load_scenario(command.scenario_file, options);
    Ladder ladder(scenario, selection_of(command, scenario));
    const Instant end = Instant{} + std::min(command.until.value_or(scenario.length()), scenario.length());
    out << scenario.name << ", seed " << scenario.seed << ", until " << clock_text(end)
        << ": device, gateway, broker; behind a packet, how long it is under way\n";

    watch_stop_signals();
    Oracle oracle(scenario);
    World world(scenario, oracle, TraceDetail::checkpoints, {}, &ladder);
    const Duration step = std::max<Duration>(end.time_since_epoch() / steps, std::chrono::milliseconds(1));
    while (world.now() < end && !stop_was_asked()) {
        world.run_until(std::min(world.now() + step, end));
        out << ladder.take_lines();
    }
    ladder.finish(end);
    out << ladder.take_lines() << ladder.packets() << " packets" << std::endl;
    return exit_passed;
}

}  // namespace trunkline::sim
