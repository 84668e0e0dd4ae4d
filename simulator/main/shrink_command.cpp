#include "simulator/main/shrink_command.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <mutex>
#include <ostream>
#include <string_view>
#include <thread>

#include "runtime/time/real_clock.hpp"
#include "simulator/main/coarse_cuts.hpp"
#include "simulator/main/progress_printer.hpp"
#include "simulator/main/run_failure.hpp"
#include "simulator/main/shrinker.hpp"
#include "simulator/main/shrunk_file.hpp"
#include "simulator/main/stop_signal.hpp"
#include "simulator/plan/durations.hpp"
#include "simulator/report/figures.hpp"
#include "simulator/scenario/scenario_document.hpp"
#include "simulator/world/world.hpp"

namespace trunkline::sim {

namespace {

using Json = Shrinker::Json;

constexpr std::int64_t looks_in_a_run = 200;  // whether to go on
constexpr std::string_view suffix = "-shrunk";

std::string size_text(const Scenario& scenario) {
    return counted(scenario.sensors.size(), "sensor") + ", " + counted(scenario.actors.size(), "actor") + ", " +
           counted(scenario.faults.size(), "fault") + ", " + duration_text(scenario.length());
}

ReadOptions virtual_time() {
    ReadOptions options;
    options.clock = ClockMode::virtual_time;
    return options;
}

Scenario plan_of(const Json& document, const std::string& file) {
    return read_scenario(document.dump(), file, virtual_time());
}

/// Leaves out the fault or the expectation that this place belongs to. False: it belongs to neither.
bool leave_out_what_stands_at(Json& document, std::string_view pointer) {
    for (const std::string_view list : {"faults", "expect"}) {
        if (!pointer.starts_with('/' + std::string(list) + '/')) continue;
        const std::string_view rest = pointer.substr(list.size() + 2);
        std::size_t place = 0;
        const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), place);
        Json& elements = document[std::string(list)];
        if (error != std::errc() || end == rest.data() || place >= elements.size()) return false;
        elements.erase(place);
        return true;
    }
    return false;
}

/// Without faults and expectations that name what has gone, or that are later than its end. Nothing: more is wrong.
std::optional<Scenario> plan_of_what_can_be(Json& candidate, const std::string& file) {
    for (;;) {
        try {
            return plan_of(candidate, file);
        } catch (const ScenarioError& error) {
            if (!leave_out_what_stands_at(candidate, error.pointer())) return std::nullopt;
        }
    }
}

bool can_fail_by(const RunFailure& failure, const Scenario& scenario) {
    const auto& all = scenario.expectations;
    return failure.promise || std::any_of(all.begin(), all.end(),
                                          [&](const ExpectationPlan& each) { return each.id == failure.expectation; });
}

/// Tries scenarios, and tells how far it has got. For several threads at once.
class Trials {
public:
    Trials(const ShrinkCommand& command, const Play& play)
        : file_(command.scenario_file), play_(play), progress_(command.is_quiet, clock_.now()) {}

    std::optional<Verdict> whole(const Scenario& scenario) {
        return play_(scenario, [&](Instant at) {
            show([&] { return "the whole: " + clock_text(at) + " of " + duration_text(scenario.length()); });
            return !stop_was_asked();
        });
    }
    std::optional<Json> still_fails(const RunFailure& failure, Json candidate, const IsWorth& is_worth) {
        if (stop_was_asked()) return std::nullopt;
        const std::optional<Scenario> scenario = plan_of_what_can_be(candidate, file_);
        if (!scenario || !can_fail_by(failure, *scenario)) return std::nullopt;
        const std::optional<Verdict> verdict =
            play_(*scenario, [&](Instant) { return is_worth() && !stop_was_asked(); });
        const bool fails = verdict && fails_by(failure, *scenario, *verdict);
        show([&] { return "fails too: " + size_; }, fails ? &*scenario : nullptr);
        return fails ? std::optional(std::move(candidate)) : std::nullopt;
    }
    void done() { progress_.done(); }

private:
    template <typename Line>
    void show(const Line& line, const Scenario* smaller = nullptr) {
        const std::lock_guard lock(mutex_);
        if (smaller != nullptr) size_ = size_text(*smaller);
        if (const Instant now = clock_.now(); progress_.is_due(now)) progress_.show(line(), now);
    }

    std::string file_;
    const Play& play_;
    runtime::RealClock clock_;
    std::mutex mutex_;  // guards all below
    ProgressPrinter progress_;
    std::string size_ = "nothing smaller yet";
};

/// Without those lists of devices that name all there are by now.
Json without_needless_lists(Json document, const std::string& file) {
    const std::size_t sensors = plan_of(document, file).sensors.size();
    for (std::size_t group = 0; group < document["sensors"].size(); ++group) {
        Json candidate = document;
        candidate["sensors"][group].erase("only");
        if (plan_of(candidate, file).sensors.size() == sensors) document = std::move(candidate);
    }
    return document;
}

Json shrunk(const Json& document, const Scenario& whole, const RunFailure& failure, Shrinker& shrinker) {
    const CoarseCuts cuts(document, whole, failure.sensor, failure.expectation, failure.over_by);
    shrinker.keep_first(cuts.size(), [&](std::size_t number) { return cuts.cut(number); });
    return without_needless_lists(shrinker.shrink(stop_was_asked), whole.file);
}

/// Why there is nothing to shrink.
std::string nothing_to_shrink(const Scenario& whole, const Verdict& verdict) {
    const std::string run = whole.name + ", seed " + std::to_string(whole.seed) + ": ";
    if (verdict.passed()) return run + "holds; what fails is wanted (seeds finds a seed)";
    const auto missed = std::find_if(verdict.expectations.begin(), verdict.expectations.end(),
                                     [](const ExpectationResult& each) { return !each.holds(); });
    return run + "nothing fails but what is to happen sometimes (\"" + missed->id +
           "\"), and less happens in a smaller scenario; what fails otherwise is wanted (seeds finds a seed)";
}

}  // namespace

std::optional<Verdict> play_to_the_end(const Scenario& scenario, const GoesOn& goes_on) {
    return play_planted(scenario, goes_on, {});
}

std::optional<Verdict> play_planted(const Scenario& scenario, const GoesOn& goes_on, const PlantedDefects& defects) {
    Oracle oracle(scenario);
    oracle.keep_journal();  // which tells causes
    World world(scenario, oracle, TraceDetail::checkpoints, defects);
    const Duration step = std::max<Duration>(scenario.length() / looks_in_a_run, std::chrono::milliseconds(1));
    while (world.run_until(world.now() + step)) {
        if (!goes_on(world.now())) return std::nullopt;
    }
    return oracle.finish(world.now());
}

int shrink_scenario(const ShrinkCommand& command, std::ostream& out, const Play& play) {
    Json document = load_scenario_document(command.scenario_file, command.options.overrides);
    if (command.options.seed) document["seed"] = *command.options.seed;
    const Scenario whole = plan_of(document, command.scenario_file);
    watch_stop_signals();
    Trials trials(command, play);
    const std::optional<Verdict> verdict = trials.whole(whole);
    if (!verdict) return exit_failed;
    const std::optional<RunFailure> failure = failure_of(whole, *verdict);
    if (!failure) {
        trials.done();
        out << nothing_to_shrink(whole, *verdict) << std::endl;
        return exit_invalid;
    }
    document = chaos_written_out(document, whole);
    document["seed"] = whole.seed;
    document["name"] = whole.name + std::string(suffix);

    const std::uint64_t threads = command.jobs.value_or(std::max(1U, std::thread::hardware_concurrency()));
    Shrinker shrinker(document, threads, [&](Json candidate, const IsWorth& is_worth) {
        return trials.still_fails(*failure, std::move(candidate), is_worth);
    });
    const Json smallest = shrunk(document, whole, *failure, shrinker);
    trials.done();
    const std::string path = command.out.value_or("out/" + whole.name + std::string(suffix) + ".json");
    const std::vector<std::filesystem::path> copies =
        write_shrunk(smallest, command.scenario_file, path,
                     whole.name + " with seed " + std::to_string(whole.seed) + ", shrunk: " + failure->text() + '.');
    out << whole.name << ", seed " << whole.seed << ": " << failure->text() << "\n"
        << "was:     " << size_text(whole) << "\n"
        << "is now:  " << size_text(load_scenario(path, virtual_time())) << ", after " << grouped(shrinker.tries())
        << " tries" << (stop_was_asked() ? "; stopped" : "") << "\n";
    for (const std::filesystem::path& copy : copies) out << "needs:   " << copy.string() << "\n";
    out << "run it:  trunkline-sim run " << path << std::endl;
    return exit_passed;
}

}  // namespace trunkline::sim
