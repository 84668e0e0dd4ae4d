#include "simulator/links/bursts.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "simulator/links/link_direction.hpp"

using namespace std::chrono_literals;
using namespace trunkline;
using namespace trunkline::sim;

namespace {

struct BurstFigures {
    double loss = 0.0;
    double mean_burst = 0.0;  // losses in a row
};

BurstFigures by_packet(const BurstsByPacket& plan, int packets) {
    LossBurstsByPacket model(plan);
    Random random(1, "link", "loss");
    int lost = 0;
    int bursts = 0;
    bool before = false;
    for (int packet = 0; packet < packets; ++packet) {
        const bool now = model.loses(random);
        lost += now ? 1 : 0;
        bursts += now && !before ? 1 : 0;
        before = now;
    }
    return {static_cast<double>(lost) / packets, static_cast<double>(lost) / bursts};
}

}  // namespace

TEST_CASE("Gilbert-Elliott by packet: loss is P/(P+R), bursts last 1/R packets") {
    const BurstFigures first = by_packet({.enter_bad = 0.01, .leave_bad = 0.25}, 1'000'000);
    CHECK(first.loss == doctest::Approx(0.0385).epsilon(0.03));
    CHECK(first.mean_burst == doctest::Approx(4.0).epsilon(0.03));
    const BurstFigures second = by_packet({.enter_bad = 0.005, .leave_bad = 0.05}, 1'000'000);
    CHECK(second.loss == doctest::Approx(0.0909).epsilon(0.05));
    CHECK(second.mean_burst == doctest::Approx(20.0).epsilon(0.05));
}

TEST_CASE("Gilbert-Elliott by packet: four tries in a row are all lost with probability P/(P+R) (1-R)^3") {
    struct Row {
        double enter_bad;
        double leave_bad;
        double undelivered;
    };
    for (const Row& row : {Row{.01, .25, 1.62e-2}, Row{.02, .20, 4.65e-2}, Row{.005, .05, 7.79e-2}}) {
        constexpr int messages = 1'000'000;
        LossBurstsByPacket model({.enter_bad = row.enter_bad, .leave_bad = row.leave_bad});
        Random random(4, "link", "loss");
        int undelivered = 0;
        for (int message = 0; message < messages; ++message) {
            int lost = 0;
            for (int attempt = 0; attempt < 4; ++attempt) lost += model.loses(random) ? 1 : 0;
            undelivered += lost == 4 ? 1 : 0;
        }
        // Messages that follow each other share bursts: some variance more than independent ones would have.
        CHECK(static_cast<double>(undelivered) / messages == doctest::Approx(row.undelivered).epsilon(0.05));
    }
}

TEST_CASE("Gilbert-Elliott by packet: each state has its own probability of loss") {
    const BurstFigures figures =
        by_packet({.enter_bad = 0.02, .leave_bad = 0.2, .loss_good = 0.01, .loss_bad = 0.5}, 1'000'000);
    CHECK(figures.loss == doctest::Approx(0.02 / 0.22 * 0.5 + 0.2 / 0.22 * 0.01).epsilon(0.03));
}

TEST_CASE("Gilbert-Elliott by time: four tries all lost, by their distance, as the formula says") {
    // Mean good 95 s, mean bad 5 s: 2.75e-2, 2.78e-3 and 2.28e-4 for tries 1, 5 and 10 s apart.
    const BurstsByTime plan{.good = 95s, .bad = 5s};
    const double share_bad = 0.05;
    for (const Duration apart : {Duration(1s), Duration(5s), Duration(10s)}) {
        LossBurstsByTime model(plan);
        Random random(2, "link", "loss");
        constexpr int messages = 1'000'000;
        int undelivered = 0;
        Instant now{};
        for (int message = 0; message < messages; ++message) {
            now += 100s;
            int lost = 0;
            for (int attempt = 0; attempt < 4; ++attempt) lost += model.loses(now + attempt * apart, random) ? 1 : 0;
            undelivered += lost == 4 ? 1 : 0;
        }
        const double rate = 1.0 / 95.0 + 1.0 / 5.0;
        const double still_bad =
            share_bad + (1 - share_bad) * std::exp(-rate * std::chrono::duration<double>(apart).count());
        const double expected = share_bad * still_bad * still_bad * still_bad;
        const double deviation = std::sqrt(expected / messages);
        CAPTURE(expected);
        CHECK(std::abs(static_cast<double>(undelivered) / messages - expected) < 4 * deviation);
    }
}

TEST_CASE("bursts by time go on without packets: what was bad a long time ago says nothing about now") {
    LossBurstsByTime model({.good = 95s, .bad = 5s});
    Random random(3, "link", "loss");
    int after_loss = 0;
    int lost_again = 0;
    bool before = false;
    for (int hour = 0; hour < 200'000; ++hour) {
        const bool now = model.loses(Instant{} + 1h * hour, random);
        after_loss += before ? 1 : 0;
        lost_again += before && now ? 1 : 0;
        before = now;
    }
    CHECK(static_cast<double>(lost_again) / after_loss == doctest::Approx(0.05).epsilon(0.12));
}

TEST_CASE("four states: loss is (p13 p23 + p14 p23 p31) / D, and bursts last as the chain says") {
    struct Row {
        FourStates plan;
        double mean_burst;  // losses in a row: 1 for those alone, 1 / (p31 + p32) in bursts
    };
    for (const Row& row : {Row{{.p13 = 0.01, .p31 = 0.25, .p32 = 0.0, .p23 = 1.0, .p14 = 0.0}, 4.0},
                           Row{{.p13 = 0.02, .p31 = 0.2, .p32 = 0.1, .p23 = 0.4, .p14 = 0.0}, 1.0 / 0.3},
                           Row{{.p13 = 0.0, .p31 = 1.0, .p32 = 0.0, .p23 = 1.0, .p14 = 0.05}, 1.0}}) {
        const FourStates& p = row.plan;
        CAPTURE(p.p13);
        const double d = p.p13 * p.p23 + p.p23 * p.p31 * (1 + p.p14) + p.p13 * p.p32;
        const double expected = (p.p13 * p.p23 + p.p14 * p.p23 * p.p31) / d;
        LossInFourStates model(p);
        Random random(1, "link", "loss");
        constexpr int packets = 500'000;
        int lost = 0;
        int bursts = 0;
        bool before = false;
        for (int packet = 0; packet < packets; ++packet) {
            const bool now = model.loses(random);
            lost += now ? 1 : 0;
            bursts += now && !before ? 1 : 0;
            before = now;
        }
        CHECK(static_cast<double>(lost) / packets == doctest::Approx(expected).epsilon(0.03));
        CHECK(static_cast<double>(lost) / bursts == doctest::Approx(row.mean_burst).epsilon(0.03));
    }
}

TEST_CASE("four states: the first packet of many links is lost as often as any") {
    const FourStates plan{.p13 = 0.1, .p31 = 0.2, .p32 = 0.1, .p23 = 0.3, .p14 = 0.1};
    const double d = 0.1 * 0.3 + 0.3 * 0.2 * 1.1 + 0.1 * 0.1;
    int lost = 0;
    constexpr int links = 50'000;
    Random random(1, "link", "loss");
    for (int link = 0; link < links; ++link) lost += LossInFourStates(plan).loses(random) ? 1 : 0;
    CHECK(static_cast<double>(lost) / links == doctest::Approx((0.1 * 0.3 + 0.1 * 0.3 * 0.2) / d).epsilon(0.03));
}

TEST_CASE("a link direction takes bursts instead of independent loss when its profile has them") {
    LinkProfile profile{.id = "vsat", .delay = 290ms, .jitter = 0ms, .loss = 0.0, .bursts = {}};
    profile.bursts = BurstsByPacket{.enter_bad = 1.0, .leave_bad = 0.0};
    LinkDirection link(profile, Random(1, "link", "up"));
    for (int packet = 0; packet < 100; ++packet) CHECK(!link.send(60, Instant{}).arrives);
    profile.bursts = BurstsByTime{.good = 1s, .bad = 1s, .loss_good = 0.0, .loss_bad = 0.0};
    profile.loss = 1.0;
    LinkDirection clear(profile, Random(1, "link", "up"));
    for (int packet = 0; packet < 100; ++packet) CHECK(clear.send(60, Instant{}).arrives);
}
