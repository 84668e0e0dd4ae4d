#include "broker/core/client_ids.hpp"

#include <doctest/doctest.h>

#include <map>
#include <string>

#include "protocol/base/random.hpp"

using namespace trunkline;
using namespace trunkline::broker;

TEST_CASE("client identifiers: the same as a map, whatever comes and goes") {
    Random random(5, "client ids", "steps");
    std::map<std::string, SessionSlot, std::less<>> map;
    std::vector<std::string> texts(400);  // by slot
    const auto text_of = [&](SessionSlot slot) -> std::string_view { return texts[static_cast<std::size_t>(slot)]; };
    ClientIds ids;
    CHECK_FALSE(ids.find("station-0", text_of));
    for (std::uint32_t number = 0; number < texts.size(); ++number) texts[number] = "station-" + std::to_string(number);
    for (int step = 0; step < 50'000; ++step) {
        const SessionSlot slot{static_cast<std::uint32_t>(random.below(texts.size()))};
        const std::string id(text_of(slot));
        if (map.contains(id)) {
            ids.erase(id, text_of);
            map.erase(id);
        } else {
            ids.add(slot, text_of);
            map.emplace(id, slot);
        }
        REQUIRE(ids.size() == map.size());
    }
    for (const std::string& text : texts) {
        const auto found = map.find(text);
        const std::optional<SessionSlot> slot = ids.find(text, text_of);
        REQUIRE(slot.has_value() == (found != map.end()));
        if (slot) CHECK(*slot == found->second);
    }
}
