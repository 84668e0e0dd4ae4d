#include "protocol/access/name_patterns.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace trunkline;

namespace {

NamePatterns list_of(std::string_view text) {
    auto list = NamePatterns::parse(text);
    REQUIRE(list);
    return *std::move(list);
}

}  // namespace

TEST_CASE("name patterns: * stands for any characters, ? for one, and everything else for itself") {
    struct Row {
        const char* pattern;
        const char* name;
        bool matches;
    };
    for (const Row& row :
         {Row{"ps-117", "ps-117", true}, Row{"ps-117", "ps-11", false}, Row{"ps-117", "ps-1170", false},
          Row{"ps-*", "ps-", true}, Row{"ps-*", "ps-117", true}, Row{"ps-*", "xps-117", false},
          Row{"*-117", "ps-117", true}, Row{"*-117", "ps-117-117", true}, Row{"*-117", "ps-1178", false},
          Row{"p?-*", "ps-1", true}, Row{"p?-*", "p-1", false}, Row{"*", "", true}, Row{"?", "", false},
          Row{"a*b*c", "aXbYc", true}, Row{"a*b*c", "aXcYb", false}, Row{"**", "any", true}, Row{"a.c", "abc", false},
          Row{"+", "anything", false}}) {
        CHECK_MESSAGE(list_of(row.pattern).match(row.name) == row.matches, row.pattern, " and ", row.name);
    }
}

TEST_CASE("name patterns: any line will do; comments and empty lines are none") {
    CHECK(list_of("\xef\xbb\xbfps-1\nps-2\n").match("ps-1"));  // the mark of an editor is no part of a name
    const NamePatterns list = list_of("# the east\nps-2\n\nvalve-*\r\n  ps-1\n");
    CHECK(list.size() == 3);
    CHECK(list.match("ps-1"));
    CHECK(list.match("ps-2"));
    CHECK(list.match("valve-9"));
    CHECK_FALSE(list.match("# the east"));
    CHECK_FALSE(list.match(""));
    CHECK_FALSE(list_of("").match("ps-1"));
}

TEST_CASE("name patterns: a line that can be no client identifier is named") {
    const auto list = NamePatterns::parse("ps-1\nps-\xff\n");
    REQUIRE_FALSE(list);
    CHECK(list.error().line == 2);
}

TEST_CASE("name patterns: a pattern of many wildcards takes no exponential time") {
    std::string pattern;
    for (int star = 0; star < 50; ++star) pattern += "*a";
    CHECK_FALSE(list_of(pattern + "b").match(std::string(200, 'a')));
}
