#include "simulator/main/seeds_command.hpp"

#include <algorithm>
#include <exception>
#include <mutex>
#include <ostream>
#include <thread>
#include <vector>

#include "runtime/time/real_clock.hpp"
#include "simulator/main/again.hpp"
#include "simulator/main/progress_printer.hpp"
#include "simulator/main/seed_queue.hpp"
#include "simulator/main/stop_signal.hpp"
#include "simulator/report/figures.hpp"
#include "simulator/report/summary.hpp"
#include "simulator/world/world.hpp"

namespace trunkline::sim {

namespace {

// Often enough to end soon when the answer is known, seldom enough to cost nothing.
constexpr std::int64_t steps = 200;

/// What the threads share besides the queue.
class Search {
public:
    Search(const SeedsCommand& command, const Scenario& scenario)
        : command_(command),
          scenario_(scenario),
          queue_(command.from, command.count),
          started_(clock_.now()),
          progress_(command.is_quiet, started_) {}

    /// What one thread does: seed after seed, until none is left.
    void work() {
        try {
            while (const auto seed = queue_.take()) run(*seed);
        } catch (...) {
            queue_.stop();
            const std::lock_guard lock(mutex_);
            if (!trouble_) trouble_ = std::current_exception();
        }
    }

    /// After all threads have ended. Throws what stopped one of them.
    void close() {
        progress_.done();
        if (trouble_) std::rethrow_exception(trouble_);
    }
    const SeedQueue& queue() const { return queue_; }
    Duration took() const { return clock_.now() - started_; }

private:
    void run(std::uint64_t seed) {
        Scenario scenario = scenario_;
        scenario.seed = seed;
        Oracle oracle(scenario);
        World world(scenario, oracle);
        const Duration step = std::max<Duration>(scenario.length() / steps, std::chrono::milliseconds(1));
        while (world.run_until(world.now() + step)) {
            if (stop_was_asked()) queue_.stop();
            if (!queue_.is_worth(seed)) return;
        }
        const Verdict verdict = oracle.finish(world.now());
        if (verdict.passed()) queue_.passed();
        else
            queue_.failed(seed, failure_text(verdict, wants_colours()) + "see it happen: " +
                                    look_again_line(command_.scenario_file, command_.options, scenario, verdict) +
                                    '\n');
        show_progress();
    }

    void show_progress() {
        const std::lock_guard lock(mutex_);
        const Instant now = clock_.now();
        if (!progress_.is_due(now)) return;
        progress_.show(grouped(queue_.count_passed()) + " of " + grouped(command_.count) + " seeds hold", now);
    }

    const SeedsCommand& command_;
    const Scenario& scenario_;
    SeedQueue queue_;
    runtime::RealClock clock_;
    Instant started_;
    std::mutex mutex_;  // guards all below
    ProgressPrinter progress_;
    std::exception_ptr trouble_;
};

std::uint64_t threads_for(const SeedsCommand& command) {
    const std::uint64_t cores = std::max(1U, std::thread::hardware_concurrency());
    return std::min(command.jobs.value_or(cores), command.count);
}

}  // namespace

int search_seeds(const SeedsCommand& command, std::ostream& out) {
    ReadOptions options = command.options;
    options.clock = ClockMode::virtual_time;
    const Scenario scenario = load_scenario(command.scenario_file, options);
    watch_stop_signals();
    Search search(command, scenario);
    std::vector<std::thread> threads;
    for (std::uint64_t number = 1; number < threads_for(command); ++number)
        threads.emplace_back([&search] { search.work(); });
    search.work();
    for (std::thread& thread : threads) thread.join();
    search.close();

    const std::string range = "seeds " + std::to_string(command.from) + " to " +
                              std::to_string(command.from + (command.count - 1)) + " of " + scenario.name;
    if (const auto failure = search.queue().failure()) {
        Scenario failed = scenario;
        failed.seed = failure->seed;
        const std::string again = run_again_line(command.scenario_file, command.options, failed);
        out << range << ": seed " << failure->seed << " fails\n"
            << failure->text << "run it again: " << again << std::endl;
        return exit_failed;
    }
    const std::string passed = grouped(search.queue().count_passed());
    if (search.queue().was_stopped()) {
        out << range << ": stopped; the " << passed << " that were run hold" << std::endl;
        return exit_failed;
    }
    if (!command.is_quiet)
        out << range << ": all " << passed << " hold, in "
            << decimal(std::chrono::duration<double>(search.took()).count(), 1) << " s" << std::endl;
    return exit_passed;
}

}  // namespace trunkline::sim
