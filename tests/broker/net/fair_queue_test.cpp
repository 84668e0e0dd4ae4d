#include "broker/net/fair_queue.hpp"

#include <string>

#include <doctest/doctest.h>

using trunkline::broker::FairQueue;

namespace {

std::string all_of(FairQueue<char>& queue) {
    std::string items;
    while (!queue.empty()) items += queue.pop();
    return items;
}

}  // namespace

TEST_CASE("sources take turns, and each keeps its order") {
    FairQueue<char> queue;
    for (const char item : {'a', 'b', 'c'}) queue.push("flood", item);
    queue.push("one", 'x');
    queue.push("other", 'y');
    CHECK(queue.size() == 5);
    CHECK(all_of(queue) == "axybc");
}

TEST_CASE("who has had a turn waits for the others, also when he comes again") {
    FairQueue<char> queue;
    queue.push("one", 'a');
    queue.push("other", 'x');
    queue.push("other", 'y');
    CHECK(queue.pop() == 'a');
    queue.push("one", 'b');
    CHECK(all_of(queue) == "xby");
    CHECK(queue.empty());
    queue.push("one", 'c');
    CHECK(all_of(queue) == "c");
}
