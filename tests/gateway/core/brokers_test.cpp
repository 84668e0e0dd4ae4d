// The choice among several brokers, without connections.

#include "gateway/core/brokers.hpp"

#include <doctest/doctest.h>

namespace trunkline::gateway {

using namespace std::chrono_literals;

namespace {

constexpr BrokerId first{0};
constexpr BrokerId second{1};
constexpr BrokerId third{2};
constexpr Instant start{1h};

struct Three {
    Brokers brokers{3, mqtt::ProtocolVersion::v5, 60s};
};

}  // namespace

TEST_CASE_FIXTURE(Three, "brokers: the first one is chosen until it fails, then the next one that has not") {
    CHECK(brokers.chosen() == first);
    brokers.answered(first, start);
    CHECK(!brokers.take_change());
    brokers.failed(second);
    CHECK(brokers.chosen() == first);
    brokers.failed(first);
    CHECK(brokers.chosen() == third);
    CHECK(brokers.take_change());
    CHECK(!brokers.take_change());
}

TEST_CASE_FIXTURE(Three, "brokers: while none is there each is tried in turn, and the first that answers is chosen") {
    for (const BrokerId id : {first, second, third}) brokers.failed(id);
    CHECK(brokers.chosen() == first);
    brokers.failed(first);
    CHECK(brokers.chosen() == second);
    brokers.failed(second);
    CHECK(brokers.chosen() == third);
    brokers.failed(first);  // not the chosen one: nothing changes
    CHECK(brokers.chosen() == third);
    brokers.answered(second, start);
    CHECK(brokers.chosen() == second);
    CHECK(brokers.is_well(second));
    CHECK(!brokers.is_well(first));
}

TEST_CASE_FIXTURE(Three,
                  "brokers: nobody is called to a broker that is known to be away, and everybody when it is back") {
    for (const BrokerId id : {first, second, third}) brokers.failed(id);
    CHECK(!brokers.take_change());
    brokers.answered(first, start);
    CHECK(brokers.chosen() == first);
    CHECK(brokers.take_change());
    CHECK(!brokers.take_change());
    brokers.answered(second, start);  // nobody waits for this one
    CHECK(!brokers.take_change());
}

TEST_CASE_FIXTURE(Three,
                  "brokers: a better one is chosen again once it has been well for long enough, without a break") {
    brokers.failed(first);
    brokers.failed(second);
    brokers.answered(third, start);
    CHECK(!brokers.next_deadline());
    brokers.answered(second, start + 10s);
    CHECK(brokers.next_deadline() == start + 70s);
    brokers.answered(first, start + 30s);
    brokers.answered(second, start + 40s);  // still well: since 10 s
    CHECK(brokers.next_deadline() == start + 70s);
    brokers.failed(first);
    brokers.answered(first, start + 50s);
    brokers.advance(start + 70s - 1ns);
    CHECK(brokers.chosen() == third);
    brokers.advance(start + 70s);
    CHECK(brokers.chosen() == second);
    CHECK(brokers.next_deadline() == start + 110s);
    brokers.advance(start + 110s);
    CHECK(brokers.chosen() == first);
    CHECK(!brokers.next_deadline());
}

TEST_CASE("brokers: a choice that is taken back before anybody looked is a change all the same") {
    Brokers brokers(2, mqtt::ProtocolVersion::v5, 0s);
    brokers.failed(first);
    brokers.answered(first, start);
    brokers.advance(start);
    CHECK(brokers.chosen() == first);
    CHECK(brokers.take_change());
}

TEST_CASE("brokers: the only one stays chosen whatever happens") {
    Brokers brokers(1, mqtt::ProtocolVersion::v5, 60s);
    brokers.failed(first);
    CHECK(brokers.chosen() == first);
    CHECK(!brokers.take_change());
    CHECK(!brokers.is_well(first));
    brokers.answered(first, start);
    CHECK(brokers.take_change());  // it is back
    CHECK(brokers.is_well(first));
    CHECK(!brokers.next_deadline());
}

}  // namespace trunkline::gateway
