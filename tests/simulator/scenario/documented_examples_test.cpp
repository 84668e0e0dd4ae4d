// What docs/scenario.md and scenarios/ show is read here, so that neither can fall behind.

#include <doctest/doctest.h>

#include "simulator/scenario/read_tree.hpp"
#include "tests/simulator/scenario/documented_examples.hpp"

using namespace trunkline::sim;

TEST_CASE("every shipped scenario is valid") {
    const auto files = shipped_scenarios();
    for (const auto& file : files) {
        CAPTURE(file);
        CHECK_NOTHROW(reading::read_tree(with_few_sensors(file), file.string(), {}));
    }
    CHECK(files.size() >= 20);
}

TEST_CASE("every example in docs/scenario.md is valid") {
    const auto examples = documented_examples();
    for (const DocumentedExample& example : examples) {
        CAPTURE(example.place);
        CHECK_NOTHROW(reading::read_tree(example.whole(example.written), example.place, {}));
    }
    CHECK(examples.size() >= 10);
}
