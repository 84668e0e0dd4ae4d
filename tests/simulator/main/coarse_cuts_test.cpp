#include "simulator/main/coarse_cuts.hpp"

#include <doctest/doctest.h>

#include "tests/simulator/scenario/small_scenario.hpp"

using namespace trunkline;
using namespace trunkline::sim;
using namespace std::chrono_literals;
using Json = CoarseCuts::Json;

namespace {

/// Ten sensors PT at each of two stations, a second group at the second one, one hour.
struct Hour {
    Hour() : document(Json::parse(with(R"("vars": {"p": 0.2, "count": 2})", R"("vars": {"p": 0.2, "count": 10})"))) {
        document["phases"]["run"] = "60m";
        Json other = document["sensors"][0];
        other["id"] = "TT";
        other["at"] = "station:PS-02";
        other["count"] = 1;
        other["topic"] = "line/{station}/tt";
        document["sensors"].push_back(other);
        whole = plan_of(document.dump());
    }
    CoarseCuts cuts(const std::string& sensor, std::optional<Duration> over_by, const std::string& expectation = "E1") {
        return CoarseCuts(document, whole, sensor, expectation, over_by);
    }

    Json document;
    Scenario whole;
};

Json only(std::initializer_list<const char*> ids) {
    Json list = Json::array();
    for (const char* id : ids) list.push_back(id);
    return list;
}

}  // namespace

TEST_CASE(
    "cuts go from the sensor that failed alone to all of them, and from just after it to the whole: cheap ones first") {
    Hour hour;
    const CoarseCuts cuts = hour.cuts("PT@PS-02-7", 20min);
    REQUIRE(cuts.size() == 4 * 3);  // 1, 4, 16 and 21 sensors
    CHECK(cuts[0].sensors == 1);
    CHECK(cuts[0].run == 20min);  // a minute of warm-up before it
    CHECK(cuts[1].run == 29min);
    CHECK(cuts[2].run == 60min);
    CHECK(cuts[3].sensors == 4);
    CHECK(cuts[11].sensors == 21);
    CHECK(cuts[11].run == 60min);
    for (std::size_t at = 1; at < cuts.size(); ++at) {
        const auto price = [&](std::size_t cut) {
            return static_cast<double>(cuts[cut].sensors) * std::chrono::duration<double>(cuts[cut].run + 1min).count();
        };
        CHECK(price(at - 1) <= price(at));
    }
}

TEST_CASE("a cut has the sensor and those nearest to it, each with its id, and no expectation but the one that fails") {
    Hour hour;
    const CoarseCuts cuts = hour.cuts("PT@PS-02-7", 20min);
    const Json alone = cuts.cut(0);
    CHECK(alone["phases"]["run"] == "20m");
    REQUIRE(alone["sensors"].size() == 1);
    CHECK(alone["sensors"][0]["only"] == only({"PT@PS-02-7"}));
    REQUIRE(alone["expect"].size() == 1);
    CHECK(alone["expect"][0]["id"] == "E1");
    CHECK(cuts.cut(3)["sensors"][0]["only"] == only({"PT@PS-02-1", "PT@PS-02-2", "PT@PS-02-3", "PT@PS-02-7"}));
    // Its station is nearer than its group elsewhere.
    const Json sixteen = cuts.cut(8);
    CHECK(sixteen["sensors"][0]["only"].size() == 15);
    CHECK(!sixteen["sensors"][1].contains("only"));
    const Json whole = cuts.cut(11);
    CHECK(whole["sensors"] == hour.document["sensors"]);
    CHECK(plan_of(whole.dump()).sensors.size() == 21);
}

TEST_CASE(
    "where nobody is named the sensors of the expectation come first, and where no time is, the whole is played") {
    Hour hour;
    hour.document["expect"][0]["of"] = "sensor:TT@*";
    hour.whole = plan_of(hour.document.dump());
    const CoarseCuts cuts = hour.cuts("", std::nullopt);
    REQUIRE(cuts.size() == 4);
    CHECK(cuts[0].run == 60min);
    CHECK(cuts.cut(0)["sensors"].size() == 1);
    CHECK(cuts.cut(0)["sensors"][0]["id"] == "TT");
    CHECK(hour.cuts("PT@PS-01-1", std::nullopt, "").cut(0)["expect"].empty());
}

TEST_CASE("a failure near the end is not cut before it") {
    Hour hour;
    CHECK(hour.cuts("PT@PS-02-7", 60min).size() == 4);
    CHECK(hour.cuts("PT@PS-02-7", 59min).size() == 4 * 2);
}
