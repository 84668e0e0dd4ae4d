#include "simulator/oracle/outages.hpp"

#include <doctest/doctest.h>

#include <chrono>

using namespace std::chrono_literals;
using namespace trunkline;
using namespace trunkline::sim;

TEST_CASE("an outage is met by what is on its way between its first and its last moment") {
    Outages outages;
    outages.began(Outage::Of::gateway, 1, Instant(10s));
    outages.ended(Outage::Of::gateway, 1, Instant(20s));
    CHECK(outages.on_the_way(1, Instant(0s), Instant(10s)) != nullptr);
    CHECK(outages.on_the_way(1, Instant(0s), Instant(10s - 1ns)) == nullptr);
    CHECK(outages.on_the_way(1, Instant(20s), Instant(30s)) != nullptr);
    CHECK(outages.on_the_way(1, Instant(20s + 1ns), Instant(30s)) == nullptr);
}

TEST_CASE("another gateway's outage concerns nobody else, the broker's concerns all") {
    Outages outages;
    outages.began(Outage::Of::partition, 0, Instant(10s));
    CHECK(outages.on_the_way(1, Instant(0s), Instant(1h)) == nullptr);
    CHECK(outages.on_the_way(std::nullopt, Instant(0s), Instant(1h)) == nullptr);
    outages.began(Outage::Of::broker, 0, Instant(20s));
    CHECK(outages.on_the_way(1, Instant(0s), Instant(1h))->of == Outage::Of::broker);
    CHECK(outages.on_the_way(std::nullopt, Instant(0s), Instant(1h))->of == Outage::Of::broker);
}

TEST_CASE("a full disk of the broker is told apart from its absence") {
    Outages outages;
    outages.began(Outage::Of::broker, 0, Instant(5s));
    outages.ended(Outage::Of::broker, 0, Instant(8s));
    outages.began(Outage::Of::broker_disk, 0, Instant(10s));
    outages.ended(Outage::Of::broker_disk, 0, Instant(20s));
    CHECK(!outages.was_broker_disk_full(Instant(0s), Instant(10s - 1ns)));
    CHECK(outages.was_broker_disk_full(Instant(0s), Instant(10s)));
    CHECK(outages.was_broker_disk_full(Instant(20s), Instant(30s)));
    CHECK(!outages.was_broker_disk_full(Instant(20s + 1ns), Instant(30s)));
}

TEST_CASE("time away is what lies between the moments; an outage without an end lasts") {
    Outages outages;
    outages.began(Outage::Of::broker, 0, Instant(10s));
    outages.ended(Outage::Of::broker, 0, Instant(20s));
    outages.began(Outage::Of::broker, 0, Instant(50s));
    outages.ended(Outage::Of::gateway, 0, Instant(55s));  // which had not begun
    CHECK(outages.time_away(0, Instant(15s), Instant(60s)) == 15s);
    CHECK(outages.time_away(0, Instant(21s), Instant(49s)) == 0s);
}
