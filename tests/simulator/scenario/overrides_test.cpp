#include "simulator/scenario/overrides.hpp"

#include <doctest/doctest.h>

#include "simulator/scenario/scenario_error.hpp"

using namespace trunkline::sim;
using namespace trunkline::sim::reading;

namespace {

Node document() {
    return parse_document(R"({"name": "x", "seed": 1, "vars": {"p": 0.2, "name": "y"},
        "links": {"radio": {"loss": {"p": 0.1}}}, "sensors": [{"id": "PT", "count": 1}, {"id": "TT"}]})",
                          "f");
}

}  // namespace

TEST_CASE("one word sets a variable, if there is one of that name") {
    Node root = document();
    apply_override(root, "p=0.5");
    apply_override(root, "name=z");
    apply_override(root, "seed=9");
    CHECK(root.find("vars")->find("p")->number == 0.5);
    CHECK(root.find("vars")->find("name")->text == "z");
    CHECK(root.find("name")->text == "x");
    CHECK(root.find("seed")->natural == 9);
}

TEST_CASE("a path leads through objects by key and through lists by id or number") {
    Node root = document();
    apply_override(root, "links.radio.loss.p=1");
    apply_override(root, "/links/radio/delay=4ms");
    apply_override(root, "sensors.PT.count=5");
    apply_override(root, "sensors.1.count=6");
    CHECK(root.find("links")->find("radio")->find("loss")->find("p")->number == 1.0);
    CHECK(root.find("links")->find("radio")->find("delay")->text == "4ms");
    CHECK(root.find("sensors")->items[0].find("count")->natural == 5);
    CHECK(root.find("sensors")->items[1].find("count")->natural == 6);
    apply_override(root, "/report={\"interval\": \"1s\"}");
    CHECK(root.find("report")->find("interval")->text == "1s");
}

TEST_CASE("a path that leads nowhere is refused with what there is") {
    Node root = document();
    CHECK_THROWS_WITH_AS(apply_override(root, "links.radoi.loss.p=1"),
                         "--set links.radoi.loss.p=1: nothing is called \"radoi\"; did you mean \"radio\"?",
                         ScenarioError);
    CHECK_THROWS_WITH_AS(apply_override(root, "sensors.XX.count=1"),
                         "--set sensors.XX.count=1: nothing is called \"XX\"; \"PT\" and \"TT\" are available",
                         ScenarioError);
    CHECK_THROWS_WITH_AS(
        apply_override(root, "q=1"),
        "--set q=1: nothing is called \"q\"; \"name\", \"seed\", \"vars\", \"links\" and \"sensors\" are available",
        ScenarioError);
    CHECK_THROWS_WITH_AS(apply_override(root, "p"), "--set p: PATH=VALUE is wanted, like links.radio.loss.p=0.3",
                         ScenarioError);
    CHECK_THROWS_AS(apply_override(root, "=1"), ScenarioError);
    CHECK_THROWS_AS(apply_override(root, "seed.x=1"), ScenarioError);
}
