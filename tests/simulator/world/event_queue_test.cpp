#include "simulator/world/event_queue.hpp"

#include <doctest/doctest.h>

#include <vector>

#include "protocol/base/random.hpp"

using namespace std::chrono_literals;
using namespace trunkline;
using namespace trunkline::sim;

TEST_CASE("events come out in the order of time, whatever the order they were put in") {
    EventQueue queue;
    Random random(1, "test", "queue");
    std::uint64_t range = 0;
    SUBCASE("all at once") { range = 5'000; }
    SUBCASE("within seconds") { range = 5'000'000'000; }
    SUBCASE("within days") { range = 500'000'000'000'000; }
    for (std::uint32_t number = 0; number < 10'000; ++number) {
        queue.put(Instant{} + Duration(static_cast<Duration::rep>(random.below(range))), {{}, number, 0});
    }
    CHECK(queue.size() == 10'000);
    EventQueue::Due before = queue.take_first();
    while (!queue.empty()) {
        const EventQueue::Due due = queue.take_first();
        const bool in_order = before.at < due.at || (before.at == due.at && before.sequence < due.sequence);
        REQUIRE(in_order);
        before = due;
    }
}

TEST_CASE("events of one instant come out in the order they were put in, also when others come and go in between") {
    EventQueue queue;
    for (std::uint32_t number = 0; number < 100; ++number) {
        queue.put(Instant{} + 1s, {{}, number, 0});
        queue.put(Instant{}, {{}, 1000, 0});
        CHECK(queue.take_first().event.entity == 1000);
    }
    for (std::uint32_t number = 0; number < 100; ++number) CHECK(queue.take_first().event.entity == number);
    CHECK(queue.empty());
}

TEST_CASE("an event that is put in while others happen comes in its turn, however far it is") {
    EventQueue queue;
    Random random(1, "test", "queue");
    queue.put(Instant{} + 1h, {});
    Instant now{};
    for (std::uint64_t taken = 0; taken < 20'000; ++taken) {
        const EventQueue::Due due = queue.take_first();
        REQUIRE(due.at >= now);
        now = due.at;
        if (queue.size() > 1'000) continue;
        for (const Duration most : {Duration(1us), Duration(20ms), Duration(68s), Duration(70s), Duration(24h)})
            queue.put(
                now + Duration(static_cast<Duration::rep>(random.below(static_cast<std::uint64_t>(most.count())))), {});
    }
}

TEST_CASE("every event has become near before it happens, and those of the next slices before they begin") {
    EventQueue queue;
    Random random(1, "test", "queue");
    std::vector<bool> was_near(1'000, false);
    const auto look = [&] {
        for (const EventQueue::Due& due : queue.events_come_near()) was_near[due.event.entity] = true;
        queue.events_seen();
    };
    SUBCASE("one by one, and days apart") {
        for (std::uint32_t number = 0; number < 1'000; ++number)
            queue.put(Instant{} + Duration(static_cast<Duration::rep>(random.below(500'000'000'000'000))),
                      {{}, number, 0});
        while (!queue.empty()) {
            look();
            REQUIRE(was_near[queue.take_first().event.entity]);
        }
    }
    SUBCASE("in the next slices") {
        queue.put(Instant{} + 1ms, {{}, 0, 0});
        queue.put(Instant{} + 40ms, {{}, 1, 0});
        queue.put(Instant{} + 1s, {{}, 2, 0});
        look();
        CHECK(was_near[0]);
        CHECK(was_near[1]);
        CHECK_FALSE(was_near[2]);
    }
}

TEST_CASE("an event is small") { CHECK(sizeof(EventQueue::Due) == 32); }

TEST_CASE("a wake-up is entered for an earlier deadline only") {
    EventQueue queue;
    Wakeup wakeup;
    wakeup.arm(std::nullopt, queue, {});
    CHECK(queue.empty());
    wakeup.arm(Instant{} + 5s, queue, {});
    wakeup.arm(Instant{} + 7s, queue, {});
    wakeup.arm(Instant{} + 5s, queue, {});
    CHECK(queue.size() == 1);
    wakeup.arm(Instant{} + 3s, queue, {});
    CHECK(queue.size() == 2);
    wakeup.woken(Instant{} + 3s);
    wakeup.arm(Instant{} + 7s, queue, {});
    CHECK(queue.size() == 3);
    wakeup.woken(Instant{} + 5s);  // a stale one: the machine is asked and has nothing due
    wakeup.arm(Instant{} + 7s, queue, {});
    CHECK(queue.size() == 3);
}

TEST_CASE("a wake-up whose deadline has moved on is entered anew, and nobody is asked") {
    EventQueue queue;
    Wakeup wakeup;
    wakeup.arm(Instant{} + 3s, queue, {});
    wakeup.arm(Instant{} + 5s, queue, {});
    CHECK(queue.take_first().at == Instant{} + 3s);
    CHECK(!wakeup.is_due(Instant{} + 3s, queue, {}));
    CHECK(queue.take_first().at == Instant{} + 5s);
    CHECK(wakeup.is_due(Instant{} + 5s, queue, {}));
    CHECK(queue.empty());
    wakeup.arm(Instant{} + 7s, queue, {});
    wakeup.arm(std::nullopt, queue, {});
    CHECK(queue.take_first().at == Instant{} + 7s);
    CHECK(!wakeup.is_due(Instant{} + 7s, queue, {}));  // nothing is wanted any more
    CHECK(queue.empty());
}
