#include "simulator/links/link_overlays.hpp"

#include <doctest/doctest.h>

#include <map>
#include <string>

using namespace trunkline;
using namespace trunkline::sim;

namespace {

/// Links by sensor, with the id of their profile.
struct Links {
    void change(const std::vector<std::size_t>& sensors, const LinkProfile* overlay) {
        for (const std::size_t sensor : sensors) profile[sensor] = overlay != nullptr ? overlay->id : "planned";
    }
    std::map<std::size_t, std::string> profile;
};

FaultPlan rain(std::string id, std::vector<std::size_t> sensors) {
    FaultPlan fault;
    fault.kind = FaultPlan::Kind::link;
    fault.sensors = std::move(sensors);
    fault.overlay = LinkProfile{.id = std::move(id)};
    return fault;
}

}  // namespace

TEST_CASE("of overlays that overlap the later one counts, and the earlier again when that one has ended") {
    Links links;
    LinkOverlays overlays;
    const FaultPlan drizzle = rain("drizzle", {1, 2});
    const FaultPlan storm = rain("storm", {2, 3});
    overlays.begin(drizzle, links);
    overlays.begin(storm, links);
    CHECK(links.profile == std::map<std::size_t, std::string>{{1, "drizzle"}, {2, "storm"}, {3, "storm"}});
    overlays.end(storm, links);
    CHECK(links.profile == std::map<std::size_t, std::string>{{1, "drizzle"}, {2, "drizzle"}, {3, "planned"}});
    overlays.end(drizzle, links);
    CHECK(links.profile == std::map<std::size_t, std::string>{{1, "planned"}, {2, "planned"}, {3, "planned"}});
}

TEST_CASE("an overlay that ends first leaves the later one in place") {
    Links links;
    LinkOverlays overlays;
    const FaultPlan drizzle = rain("drizzle", {1});
    const FaultPlan storm = rain("storm", {1});
    overlays.begin(drizzle, links);
    overlays.begin(storm, links);
    overlays.end(drizzle, links);
    CHECK(links.profile.at(1) == "storm");
}
