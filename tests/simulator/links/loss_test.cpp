#include "simulator/links/loss.hpp"

#include <doctest/doctest.h>

using trunkline::Random;
using trunkline::sim::IndependentLoss;

TEST_CASE("independent loss: a link that loses nothing and one that loses all") {
    Random random(1, "link", "loss");
    for (int packet = 0; packet < 1000; ++packet) {
        CHECK(!IndependentLoss(0.0).loses(random));
        CHECK(IndependentLoss(1.0).loses(random));
    }
}

TEST_CASE("independent loss: the share of lost packets is the probability, within 4 standard deviations") {
    Random random(1, "link", "loss");
    const IndependentLoss loss(0.2);
    int lost = 0;
    for (int packet = 0; packet < 100'000; ++packet) lost += loss.loses(random) ? 1 : 0;
    CHECK(lost > 20'000 - 506);
    CHECK(lost < 20'000 + 506);
}

TEST_CASE("independent loss: losses come in a row as often as chance says, not more") {
    Random random(1, "link", "loss");
    const IndependentLoss loss(0.2);
    int pairs = 0;
    bool before = false;
    for (int packet = 0; packet < 100'000; ++packet) {
        const bool now = loss.loses(random);
        pairs += before && now ? 1 : 0;
        before = now;
    }
    CHECK(pairs > 4'000 - 280);
    CHECK(pairs < 4'000 + 280);
}

TEST_CASE("independent loss: another probability leaves the other draws of the stream where they are") {
    Random of_none(1, "link", "loss");
    Random of_all(1, "link", "loss");
    (void)IndependentLoss(0.0).loses(of_none);
    (void)IndependentLoss(1.0).loses(of_all);
    CHECK(of_none.next() == of_all.next());
}
