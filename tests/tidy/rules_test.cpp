// The parts of the checker that the planted tree does not reach.

#include "tests/tidy/rules.hpp"

#include <doctest/doctest.h>

using namespace trunkline::tidy;

namespace {

Source with_lines(int lines) {
    std::string text;
    for (int line = 0; line < lines; ++line) text += "int x;\n";
    return Source("broker/core/long.cpp", text);
}

std::string texts_of(const Words& words) {
    std::string all;
    for (const Token& token : words.tokens) all += token.text + ' ';
    return all;
}

}  // namespace

TEST_CASE("a file of more than 600 lines fails, of more than 400 is remarked on") {
    struct Case {
        int lines;
        std::size_t findings;
        std::size_t remarks;
    };
    for (const Case& wanted : {Case{400, 0, 0}, Case{401, 0, 1}, Case{600, 0, 1}, Case{601, 1, 0}}) {
        Findings findings;
        Findings remarks;
        check_lengths(with_lines(wanted.lines), findings, remarks);
        CHECK(findings.size() == wanted.findings);
        CHECK(remarks.size() == wanted.remarks);
    }
}

TEST_CASE("lines are counted with and without an end of the last") {
    CHECK(cut("").lines == 0);
    CHECK(cut("a").lines == 1);
    CHECK(cut("a\n").lines == 1);
    CHECK(cut("a\nb").lines == 2);
}

TEST_CASE("cutting keeps code, comments and includes apart") {
    const Words words =
        cut("#include <span>  // why\n#include \"a/b.hpp\"\nint x = 1'000; /* c\nd */ char y = '\\'';\n");
    CHECK(texts_of(words) == "int x = 1'000 ; char y = \\' ; ");
    REQUIRE(words.includes.size() == 2);
    CHECK(words.includes[0].path == "span");
    CHECK(!words.includes[0].quoted);
    CHECK(words.includes[1].path == "a/b.hpp");
    CHECK(words.includes[1].line == 2);
    REQUIRE(words.comments.size() == 2);
    CHECK(words.comments[1].line == 3);
    CHECK(words.tokens.back().line == 4);
}

TEST_CASE("cutting survives strings that look like code") {
    CHECK(texts_of(cut("f(\"a\\\"b // c\", R\"x(d)\" e)x\");")) == "f ( a\\\"b // c , d)\" e ) ; ");
    CHECK(texts_of(cut("\"unclosed")).size() > 0);
    CHECK(texts_of(cut("a::b->c 1.5e-3f 0x1p-53")) == "a :: b -> c 1.5e-3f 0x1p-53 ");
}

TEST_CASE("the layering table: own folder, base, what the row names, never a program") {
    const Layers layers = Layers::parse(
        "# remark\n"
        "protocol/mqtt  pure\n"
        "broker/core    pure     protocol/*   # remark\n"
        "broker/main    real     broker/*\n"
        "broker/net     real     broker/* <sqlite3.h>\n");
    CHECK(layers.allows("broker/core", "broker/core"));
    CHECK(layers.allows("protocol/mqtt", "protocol/base"));
    CHECK(layers.allows("broker/core", "protocol/mqtt"));
    CHECK(!layers.allows("protocol/mqtt", "broker/core"));
    CHECK(!layers.allows("broker/core", "broker/net"));
    CHECK(layers.allows("broker/main", "broker/net"));
    CHECK(!layers.allows("broker/net", "broker/main"));
    CHECK(!layers.allows("elsewhere", "protocol/mqtt"));
    CHECK(layers.find("broker/net")->libraries == std::vector<std::string>{"sqlite3.h"});
    CHECK(layers.roots() == std::vector<std::string>{"broker", "protocol"});
}

TEST_CASE("a broken layering table is refused with its line") {
    CHECK_THROWS_WITH(Layers::parse("a/b pure\na/c hard\n"),
                      "layers.txt:2: pure, virtual, real or clock is wanted, got hard");
    CHECK_THROWS_WITH(Layers::parse("a/b pure\na/b real\n"), "layers.txt:2: a second row of a/b");
}
