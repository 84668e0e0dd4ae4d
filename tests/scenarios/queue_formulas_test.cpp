// Queues and herds by the shipped cores, against the arithmetic of an independent table: what an outage leaves in a
// queue of Q messages, how long the queue takes to empty, and how fast clients come back.

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "tests/scenarios/scenario_run.hpp"

using namespace trunkline;
using namespace trunkline::sim;
using namespace std::chrono_literals;

namespace {

constexpr double two_sided = 3.2905;  // of the normal distribution, 99.9 % two-sided

/// Seconds are the steps of the history.
ReadOptions by_the_second(std::vector<std::string> overrides) {
    ReadOptions options;
    options.overrides = std::move(overrides);
    options.overrides.insert(options.overrides.end(), {R"(/report={"interval": "1s"})", "expect=[]"});
    return options;
}

std::size_t second(Duration since_start) { return static_cast<std::size_t>(since_start / 1s); }

/// Twelve sensors, a reading of each every 10 s, and a control room that is away for `outage`, from the second minute
/// on.
ReadOptions outage_of(const std::string& outage, const std::string& queue) {
    return by_the_second({"links.radio.loss.p=0", "phases.run=13m", "faults.F1.at=1m", "faults.F1.for=" + outage,
                          "broker.set.max_queued_messages=" + queue});
}

std::uint64_t lost_by_full_queue(const ScenarioRun& run) {
    return run.verdict.ledgers.at(0).ledger.of(LossCause::queue_full);
}

}  // namespace

TEST_CASE("an outage D at rate l leaves min(Q, lD) in a queue of Q, and max(0, lD - Q) are lost") {
    constexpr double arrivals = 1.2 * 600.0;  // lD
    for (const double limit : {300.0, 700.0, 740.0, 2000.0}) {
        CAPTURE(limit);
        const ScenarioRun run("sessions/queue-overflow.json",
                              outage_of("10m", std::to_string(static_cast<int>(limit))));
        // A few are under way when it goes, and when it comes back.
        CHECK(static_cast<double>(run.verdict.actors.at(0).waiting_most) ==
              doctest::Approx(std::min(limit, arrivals)).epsilon(0.01));
        CHECK(static_cast<double>(lost_by_full_queue(run)) ==
              doctest::Approx(std::max(0.0, arrivals - limit)).epsilon(0.01));
        if (arrivals < limit) CHECK(lost_by_full_queue(run) == 0);
    }
}

TEST_CASE("a backlog drains in backlog / (mu - l), mu being what the link to its reader takes") {
    constexpr double per_second = 1.2;  // l
    ReadOptions options = outage_of("5m", "100000");
    options.overrides.insert(options.overrides.end(),
                             {R"(links.slow={"delay": "4ms", "rate": "2400bit"})", "actors.scada.link=slow",
                              // Each message in a segment of its own: a thousand at once would travel lighter.
                              "broker.set.max_inflight_messages=10"});
    const ScenarioRun run("sessions/queue-overflow.json", options);
    const std::vector<HistoryStep>& steps = run.verdict.history.steps;
    const std::size_t back = second(run.scenario.faults.at(0).ends());
    const auto drained = std::find_if(steps.begin() + static_cast<std::ptrdiff_t>(back), steps.end(),
                                      [](const HistoryStep& step) { return step.waiting_most <= 2; });
    REQUIRE(drained != steps.end());
    // While there is a backlog, it is delivered as fast as it can be.
    constexpr std::size_t measured = 100;  // seconds
    std::uint64_t delivered = 0;
    for (std::size_t at = back + 10; at < back + 10 + measured; ++at) delivered += steps.at(at).delivered;
    const double served = static_cast<double>(delivered) / static_cast<double>(measured);
    REQUIRE(served > 1.5 * per_second);
    const double formula = per_second * 300.0 / (served - per_second);
    const auto took = static_cast<double>(drained - steps.begin()) - static_cast<double>(back);
    CAPTURE(served);
    CHECK(took == doctest::Approx(formula).epsilon(0.03));
}

TEST_CASE("N clients are back after N / C, and not before, with a broker that takes C connections in a second") {
    for (const std::uint64_t taken : {60U, 100U}) {  // sooner than anybody gives up waiting
        CAPTURE(taken);
        const ScenarioRun run(
            "wills/herd.json",
            by_the_second(
                {"phases.run=4m", "broker.accept_per_s=" + std::to_string(taken),
                 R"(sensors.herd.reconnect={"backoff": ["1s", "1s"], "jitter": "none"})",
                 R"(sensors.bystander.reconnect={"backoff": ["1s", "1s"], "jitter": "none"})",
                 R"(faults=[{"id": "F1", "at": "1m", "do": "restart", "on": "broker", "down_for": "10s"}])"}));
        const std::vector<HistoryStep>& steps = run.verdict.history.steps;
        const std::size_t up = second(run.scenario.faults.at(0).ends());
        REQUIRE(steps.at(up).connected < run.scenario.sensors.size());
        std::size_t at = up;
        while (at < steps.size() && steps[at].connected < run.scenario.sensors.size()) ++at;
        const auto took = static_cast<double>(at + 1 - up);  // to the end of that second
        const double formula = static_cast<double>(run.scenario.sensors.size()) / static_cast<double>(taken);
        CHECK(took >= formula);
        CHECK(took <= formula + 3.0);  // a second until they try, one of the clock's, and the actor's turn
    }
}

TEST_CASE("a window W in which N clients come back lowers the peak to N / W: they come evenly, by Kolmogorov") {
    const auto storm = [](const std::string& within) {
        return by_the_second(
            {"links.radio.loss.p=0", "sensors.PT.count=400", "sensors.PT.protocol=mqtt5", "phases.run=4m",
             R"(faults=[{"id": "all", "at": "1m", "do": "connect-storm", "on": "sensor:*", "within": ")" + within +
                 R"("}])"});
    };
    /// The most that come back within one second; in the first one, all of them are away.
    const auto peak = [](const ScenarioRun& run) {
        const std::vector<HistoryStep>& steps = run.verdict.history.steps;
        const std::size_t begin = second(run.scenario.faults.at(0).at);
        std::uint64_t most = steps.at(begin).connected;
        for (std::size_t at = begin + 1; at < steps.size(); ++at) {
            if (steps[at].connected > steps[at - 1].connected)
                most = std::max(most, steps[at].connected - steps[at - 1].connected);
        }
        return static_cast<double>(most);
    };
    const ScenarioRun spread("sessions/connect-storm.json", storm("20s"));
    const auto all = static_cast<double>(spread.scenario.sensors.size());
    const std::size_t begin = second(spread.scenario.faults.at(0).at);
    constexpr double window = 20.0;
    for (std::size_t at = 1; at <= 20; ++at) {
        CAPTURE(at);
        const double back = static_cast<double>(spread.verdict.history.steps.at(begin + at - 1).connected) / all;
        // The distance at 99.9 %, and a hundred milliseconds for the way there and back.
        CHECK(std::abs(back - static_cast<double>(at) / window) < 1.95 / std::sqrt(all) + 0.14 / window);
    }
    CHECK(peak(spread) < all / window + two_sided * std::sqrt(all / window));
    const ScenarioRun at_once("sessions/connect-storm.json", storm("1s"));
    CHECK(peak(at_once) > all / 2.0);
}
