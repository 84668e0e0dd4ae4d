// Bursts of losses, by time and by packet, through the shipped cores. The figures are those of an independent table.

#include <doctest/doctest.h>

#include <cmath>
#include <initializer_list>
#include <string>
#include <vector>

#include "simulator/links/packet_listener.hpp"
#include "simulator/oracle/analytic.hpp"
#include "tests/scenarios/scenario_run.hpp"

using namespace trunkline;
using namespace trunkline::sim;

namespace {

/// Losses of what sensors publish, in the order of each.
class PublishLosses : public PacketListener {
public:
    explicit PublishLosses(std::size_t sensors) : sensors_(sensors) {}

    void began(WallTime) override {}
    void sent(const SentDatagram& datagram) override {
        if (datagram.octets[1] != std::byte{0x0c}) return;  // PUBLISH
        Sensor& sensor = sensors_.at(datagram.sensor);
        const bool lost = !datagram.transit.arrives;
        ++packets;
        losses += lost ? 1 : 0;
        bursts += lost && !sensor.was_lost ? 1 : 0;
        sensor.was_lost = lost;
        sensor.lost_of_four += lost ? 1U : 0U;
        if (++sensor.of_four < 4) return;
        ++fours;
        fours_lost += sensor.lost_of_four == 4 ? 1 : 0;
        sensor.of_four = 0;
        sensor.lost_of_four = 0;
    }
    void opened(const OpenedStream&) override {}
    void sent(std::uint64_t, LinkWay, const SentSegment&) override {}
    void ended(std::uint64_t) override {}

    std::uint64_t packets = 0;
    std::uint64_t losses = 0;
    std::uint64_t bursts = 0;
    std::uint64_t fours = 0;  // packets in a row
    std::uint64_t fours_lost = 0;

private:
    struct Sensor {
        bool was_lost = false;
        unsigned of_four = 0;
        unsigned lost_of_four = 0;
    };
    std::vector<Sensor> sensors_;
};

/// Wilson's interval for trials that share bursts: as many independent ones as `share` of them are worth.
Interval burst_interval(std::uint64_t successes, std::uint64_t trials, double share) {
    const auto worth = [share](std::uint64_t count) {
        return static_cast<std::uint64_t>(static_cast<double>(count) * share);
    };
    return wilson_interval(worth(successes), worth(trials), 0.999);
}

struct TimeRow {
    const char* spacing;
    double undelivered;
};

void check_by_time(std::initializer_list<TimeRow> rows) {
    for (const TimeRow& row : rows) {
        CAPTURE(row.spacing);
        ReadOptions options;
        options.overrides = {
            std::string("sensors.PT.retry.t=") + row.spacing, "sensors.PT.sample=90s", "phases.run=320m",
            R"(links.radio.loss={"model": "gilbert-elliott", "step": "time", "good": "95s", "bad": "5s"})",
            "expect.formula.formula=gilbert-elliott"};
        const ScenarioRun run("smoke/loss-formula.json", options);
        CHECK(run.verdict.passed());
        const ExpectationResult& formula = run.verdict.expectations.at(1);
        REQUIRE(formula.readings >= 100'000);
        const Measure& delivered = formula.measures.at(1);
        REQUIRE(delivered.name == "delivered");
        const auto count = static_cast<std::uint64_t>(delivered.measured * static_cast<double>(formula.readings) + 0.5);
        CHECK(wilson_interval(count, formula.readings, 0.999).contains(1.0 - row.undelivered));
    }
}

struct PacketRow {
    const char* chain;
    double enter_bad;
    double leave_bad;
    double lost;
    double burst;
    double four_lost;
};

void check_by_packet(std::initializer_list<PacketRow> rows) {
    for (const PacketRow& row : rows) {
        CAPTURE(row.chain);
        ReadOptions options;
        options.overrides = {
            "sensors.PT.qos=0", "phases.run=850m",
            std::string(R"(links.radio.loss={"model": "gilbert-elliott", "step": "packet", )") + row.chain + '}',
            "expect=[]"};
        PublishLosses air(500);
        const ScenarioRun run("smoke/loss-formula.json", options, TraceDetail::checkpoints, {}, &air);
        CHECK(run.verdict.passed());
        REQUIRE(air.fours >= 100'000);
        // What one packet says of the next: so many independent ones it is worth.
        const double worth = (row.enter_bad + row.leave_bad) / (2.0 - row.enter_bad - row.leave_bad);
        const Interval lost = burst_interval(air.losses, air.packets, worth);
        CHECK(lost.from <= row.lost);
        CHECK(lost.to >= row.lost);
        const double memory = std::pow(1.0 - row.enter_bad - row.leave_bad, 4);  // from four to four
        CHECK(burst_interval(air.fours_lost, air.fours, (1.0 - memory) / (1.0 + memory)).contains(row.four_lost));
        const double burst = static_cast<double>(air.losses) / static_cast<double>(air.bursts);
        // Geometric: its deviation is sqrt(1 - r) / r.
        const double margin = 3.29 * std::sqrt((1.0 - row.leave_bad) / static_cast<double>(air.bursts)) / row.leave_bad;
        CHECK(std::abs(burst - row.burst) < margin);
        // What the gateway did not get is what the actor did not get.
        CHECK(run.verdict.ledgers.at(0).ledger.delivered == air.packets - air.losses);
    }
}

}  // namespace

TEST_CASE("bursts of 5 s in 100 s: of 100,000 readings, the share lies within 99.9 % of the table") {
    check_by_time({{"1s", 2.75e-2}, {"5s", 2.78e-3}});
}

TEST_CASE("bursts by packet: of readings of QoS 0, shares lost and lost four in a row, and the mean burst") {
    check_by_packet({{R"("p": 0.01, "r": 0.25)", .01, .25, .0385, 4.0, 1.62e-2}});
}

TEST_CASE("bursts, the whole table (scripts/soak.sh)" * doctest::skip()) {
    check_by_time({{"10s", 2.28e-4}, {"15s", 3.7e-5}});
    check_by_packet({{R"("p": 0.02, "r": 0.20)", .02, .20, .0909, 5.0, 4.65e-2},
                     {R"("p": 0.005, "r": 0.05)", .005, .05, .0909, 20.0, 7.79e-2}});
}
