// The checker against a small tree of planted violations: each line that is wrong says so, "caught: RULE", and exactly
// those are found.

#include <doctest/doctest.h>

#include <algorithm>
#include <sstream>

#include "tests/tidy/tree.hpp"

using namespace trunkline::tidy;

namespace {

const std::filesystem::path planted_source_root = TRUNKLINE_SOURCE_DIR;
const std::filesystem::path planted = planted_source_root / "tests/tidy/planted";

using Place = std::tuple<std::string, int, std::string>;  // file, line, rule

std::string to_text(const Place& place) {
    return std::get<0>(place) + ':' + std::to_string(std::get<1>(place)) + ": " + std::get<2>(place);
}

void read_marks(const std::filesystem::path& file, std::vector<Place>& places) {
    constexpr std::string_view mark = "caught: ";
    const std::string path = file.lexically_relative(planted).generic_string();
    std::istringstream in(read_text(file));
    std::string line;
    for (int number = 1; std::getline(in, line); ++number) {
        const std::size_t at = line.find(mark);
        if (at == std::string::npos) continue;
        std::istringstream rules(line.substr(at + mark.size()));
        for (std::string rule; rules >> rule && rule != "*/";) places.emplace_back(path, number, rule);
    }
}

std::vector<Place> marked() {
    std::vector<Place> places;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(planted)) {
        const std::string extension = entry.path().extension().string();
        if (extension == ".hpp" || extension == ".cpp") read_marks(entry.path(), places);
    }
    std::sort(places.begin(), places.end());
    return places;
}

Verdict verdict_of_planted() {
    const Layers layers = Layers::parse(read_text(planted_source_root / "tests/tidy/layers.txt"));
    const Clauses clauses{parse_clauses(read_text(planted_source_root / "tests/tidy/statements-5.0.tsv")),
                          parse_clauses(read_text(planted_source_root / "tests/tidy/statements-3.1.1.tsv"))};
    return check_tree(planted, layers, clauses);
}

}  // namespace

TEST_CASE("every planted violation is caught at its line, and nothing else is") {
    const std::vector<Place> wanted = marked();
    CHECK(wanted.size() > 50);
    std::vector<Place> found;
    for (const Finding& finding : verdict_of_planted().findings)
        found.emplace_back(finding.file, finding.line, finding.rule);
    std::sort(found.begin(), found.end());

    std::vector<Place> missed;
    std::set_difference(wanted.begin(), wanted.end(), found.begin(), found.end(), std::back_inserter(missed));
    for (const Place& place : missed) FAIL_CHECK("not caught: " << to_text(place));
    std::vector<Place> invented;
    std::set_difference(found.begin(), found.end(), wanted.begin(), wanted.end(), std::back_inserter(invented));
    for (const Place& place : invented) FAIL_CHECK("false alarm: " << to_text(place));
}

TEST_CASE("every rule has a planted violation") {
    std::set<std::string> rules;
    for (const Place& place : marked()) rules.insert(std::get<2>(place));
    const std::set<std::string> wanted = {"address-order", "clause",         "forbidden-call", "function-length",
                                          "hash-order",    "layering",       "marker",         "own-header",
                                          "pragma-once",   "system-include", "unlisted"};  // file-length: rules_test
    for (const std::string& rule : wanted) CHECK_MESSAGE(rules.contains(rule), rule);
}

TEST_CASE("a message names file, line, rule and what is wrong") {
    std::set<std::string> texts;
    for (const Finding& finding : verdict_of_planted().findings) texts.insert(trunkline::tidy::to_text(finding));
    CHECK(texts.contains("broker/core/layering.cpp:3: layering: broker/core may not include from broker/net"));
    CHECK(texts.contains(
        "broker/core/hash_order.hpp:13: hash-order: iterates over a hash map: sort, or keep the order of insertion"));
    CHECK(texts.contains(
        "broker/core/wall_clock.cpp:6: forbidden-call: ::now(: not here; the one place that asks is runtime/time"));
    CHECK(texts.contains(
        "broker/core/layering.cpp:12: system-include: <fstream> does input or output: not in broker/core"));
    CHECK(texts.contains("broker/core/forgotten.cpp:1: unlisted: not in broker/core/CMakeLists.txt"));
}
