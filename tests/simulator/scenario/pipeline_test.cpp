// The pipe, where stations stand along it, what couples with it, and report by exception.

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <limits>

#include "tests/simulator/scenario/small_scenario.hpp"

using namespace std::chrono_literals;
using namespace trunkline::sim;

namespace {

constexpr std::string_view pipe_section =
    R"("pipeline": {"length_km": 100, "fluid": "crude", "wave_mps": 1050, "flow_m3h": 1800},)";

std::string replaced(std::string text, std::string_view before, std::string_view after) {
    return text.replace(text.find(before), before.size(), after);
}

/// The small scenario along a pipe, with its pressure coupled to it.
std::string piped(std::string_view section = pipe_section, std::string_view repeat_km = R"({"from": 20, "step": 40})") {
    std::string text = unjudged(std::string(small_scenario));
    text = replaced(text, R"("stations": [)", std::string(section) + R"( "stations": [)");
    text = replaced(text, R"("repeat": {"n": [1, 2]})",
                    R"("repeat": {"n": [1, 2], "km": )" + std::string(repeat_km) + "}");
    return replaced(text, R"("unit": "bar")", R"("unit": "bar", "couples": "hydraulics")");
}

std::string with_fault(std::string_view fault) {
    std::string text = piped();
    return text.insert(text.rfind('}'), R"(, "faults": [)" + std::string(fault) + "]");
}

std::string reporting(std::string_view report) {
    return with(R"("payload": "json", )", R"("payload": "json", "report": )" + std::string(report) + ", ");
}

/// A scenario beside which lies a recording.
class RecordedFolder {
public:
    explicit RecordedFolder(std::string_view csv)
        : folder_(std::filesystem::temp_directory_path() / ("trunkline-replay-" + std::to_string(::getpid()))) {
        std::filesystem::create_directories(folder_);
        std::ofstream(folder_ / "p.csv") << csv;
    }
    ~RecordedFolder() { std::filesystem::remove_all(folder_); }
    RecordedFolder(const RecordedFolder&) = delete;
    RecordedFolder& operator=(const RecordedFolder&) = delete;

    Scenario plan(std::string_view signal) const {
        return read_scenario(
            with(R"({"model": "ou", "mean": 62.0, "sigma": 0.4, "tau": "90s", "unit": "bar"})", signal),
            (folder_ / "f.json").string());
    }
    /// The line for what is wrong, without the folder.
    std::string refusal(std::string_view signal = R"({"model": "replay", "file": "p.csv"})") const {
        try {
            plan(signal);
        } catch (const ScenarioError& error) {
            std::string line = error.what();
            for (std::size_t at = line.find(folder_.string()); at != std::string::npos;
                 at = line.find(folder_.string()))
                line.erase(at, folder_.string().size() + 1);
            return line;
        }
        return "it is taken";
    }

private:
    std::filesystem::path folder_;
};

}  // namespace

TEST_CASE("a pipe has a length, a fluid, a wave speed and a flow; stations stand along it") {
    const Scenario plan = plan_of(piped());
    REQUIRE(plan.pipeline);
    CHECK(plan.pipeline->length == 100'000.0);
    CHECK(plan.pipeline->density == 870.0);
    CHECK(plan.pipeline->wave_speed == 1050.0);
    CHECK(plan.pipeline->flow == 0.5);
    CHECK(plan.pipeline->diameter == 0.6);
    CHECK(plan.signals[0].couples == PipeQuantity::pressure);
    CHECK(plan.sensors[0].metres == 20'000.0);
    CHECK(plan.sensors[3].metres == 60'000.0);
}

TEST_CASE("what happens to a pipe is a fault: it lasts for its time, or to the end of the run") {
    const Scenario leak =
        plan_of(with_fault(R"({"id": "F", "at": "5m", "do": "leak", "at_km": 42.5, "rate_m3h": 36})"));
    REQUIRE(leak.faults.size() == 1);
    CHECK(leak.faults[0].kind == FaultPlan::Kind::pipe);
    CHECK(leak.faults[0].at == 6min);
    CHECK(leak.faults[0].ends() == leak.length());
    REQUIRE(leak.faults[0].pipe);
    CHECK(leak.faults[0].pipe->at == 42'500.0);
    CHECK(leak.faults[0].pipe->size == 0.01);
    const Scenario pump =
        plan_of(with_fault(R"({"id": "F", "at": "5m", "for": "1m", "do": "pump-trip", "at_km": 0, "boost_bar": 20})"));
    CHECK(pump.faults[0].pipe->size == 2e6);
    CHECK(pump.faults[0].pipe->ramp == 5s);
    CHECK(pump.faults[0].length == 1min);
    const Scenario valve =
        plan_of(with_fault(R"({"id": "F", "at": "5m", "for": "1m", "do": "valve", "at_km": 50, "closes_in": "10s"})"));
    CHECK(valve.faults[0].pipe->kind == PipeEvent::Kind::valve);
    CHECK(valve.faults[0].pipe->ramp == 10s);
    const Scenario pig = plan_of(with_fault(R"({"id": "F", "at": "5m", "do": "pig", "at_km": 0})"));
    CHECK(pig.faults[0].length == 0s);
}

TEST_CASE("broken scenario: what a pipe cannot have is said so") {
    const std::initializer_list<std::pair<std::string, std::string_view>> table = {
        {piped(R"("pipeline": {"length_km": 100, "fluid": "gas", "wave_mps": 1050, "flow_m3h": 1800},)"),
         R"(f.json:13: /pipeline/fluid: "crude", "diesel", "gasoline" or "water" is wanted, got "gas")"},
        {piped(R"("pipeline": {"length_km": 100, "fluid": "water", "wave_mps": 1050, "flow_m3h": 20000},)"),
         R"(f.json:13: /pipeline/flow_m3h: a flow of at most 10 m/s in this diameter is wanted, got 20000)"},
        {piped(pipe_section, R"({"from": 20, "step": 81})"),
         R"(f.json:13: /stations/0/repeat/km: stations within the pipe's length_km are wanted; number 2 would stand beyond it)"},
        {replaced(piped(), R"(, "km": {"from": 20, "step": 40})", ""),
         R"(f.json:17: /sensors/0/at: "pressure" couples with the pipe's hydraulics, and station "PS-01" has no "km")"},
        {replaced(piped(), pipe_section, ""),
         R"(f.json:14: /signals/pressure/couples: a section "pipeline" is wanted with it, whose hydraulics these are)"},
        {with_fault(R"({"id": "F", "at": "5m", "do": "leak", "at_km": 100, "rate_m3h": 36})"),
         R"(f.json:26: /faults/0/at_km: a place between both ends of the pipe is wanted, got 100)"},
        {replaced(with_fault(R"({"id": "F", "at": "5m", "do": "leak", "at_km": 50, "rate_m3h": 36})"), "rate_m3h",
                  "rate"),
         R"(f.json:26: /faults/0/rate: unknown key; "id", "at", "do", "for", "at_km" and "rate_m3h" are available)"},
    };
    for (const auto& [text, line] : table) CHECK(refusal(text) == line);
}

TEST_CASE("a group may report by exception") {
    const Scenario plan = plan_of(unjudged(reporting(R"({"deadband": 0.05, "min": "20s", "max": "60s"})")));
    REQUIRE(plan.sensors[0].report);
    CHECK(plan.sensors[0].report->deadband == 50);
    CHECK(plan.sensors[0].report->at_least == 20s);
    CHECK(plan.sensors[0].report->at_most == 60s);
    CHECK(plan_of(unjudged(reporting(R"({"max": "60s"})"))).sensors[0].report->deadband ==
          std::numeric_limits<std::int64_t>::max());
    CHECK(refusal(reporting("{}")) ==
          R"(f.json:18: /sensors/0/report: "deadband" or "max" is wanted: what makes it tell a value)");
    CHECK(refusal(reporting(R"({"deadband": 0})")) ==
          R"(f.json:18: /sensors/0/report/deadband: a number from 0.001 to 1e+12 is wanted, got 0)");
    CHECK(
        refusal(reporting(R"({"max": "14s"})")) ==
        R"(f.json:18: /sensors/0/report/max: a duration from 15s to 31d is wanted, like "90s", "10m", "1h30m" or "250ms", got "14s")");
}

TEST_CASE("a replay is read from a file beside the scenario") {
    const RecordedFolder folder("seconds,pressure,flow\n# at noon\n0, 62.5,1800\n\n10.5,61.25,1790\r\n20,-1,0\n");
    const Scenario plan = folder.plan(R"({"model": "replay", "file": "p.csv", "repeats": "30s", "between": "hold"})");
    const SignalPlan& signal = plan.signals[0];
    REQUIRE(signal.points.size() == 3);
    CHECK(signal.points[0].at == 0s);
    CHECK(signal.points[1].at == 10'500ms);
    CHECK(signal.points[1].value == 61.25);
    CHECK(signal.points[2].value == -1.0);
    CHECK(signal.holds_values);
    CHECK(signal.repeats == 30s);
    CHECK(folder.plan(R"({"model": "replay", "file": "p.csv", "column": 3})").signals[0].points[1].value == 1790.0);
    CHECK(folder.refusal(R"({"model": "replay", "file": "p.csv", "repeats": "20s"})") ==
          R"(f.json:14: /signals/pressure/repeats: a time behind the last one in the file, 20s, is wanted)");
    CHECK(
        folder.refusal(R"({"model": "replay", "file": "q.csv"})") ==
        R"(f.json:14: /signals/pressure/file: "q.csv" cannot be read; a CSV file of at most 64 MiB beside the scenario is wanted)");
    CHECK(folder.refusal(R"({"model": "replay", "file": "p.csv", "column": 4})") ==
          "p.csv:3: a number from -1e12 to 1e12 is wanted in column 4");
}

TEST_CASE("broken recording: the line and what would be right are named") {
    const std::initializer_list<std::pair<std::string_view, std::string_view>> table = {
        {"", "p.csv: at least one line with seconds and a value is wanted"},
        {"0,1\n1;2\n", "p.csv:2: seconds from 0 to 366 days are wanted in the first column"},
        {"0,1\n1,x\n", "p.csv:2: a number from -1e12 to 1e12 is wanted in column 2"},
        {"0,1\n1,nan\n", "p.csv:2: a number from -1e12 to 1e12 is wanted in column 2"},
        {"0,1\n\n0,2\n", "p.csv:3: a later time than in the line before is wanted"},
        {"-1,1\n", "p.csv:1: seconds from 0 to 366 days are wanted in the first column"},
    };
    for (const auto& [csv, line] : table) CHECK(RecordedFolder(csv).refusal() == line);
}
