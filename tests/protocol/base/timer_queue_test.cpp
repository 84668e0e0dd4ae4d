#include "protocol/base/timer_queue.hpp"

#include <doctest/doctest.h>

#include <map>

using namespace trunkline;
using namespace std::chrono_literals;

namespace {

const Instant epoch{};

}  // namespace

TEST_CASE("wake-ups come earliest first, and not before they are due") {
    TimerQueue<int> queue;
    std::map<int, std::optional<Instant>> armed;
    queue.arm(1, epoch + 3s, armed[1]);
    queue.arm(2, epoch + 1s, armed[2]);
    queue.arm(3, epoch + 2s, armed[3]);
    CHECK(queue.earliest() == epoch + 1s);
    CHECK(!queue.take_due(epoch + 1s - 1ns));
    const auto first = queue.take_due(epoch + 1s);
    REQUIRE(first);
    CHECK(first->key == 2);
    CHECK(first->at == epoch + 1s);
    CHECK(!queue.take_due(epoch + 1s));
    CHECK(queue.take_due(epoch + 9s)->key == 3);
    CHECK(queue.take_due(epoch + 9s)->key == 1);
    CHECK(!queue.earliest());
}

TEST_CASE("equal instants come out in the order of their keys, however they went in") {
    for (const bool rising : {true, false}) {
        TimerQueue<int> queue;
        std::map<int, std::optional<Instant>> armed;
        for (int step = 0; step < 100; ++step) {
            const int key = rising ? step : 99 - step;
            queue.arm(key, epoch + 1s, armed[key]);
        }
        for (int key = 0; key < 100; ++key) {
            const auto wake = queue.take_due(epoch + 1s);
            REQUIRE(wake);
            CHECK(wake->key == key);
        }
    }
}

TEST_CASE("a deadline that moves later costs no second wake-up") {
    TimerQueue<int> queue;
    std::optional<Instant> armed;
    queue.arm(1, epoch + 1s, armed);
    queue.arm(1, epoch + 2s, armed);
    queue.arm(1, epoch + 1s, armed);
    CHECK(queue.size() == 1);
    CHECK(armed == epoch + 1s);
}

TEST_CASE("a deadline that moves earlier is woken at the new instant") {
    TimerQueue<int> queue;
    std::optional<Instant> armed;
    queue.arm(1, epoch + 5s, armed);
    queue.arm(1, epoch + 2s, armed);
    CHECK(armed == epoch + 2s);
    CHECK(queue.earliest() == epoch + 2s);
    CHECK(queue.size() == 2);  // the old wake-up stays and turns out too early or too late: harmless
}

TEST_CASE("no deadline is no wake-up") {
    TimerQueue<int> queue;
    std::optional<Instant> armed;
    queue.arm(1, std::nullopt, armed);
    CHECK(queue.size() == 0);
    CHECK(!armed);
    queue.arm(1, epoch + 1s, armed);
    queue.arm(1, std::nullopt, armed);
    CHECK(armed == epoch + 1s);
}

TEST_CASE("a machine that is asked again when its old wake-up comes is woken in time") {
    // Keep-alive as its users do it: each packet moves the deadline, only wake-ups touch the heap.
    TimerQueue<int> queue;
    std::optional<Instant> armed;
    std::optional<Instant> deadline = epoch + 10s;
    queue.arm(7, deadline, armed);
    for (Instant packet = epoch + 1s; packet <= epoch + 30s; packet += 1s) deadline = packet + 10s;

    std::optional<Instant> expired_at;
    int wakes = 0;
    while (!expired_at) {
        const std::optional<Instant> now = queue.earliest();
        REQUIRE(now);
        const auto wake = queue.take_due(*now);
        REQUIRE(wake);
        ++wakes;
        if (armed == wake->at) armed.reset();
        if (*deadline <= *now) expired_at = now;
        else queue.arm(wake->key, deadline, armed);
    }
    CHECK(expired_at == epoch + 40s);
    CHECK(wakes == 2);
    CHECK(queue.size() == 0);
}
