// What docs/scenario.md and scenarios/ show is read here, so that neither can fall behind.

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "simulator/scenario/scenario_reader.hpp"

using namespace trunkline::sim;

namespace {

const std::filesystem::path root = TRUNKLINE_SOURCE_DIR;

std::string text_of(const std::filesystem::path& path) {
    std::ifstream in(path);
    REQUIRE(in.is_open());
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

}  // namespace

TEST_CASE("every shipped scenario is valid") {
    std::size_t read = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root / "scenarios")) {
        if (entry.path().extension() != ".json") continue;
        CAPTURE(entry.path());
        CHECK_NOTHROW(load_scenario(entry.path().string()));
        ++read;
    }
    CHECK(read >= 3);
}

TEST_CASE("the whole scenario in docs/scenario.md is valid") {
    const std::string page = text_of(root / "docs" / "scenario.md");
    const std::string fence = "```jsonc\n";
    const std::size_t begin = page.find(fence + "// Sixty");
    REQUIRE(begin != std::string::npos);
    const std::size_t end = page.find("```", begin + fence.size());
    REQUIRE(end != std::string::npos);
    const Scenario plan =
        read_scenario(page.substr(begin + fence.size(), end - begin - fence.size()), "docs/scenario.md");
    CHECK(plan.sensors.size() == 60);
}
