#include "runtime/transport/handover.hpp"

#include <doctest/doctest.h>

#include <thread>
#include <vector>

namespace trunkline::runtime {

using Batch = std::vector<int>;

TEST_CASE("handover: batches come in order, and only the first of those that wait wakes") {
    Handover<Batch> handover;
    Batch batch{1, 2};
    CHECK(handover.give(batch));
    CHECK(batch.empty());
    batch = {3};
    CHECK(!handover.give(batch));
    std::vector<int> taken;
    handover.take_each([&](const Batch& given) { taken.insert(taken.end(), given.begin(), given.end()); });
    CHECK(taken == std::vector<int>{1, 2, 3});
    batch = {4};
    CHECK(handover.give(batch));
}

TEST_CASE("handover: emptied batches come back with their memory") {
    Handover<Batch> handover;
    Batch batch(1000);
    const int* memory = batch.data();
    REQUIRE(handover.give(batch));
    handover.take_each([](const Batch&) {});
    batch = {1};
    REQUIRE(handover.give(batch));  // gets the spare one
    CHECK(batch.empty());
    CHECK(batch.data() == memory);
}

TEST_CASE("handover: what is given while batches are taken comes next time") {
    Handover<Batch> handover;
    Batch batch{1};
    REQUIRE(handover.give(batch));
    int calls = 0;
    handover.take_each([&](const Batch&) {
        ++calls;
        batch = {2};
        CHECK(handover.give(batch));
    });
    CHECK(calls == 1);
    handover.take_each([&](const Batch& given) { CHECK(given == Batch{2}); });
}

TEST_CASE("handover: the giver waits for room until the taker has taken, or will not take any more") {
    Handover<Batch> handover;
    Batch batch{1};
    REQUIRE(handover.give(batch, 100));
    handover.await_room(100);  // so much may wait
    std::thread giver([&] {
        handover.await_room(99);
        batch = {2};
        CHECK(handover.give(batch, 100));
        handover.await_room(99);
    });
    std::vector<int> taken;
    while (taken.size() < 2) {
        handover.take_each([&](const Batch& given) { taken.insert(taken.end(), given.begin(), given.end()); });
        std::this_thread::yield();
    }
    giver.join();
    CHECK(taken == std::vector<int>{1, 2});
    std::thread last([&] {
        Batch more{3};
        CHECK(handover.give(more, 100));
        handover.await_room(99);
    });
    handover.end();
    last.join();
}

TEST_CASE("handover: everything arrives once, whatever the threads' pace") {
    Handover<Batch> handover;
    constexpr int count = 20'000;
    std::thread giver([&] {
        Batch batch;
        for (int number = 0; number < count; ++number) {
            batch.push_back(number);
            if (number % 3 != 0) continue;
            (void)handover.give(batch, 4);
            handover.await_room(64);
        }
        (void)handover.give(batch);
    });
    int next = 0;
    while (next < count) {
        handover.take_each([&](const Batch& given) {
            for (const int number : given) {
                REQUIRE(number == next);
                ++next;
            }
        });
        std::this_thread::yield();
    }
    giver.join();
}

}  // namespace trunkline::runtime
