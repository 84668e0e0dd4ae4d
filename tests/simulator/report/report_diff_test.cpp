#include "simulator/report/report_diff.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

using namespace trunkline::sim;
using Json = nlohmann::ordered_json;

namespace {

std::string told(const char* before, const char* after) {
    return differences_text(differences(Json::parse(before), Json::parse(after)));
}

}  // namespace

TEST_CASE("equal reports differ in nothing") {
    CHECK(told(R"({"a": [1, {"b": 2}]})", R"({"a": [1, {"b": 2}]})").empty());
}

TEST_CASE("numbers are told with their change, other values as they are, whatever is missing as a dash") {
    CHECK(told(R"({"sensors": {"offered": 40, "left": 0}, "passed": true, "old": 1})",
               R"({"sensors": {"offered": 50, "left": 3}, "passed": false, "new": "x"})") ==
          "sensors.offered  40    ->  50     +25 %\n"
          "sensors.left     0     ->  3\n"
          "passed           true  ->  false\n"
          "old              1     ->  -\n"
          "new              -     ->  \"x\"\n");
}

TEST_CASE("elements of lists are known by their names, in whatever order they stand") {
    CHECK(
        told(R"({"ledger": [{"group": "PT", "actor": "scada", "n": 1}, {"group": "TT", "actor": "scada", "n": 2}]})",
             R"({"ledger": [{"group": "TT", "actor": "scada", "n": 3}, {"group": "PT", "actor": "scada", "n": 1}]})") ==
        "ledger.TT>scada.n  2  ->  3  +50 %\n");
    CHECK(told(R"({"expectations": [{"id": "a", "holds": true}]})",
               R"({"expectations": [{"id": "a", "holds": false}]})") == "expectations.a.holds  true  ->  false\n");
    CHECK(told(R"({"list": [{"x": 1}, {"x": 2}]})", R"({"list": [{"x": 1}]})") == "list.1.x  2  ->  -\n");
}

TEST_CASE("a series of the history is one line: how many steps differ, and from when on") {
    CHECK(told(R"({"history": {"step_s": 5, "delivered": [1, 2, 3, 4]}})",
               R"({"history": {"step_s": 5, "delivered": [1, 2, 7, 8, 9]}})") ==
          "history.delivered  3  ->  7  3 of 5 steps, from 10.0 s on\n");
}
