#include "runtime/store/commit_loop.hpp"

#include <semaphore>
#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace trunkline::runtime;

namespace {

using Loop = CommitLoop<std::vector<std::string>, bool>;

}  // namespace

TEST_CASE("each batch is applied once, in order, and comes back whole with its outcome") {
    std::vector<std::string> applied;
    std::counting_semaphore<> done(0);
    Loop loop(
        [&](const std::vector<std::string>& batch) {
            applied.insert(applied.end(), batch.begin(), batch.end());
            return batch.front() != "b";
        },
        [&] { done.release(); });
    CHECK_FALSE(loop.is_busy());
    CHECK_FALSE(loop.take_outcome());
    for (const std::string name : {"a", "b", "c"}) {
        loop.begin({name, name + "'"});
        CHECK(loop.is_busy());
        done.acquire();
        const std::optional<Loop::Outcome> outcome = loop.take_outcome();
        REQUIRE(outcome);
        CHECK(outcome->batch == std::vector<std::string>{name, name + "'"});
        CHECK(outcome->applied == (name != "b"));
        CHECK_FALSE(loop.is_busy());
        CHECK_FALSE(loop.take_outcome());
    }
    CHECK(applied == std::vector<std::string>{"a", "a'", "b", "b'", "c", "c'"});
}

TEST_CASE("a batch that was begun is written even if the loop ends at once") {
    int applied = 0;
    for (int turn = 0; turn < 100; ++turn) {
        Loop loop(
            [&](const std::vector<std::string>&) {
                ++applied;
                return true;
            },
            [] {});
        loop.begin({"last"});
    }
    CHECK(applied == 100);
}

TEST_CASE("nothing comes out while a batch is being written") {
    std::binary_semaphore may_end(0);
    std::binary_semaphore done(0);
    Loop loop(
        [&](const std::vector<std::string>&) {
            may_end.acquire();
            return true;
        },
        [&] { done.release(); });
    loop.begin({"slow"});
    CHECK_FALSE(loop.take_outcome());
    CHECK(loop.is_busy());
    may_end.release();
    done.acquire();
    CHECK(loop.take_outcome());
}
