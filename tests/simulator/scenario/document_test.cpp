#include "simulator/scenario/document.hpp"

#include <doctest/doctest.h>

#include "simulator/scenario/scenario_error.hpp"

using namespace trunkline::sim;
using namespace trunkline::sim::reading;

TEST_CASE("each value knows its line, also a number whose line ends right behind it") {
    const Node root = parse_document("{\n  \"a\": 1\n,\n\n  \"b\": [true,\n null,\n \"x\"\n],\n \"c\": {}\n}", "f");
    CHECK(root.line == 1);
    CHECK(root.find("a")->line == 2);
    CHECK(root.members[0].line == 2);
    CHECK(root.find("b")->line == 5);
    CHECK(root.find("b")->items[0].line == 5);
    CHECK(root.find("b")->items[1].line == 6);
    CHECK(root.find("b")->items[2].line == 7);
    CHECK(root.find("c")->line == 9);
}

TEST_CASE("comments are skipped, and counted as lines") {
    const Node root = parse_document("// one\n/* two\nthree */ {\"a\": // four\n 2}", "f");
    CHECK(root.line == 3);
    CHECK(root.find("a")->line == 4);
}

TEST_CASE("numbers keep their digits; whole ones their value") {
    const Node root = parse_document("[7, -7, 1.50, 1e3, 18446744073709551615]", "f");
    CHECK(root.items[0].natural == 7);
    CHECK(!root.items[1].natural.has_value());
    CHECK(root.items[1].number == -7.0);
    CHECK(root.items[2].text == "1.50");
    CHECK(root.items[3].number == 1000.0);
    CHECK(root.items[4].natural == 18446744073709551615U);
}

TEST_CASE("what is no JSON is refused with line and pointer") {
    CHECK_THROWS_WITH_AS(
        parse_document("{\n \"a\": [1,\n  }", "f"),
        "f:3: /a/1: JSON is wanted, got syntax error while parsing value - unexpected '}'; expected '[', "
        "'{', or a literal",
        ScenarioError);
    CHECK_THROWS_WITH_AS(parse_document("{\"a\": 1", "f"), "f:1: /a: JSON is wanted, got the end of the text",
                         ScenarioError);
    CHECK_THROWS_WITH_AS(parse_document("", "f"), "f:1: /: JSON is wanted, got the end of the text", ScenarioError);
    CHECK_THROWS_AS(parse_document("{} {}", "f"), ScenarioError);
    CHECK_THROWS_AS(parse_document("{\"a\": \"\xff\"}", "f"), ScenarioError);
}

TEST_CASE("a key stands once in its object") {
    CHECK_THROWS_WITH_AS(parse_document("{\"a/b\": 1,\n \"a/b\": 2}", "f"),
                         "f:2: /a~1b: this key stands twice in its object; one of them is wanted", ScenarioError);
}

TEST_CASE("at most 32 levels") {
    CHECK_NOTHROW(parse_document(std::string(32, '[') + std::string(32, ']'), "f"));
    CHECK_THROWS_AS(parse_document(std::string(33, '[') + std::string(33, ']'), "f"), ScenarioError);
    CHECK_THROWS_AS(parse_document(std::string(1'000'000, '['), "f"), ScenarioError);
}

TEST_CASE("a value of --set is JSON, or else a text") {
    CHECK(parse_value("0.3", "--set p=0.3").number == 0.3);
    CHECK(parse_value("5ms", "").text == "5ms");
    CHECK(parse_value("{\"p\": 1}", "o").find("p")->origin == "o");
}
