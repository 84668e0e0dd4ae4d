#include "simulator/main/virtual_run.hpp"

#include <memory>

#include "runtime/time/real_clock.hpp"
#include "simulator/main/progress_printer.hpp"
#include "simulator/main/run_counters.hpp"
#include "simulator/main/stop_signal.hpp"
#include "simulator/report/progress.hpp"
#include "simulator/world/world.hpp"

namespace trunkline::sim {

namespace {

// Short enough for a progress line in time, however slow the machine; long enough to cost nothing.
constexpr std::int64_t progress_steps = 1000;

}  // namespace

Outcome run_virtual(const Scenario& scenario, ProgressPrinter& progress, PacketListener* listener) {
    const runtime::RealClock clock;
    Oracle oracle(scenario);
    if (scenario.report.wants(ReportFile::events_ndjson)) oracle.keep_journal();
    auto owned = std::make_unique<World>(scenario, oracle, TraceDetail::checkpoints, PlantedDefects(), listener);
    World& world = *owned;
    Outcome outcome;
    const Duration step = std::max<Duration>(scenario.length() / progress_steps, std::chrono::milliseconds(1));
    while (world.run_until(world.now() + step)) {
        if (stop_was_asked()) {
            outcome.was_stopped = true;
            break;
        }
        if (const Instant now = clock.now(); progress.is_due(now))
            progress.show(progress_line(scenario, world.now(), oracle.progress()), now);
    }
    progress.done();
    outcome.verdict = oracle.finish(world.now());
    outcome.counters = run_counters(world);
    // The program is about to end, and a hundred thousand sensors would be taken apart for a second.
    static_cast<void>(owned.release());
    return outcome;
}

}  // namespace trunkline::sim
