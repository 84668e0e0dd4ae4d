// The schema that editors read, held against the reader in both directions.

#include "simulator/scenario/scenario_schema.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "simulator/scenario/read_tree.hpp"
#include "simulator/scenario/scenario_file.hpp"
#include "tests/simulator/scenario/documented_examples.hpp"
#include "tests/simulator/scenario/json_schema.hpp"
#include "tests/simulator/scenario/small_scenario.hpp"

using namespace trunkline::sim;
using reading::Node;

namespace {

struct Example {
    std::string place;
    Node document;
    std::vector<reading::Asked> asked;  // by the reader
};

/// Every scenario that ships, and every example of docs/scenario.md; read once.
const std::vector<Example>& all_scenarios() {
    static const std::vector<Example> all = [] {
        std::vector<Example> read;
        for (const auto& file : shipped_scenarios()) read.push_back({file.string(), with_few_sensors(file), {}});
        for (const DocumentedExample& each : documented_examples())
            read.push_back({each.place, each.whole(each.written), {}});
        for (Example& each : read) reading::read_tree(each.document, each.place, {}, &each.asked);
        return read;
    }();
    return all;
}

bool reader_takes(const Node& document) {
    try {
        reading::read_tree(document, "f.json", {});
    } catch (const ScenarioError&) {
        return false;
    }
    return true;
}

std::string listed(const std::set<std::string>& names) {
    std::string text;
    for (const std::string& name : names) text += ' ' + name;
    return text;
}

/// Where schema and reader differ, and what of the schema no scenario meets, so that it was not compared.
std::vector<std::string> differences(std::string_view schema_text) {
    JsonSchema schema(schema_text);
    std::vector<std::string> found;
    for (const auto& [place_in_docs, document, asked] : all_scenarios()) {
        const SchemaPlaces places = schema.places(document);
        for (const reading::Asked& each : asked) {
            if (each.what == reading::Asked::For::file) continue;
            const bool are_keys = each.what == reading::Asked::For::keys;
            const auto& said = are_keys ? places.keys : places.words;
            const auto place = said.find(each.pointer);
            const std::set<std::string> in_schema = place == said.end() ? std::set<std::string>{} : place->second;
            const std::set<std::string> in_reader(each.names.begin(), each.names.end());
            if (in_schema == in_reader) continue;
            found.push_back(place_in_docs + ": " + each.pointer + ": " + (are_keys ? "keys" : "words") +
                            " of the reader:" + listed(in_reader) + "; of scenario.schema.json:" + listed(in_schema));
        }
    }
    for (const std::string& each : schema.never_met())
        found.push_back(each + "; an example in docs/scenario.md is to have it");
    return found;
}

Node json(std::string_view text) { return reading::parse_document(text, "value"); }

}  // namespace

TEST_CASE("the schema takes every scenario that ships") {
    const JsonSchema schema(scenario_schema());
    for (const auto& each : all_scenarios()) {
        CAPTURE(each.place);
        CHECK(schema.takes(each.document));
    }
    CHECK(schema.takes(json(small_scenario)));
}

TEST_CASE("schema and reader have the same keys and the same words at every place") {
    const std::vector<std::string> found = differences(scenario_schema());
    for (const std::string& each : found) CHECK_MESSAGE(found.empty(), each);
}

TEST_CASE("a key or a word that only one of schema and reader has is found") {
    const auto with_schema = [](std::string_view before, std::string_view after) {
        std::string text(scenario_schema());
        const std::size_t at = text.find(before);
        REQUIRE(at != std::string::npos);
        return differences(text.replace(at, before.size(), after));
    };
    CHECK(!with_schema(R"("drain": {)", R"("colour": {"const": 1}, "drain": {)").empty());
    CHECK(!with_schema(R"("amp": {"$ref": "#/$defs/positive"}, )", "").empty());
    CHECK(!with_schema(R"(["virtual", "real"])", R"(["virtual", "real", "fast"])").empty());
    CHECK(!with_schema(R"(["virtual", "real"])", R"(["virtual"])").empty());
    CHECK(!with_schema(R"({"const": "counter"})", R"({"const": "totalizer"})").empty());
}

TEST_CASE("the schema refuses a key that nobody knows, in every object") {
    const JsonSchema schema(scenario_schema());
    std::size_t objects = 0;
    for (DocumentedExample& example : documented_examples()) {
        Node& written = example.written;
        with_each(written, [&](Node& at) {
            // Of these, the user makes up the keys.
            const bool is_map =
                &at == written.find("vars") || &at == written.find("links") || &at == written.find("signals");
            if (at.kind != Node::Kind::object || is_map) return;
            ++objects;
            at.members.push_back({"colour", at.line, json("1")});
            CHECK_MESSAGE(!schema.takes(example.whole(written)), example.place << ", line " << at.line);
            at.members.pop_back();
        });
    }
    CHECK(objects > 50);
}

TEST_CASE("what the reader takes, the schema takes: keys left out, values of other kinds") {
    const JsonSchema schema(scenario_schema());
    const std::array<Node, 8> others = {json("null"), json("true"),   json("0"),  json("0.5"),
                                        json("-1"),   json("\"$p\""), json("[]"), json("{}")};
    std::size_t taken = 0;
    for (DocumentedExample& example : documented_examples()) {
        const auto compare = [&](int line) {
            const Node whole = example.whole(example.written);
            if (!reader_takes(whole)) return;
            ++taken;
            CHECK_MESSAGE(schema.takes(whole), example.place << ", line " << line << ": the reader takes it");
        };
        with_each(example.written, [&](Node& at) {
            for (std::size_t member = 0; member < at.members.size(); ++member) {
                const auto place = [&] { return at.members.begin() + static_cast<std::ptrdiff_t>(member); };
                const reading::Member left_out = at.members[member];
                at.members.erase(place());
                compare(left_out.line);
                at.members.insert(place(), left_out);
            }
            if (!at.items.empty() || !at.members.empty()) return;
            const Node written = at;
            for (const Node& other : others) {
                at = other;
                compare(written.line);
            }
            at = written;
        });
    }
    CHECK(taken > 100);
}

TEST_CASE("the schema refuses wrong units, and values out of their range") {
    const JsonSchema schema(scenario_schema());
    struct Row {
        std::string_view before;
        std::string_view after;
    };
    for (const Row& row :
         {Row{R"("run": "10m")", R"("run": "10min")"}, Row{R"("run": "10m")", R"("run": 600)"},
          Row{R"("run": "10m")", R"("run": "1.5h")"}, Row{R"("run": "10m")", R"("run": "30m1h")"},
          Row{R"("run": "10m")", R"("run": "")"}, Row{R"("p": "$p")", R"("p": 1.5)"},
          Row{R"("p": "$p")", R"("p": "a fifth")"},
          Row{R"("qos": 1,
)",
              R"("qos": 3,
)"},
          Row{R"("delay": "4ms")", R"("rate": "9600")"}, Row{R"("delay": "4ms")", R"("queue": "64kB")"},
          Row{R"("kind": "delivery")", R"("kind": "delivered")"}, Row{R"("at": "station:PS-*")", R"("at": "PS-*")"},
          Row{R"("name": "small")", R"("name": "../small")"}, Row{R"("mode": "virtual")", R"("mode": "fast")"}}) {
        CAPTURE(row.after);
        const std::string text = with(row.before, row.after);
        CHECK(!schema.takes(json(text)));
        CHECK(refusal(text) != "it is taken");
    }
}

TEST_CASE("a scenario may say where its schema is") {
    CHECK_NOTHROW(plan_of(with(R"("trunkline": 1)", R"("$schema": "scenario.schema.json", "trunkline": 1)")));
    CHECK(refusal(with(R"("trunkline": 1)", R"("$schema": 1, "trunkline": 1)")) ==
          R"(f.json:2: /$schema: a text is wanted, got 1)");
}
