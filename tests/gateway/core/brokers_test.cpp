// The choice among several brokers, without connections.

#include "gateway/core/brokers.hpp"

#include <doctest/doctest.h>

namespace trunkline::gateway {

using namespace std::chrono_literals;

namespace {

constexpr BrokerId broker_a{0};
constexpr BrokerId broker_b{1};
constexpr BrokerId third{2};
constexpr Instant start{1h};

struct Three {
    Brokers brokers{3, mqtt::ProtocolVersion::v5, 60s};
};

}  // namespace

TEST_CASE_FIXTURE(Three, "brokers: the first one is chosen until it fails, then the next one that has not") {
    CHECK(brokers.chosen() == broker_a);
    brokers.answered(broker_a, start);
    CHECK(!brokers.take_change());
    brokers.failed(broker_b);
    CHECK(brokers.chosen() == broker_a);
    brokers.failed(broker_a);
    CHECK(brokers.chosen() == third);
    CHECK(brokers.take_change());
    CHECK(!brokers.take_change());
}

TEST_CASE_FIXTURE(Three, "brokers: while none is there each is tried in turn, and the first that answers is chosen") {
    for (const BrokerId id : {broker_a, broker_b, third}) brokers.failed(id);
    CHECK(brokers.chosen() == broker_a);
    brokers.failed(broker_a);
    CHECK(brokers.chosen() == broker_b);
    brokers.failed(broker_b);
    CHECK(brokers.chosen() == third);
    brokers.failed(broker_a);  // not the chosen one: nothing changes
    CHECK(brokers.chosen() == third);
    brokers.answered(broker_b, start);
    CHECK(brokers.chosen() == broker_b);
    CHECK(brokers.is_well(broker_b));
    CHECK(!brokers.is_well(broker_a));
}

TEST_CASE_FIXTURE(Three,
                  "brokers: nobody is called to a broker that is known to be away, and everybody when it is back") {
    for (const BrokerId id : {broker_a, broker_b, third}) brokers.failed(id);
    CHECK(!brokers.take_change());
    brokers.answered(broker_a, start);
    CHECK(brokers.chosen() == broker_a);
    CHECK(brokers.take_change());
    CHECK(!brokers.take_change());
    brokers.answered(broker_b, start);  // nobody waits for this one
    CHECK(!brokers.take_change());
}

TEST_CASE_FIXTURE(Three,
                  "brokers: a better one is chosen again once it has been well for long enough, without a break") {
    brokers.failed(broker_a);
    brokers.failed(broker_b);
    brokers.answered(third, start);
    CHECK(!brokers.next_deadline());
    brokers.answered(broker_b, start + 10s);
    CHECK(brokers.next_deadline() == start + 70s);
    brokers.answered(broker_a, start + 30s);
    brokers.answered(broker_b, start + 40s);  // still well: since 10 s
    CHECK(brokers.next_deadline() == start + 70s);
    brokers.failed(broker_a);
    brokers.answered(broker_a, start + 50s);
    brokers.advance(start + 70s - 1ns);
    CHECK(brokers.chosen() == third);
    brokers.advance(start + 70s);
    CHECK(brokers.chosen() == broker_b);
    CHECK(brokers.next_deadline() == start + 110s);
    brokers.advance(start + 110s);
    CHECK(brokers.chosen() == broker_a);
    CHECK(!brokers.next_deadline());
}

TEST_CASE("brokers: a choice that is taken back before anybody looked is a change all the same") {
    Brokers brokers(2, mqtt::ProtocolVersion::v5, 0s);
    brokers.failed(broker_a);
    brokers.answered(broker_a, start);
    brokers.advance(start);
    CHECK(brokers.chosen() == broker_a);
    CHECK(brokers.take_change());
}

TEST_CASE("brokers: the only one stays chosen whatever happens") {
    Brokers brokers(1, mqtt::ProtocolVersion::v5, 60s);
    brokers.failed(broker_a);
    CHECK(brokers.chosen() == broker_a);
    CHECK(!brokers.take_change());
    CHECK(!brokers.is_well(broker_a));
    brokers.answered(broker_a, start);
    CHECK(brokers.take_change());  // it is back
    CHECK(brokers.is_well(broker_a));
    CHECK(!brokers.next_deadline());
}

}  // namespace trunkline::gateway
