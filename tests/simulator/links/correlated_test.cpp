#include "simulator/links/correlated.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <numbers>

#include "simulator/links/loss.hpp"

using trunkline::Random;
using namespace trunkline::sim;

namespace {

constexpr int chances = 200'000;

struct Chances {
    double share = 0.0;
    double pairs = 0.0;  // of packets in a row to both of which it happens
};

Chances chances_of(double probability, double correlation) {
    CorrelatedChance chance(probability, correlation);
    Random random(1, "link", "chance");
    int happened = 0;
    int pairs = 0;
    bool before = false;
    for (int packet = 0; packet < chances; ++packet) {
        const bool now = chance.happens(random);
        happened += now ? 1 : 0;
        pairs += now && before ? 1 : 0;
        before = now;
    }
    return {static_cast<double>(happened) / chances, static_cast<double>(pairs) / chances};
}

}  // namespace

TEST_CASE("a correlation leaves the share where it is: netem's does not") {
    for (const double correlation : {0.0, 0.25, 0.5, 0.9}) {
        CAPTURE(correlation);
        CHECK(chances_of(0.1, correlation).share == doctest::Approx(0.1).epsilon(0.05));
    }
}

TEST_CASE("neighbours of an even chance agree as the arcsine of the correlation says") {
    // Two normal values with correlation r are both below their median with probability 1/4 + asin(r) / (2 pi).
    for (const double correlation : {0.0, 0.25, 0.8}) {
        CAPTURE(correlation);
        const double expected = 0.25 + std::asin(correlation) / (2.0 * std::numbers::pi);
        CHECK(std::abs(chances_of(0.5, correlation).pairs - expected) < 0.006);
    }
}

TEST_CASE("without a correlation a chance takes the draw of the stream that it would take by itself") {
    CorrelatedChance chance(0.3, 0.0);
    Random one(1, "link", "chance");
    Random other(1, "link", "chance");
    for (int packet = 0; packet < 1000; ++packet) CHECK(chance.happens(one) == other.chance(0.3));
}

TEST_CASE("correlated losses: bursts are longer than chance's, and the loss is p") {
    const LinkProfile profile = [] {
        LinkProfile link{.id = "link", .loss = 0.1};
        link.loss_correlation = 0.9;
        return link;
    }();
    PacketLossModel model(profile);
    Random random(1, "link", "loss");
    int lost = 0;
    int bursts = 0;
    bool before = false;
    for (int packet = 0; packet < chances; ++packet) {
        const bool now = model.loses({}, random);
        lost += now ? 1 : 0;
        bursts += now && !before ? 1 : 0;
        before = now;
    }
    CHECK(static_cast<double>(lost) / chances == doctest::Approx(0.1).epsilon(0.05));
    CHECK(static_cast<double>(lost) / bursts > 2.0);  // 1.11 without
}
