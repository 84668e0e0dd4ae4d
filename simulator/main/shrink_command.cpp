#include "simulator/main/shrink_command.hpp"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <ostream>

#include "runtime/time/real_clock.hpp"
#include "simulator/report/culprit.hpp"
#include "simulator/main/progress_printer.hpp"
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

constexpr std::int64_t looks_in_a_run = 200;  // whether to stop
constexpr std::string_view suffix = "-shrunk";

/// What a run fails by; a smaller scenario has to fail by the same.
struct Failure {
    std::optional<Violation::Promise> promise;
    std::string expectation = {};                   // where no promise is broken
    std::optional<LossCause> cause = std::nullopt;  // of its first lost reading, if it is about lost ones

    std::string text() const {
        if (promise) return "the promise \"" + std::string(name_of(*promise)) + "\" is broken";
        const std::string by = cause ? " (" + std::string(text_of(*cause)) + ')' : "";
        return "the expectation \"" + expectation + "\" fails" + by;
    }
};

std::optional<Failure> failure_of(const Scenario& scenario, const Verdict& verdict) {
    if (verdict.passed()) return std::nullopt;
    if (verdict.unforgiven_violations != 0) return Failure{verdict.violations.front().promise};
    const auto failing = std::find_if(verdict.expectations.begin(), verdict.expectations.end(),
                                      [](const ExpectationResult& each) { return !each.holds(); });
    const auto place = static_cast<std::size_t>(failing - verdict.expectations.begin());
    const std::optional<Culprit> culprit = culprit_of(scenario, verdict, place);
    return Failure{std::nullopt, failing->id, culprit ? culprit->cause : std::nullopt};
}

bool fails_by(const Failure& failure, const Scenario& scenario, const Verdict& verdict) {
    if (failure.promise) {
        return verdict.unforgiven_violations != 0 &&
               std::any_of(verdict.violations.begin(), verdict.violations.end(),
                           [&](const Violation& each) { return each.promise == *failure.promise; });
    }
    for (std::size_t at = 0; at < verdict.expectations.size(); ++at) {
        const ExpectationResult& each = verdict.expectations[at];
        if (each.id == failure.expectation && !each.holds())
            return !failure.cause || loses_by(scenario, verdict, at, *failure.cause);
    }
    return false;
}

/// Nothing: it was stopped.
std::optional<Verdict> play(const Scenario& scenario) {
    Oracle oracle(scenario);
    oracle.keep_journal();  // which tells causes
    World world(scenario, oracle);
    const Duration step = std::max<Duration>(scenario.length() / looks_in_a_run, std::chrono::milliseconds(1));
    while (world.run_until(world.now() + step)) {
        if (stop_was_asked()) return std::nullopt;
    }
    return oracle.finish(world.now());
}

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

/// Tries scenarios, and tells how far it has got.
class Attempts {
public:
    Attempts(const ShrinkCommand& command, Failure failure)
        : failure_(std::move(failure)), file_(command.scenario_file), progress_(command.is_quiet, clock_.now()) {}

    bool still_fails(const Json& candidate) {
        if (stop_was_asked()) return false;
        std::optional<Scenario> scenario;
        try {
            scenario = plan_of(candidate, file_);
        } catch (const ScenarioError&) {
            return false;
        }
        ++count_;
        const std::optional<Verdict> verdict = play(*scenario);
        const bool fails = verdict && fails_by(failure_, *scenario, *verdict);
        if (fails) size_ = size_text(*scenario);
        if (const Instant now = clock_.now(); progress_.is_due(now))
            progress_.show(grouped(count_) + " runs; " + size_, now);
        return fails;
    }
    void done() { progress_.done(); }
    std::uint64_t count() const { return count_; }

private:
    Failure failure_;
    std::string file_;
    runtime::RealClock clock_;
    ProgressPrinter progress_;
    std::uint64_t count_ = 0;
    std::string size_;
};

}  // namespace

int shrink_scenario(const ShrinkCommand& command, std::ostream& out) {
    Json document = load_scenario_document(command.scenario_file, command.options.overrides);
    if (command.options.seed) document["seed"] = *command.options.seed;
    const Scenario whole = plan_of(document, command.scenario_file);
    watch_stop_signals();
    const std::optional<Verdict> verdict = play(whole);
    if (!verdict) return exit_failed;
    const std::optional<Failure> failure = failure_of(whole, *verdict);
    if (!failure) {
        out << whole.name << ", seed " << whole.seed << ": holds; what fails is wanted (seeds finds a seed)"
            << std::endl;
        return exit_invalid;
    }
    document = chaos_written_out(document, whole);
    document["seed"] = whole.seed;
    document["name"] = whole.name + std::string(suffix);

    Attempts attempts(command, *failure);
    Shrinker shrinker(document, [&](const Json& candidate) { return attempts.still_fails(candidate); });
    const Json smallest = shrinker.shrink(stop_was_asked);
    attempts.done();
    const std::string path = command.out.value_or("out/" + whole.name + std::string(suffix) + ".json");
    const std::vector<std::filesystem::path> copies =
        write_shrunk(smallest, command.scenario_file, path,
                     whole.name + " with seed " + std::to_string(whole.seed) + ", shrunk: " + failure->text() + '.');
    out << whole.name << ", seed " << whole.seed << ": " << failure->text() << "\n"
        << "was:     " << size_text(whole) << "\n"
        << "is now:  " << size_text(load_scenario(path, virtual_time())) << ", after " << grouped(attempts.count())
        << " runs" << (stop_was_asked() ? "; stopped" : "") << "\n";
    for (const std::filesystem::path& copy : copies) out << "needs:   " << copy.string() << "\n";
    out << "run it:  trunkline-sim run " << path << std::endl;
    return exit_passed;
}

}  // namespace trunkline::sim
