#include "gateway/net/dial_queue.hpp"

#include <doctest/doctest.h>

#include <vector>

namespace trunkline::gateway {

namespace {

std::vector<UpstreamId> numbers(std::uint64_t from, std::uint64_t to) {
    std::vector<UpstreamId> all;
    for (std::uint64_t number = from; number <= to; ++number) all.push_back(UpstreamId{number});
    return all;
}

}  // namespace

TEST_CASE("connections to the broker are begun in the order in which they are wanted") {
    DialQueue queue;
    CHECK(queue.empty());
    CHECK(!queue.take());
    queue.add(numbers(3, 4));
    CHECK(queue.take() == UpstreamId{3});
    queue.add(numbers(7, 8));
    for (const std::uint64_t number : {4U, 7U, 8U}) {
        CHECK(!queue.empty());
        CHECK(queue.take() == UpstreamId{number});
    }
    CHECK(queue.empty());
}

TEST_CASE("a connection that is not wanted any more is not begun, and one that was begun is none of these") {
    DialQueue queue;
    queue.add(numbers(1, 4));
    CHECK(queue.take() == UpstreamId{1});
    CHECK(!queue.withdraw(UpstreamId{1}));
    CHECK(!queue.withdraw(UpstreamId{5}));
    CHECK(queue.withdraw(UpstreamId{3}));
    CHECK(!queue.withdraw(UpstreamId{3}));
    CHECK(queue.take() == UpstreamId{2});
    CHECK(queue.take() == UpstreamId{4});
    CHECK(queue.empty());
}

}  // namespace trunkline::gateway
