#include "simulator/oracle/causes.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace trunkline::sim;

TEST_CASE("each cause has its own name and text") {
    std::set<std::string_view> names;
    std::set<std::string_view> texts;
    for (std::size_t at = 0; at < loss_cause_count; ++at) {
        names.insert(name_of(static_cast<LossCause>(at)));
        texts.insert(text_of(static_cast<LossCause>(at)));
    }
    CHECK(names.size() == loss_cause_count);
    CHECK(texts.size() == loss_cause_count);
    CHECK(name_of(LossCause::unexplained) == "unexplained");
}
