#include "protocol/access/filter_algebra.hpp"

#include <doctest/doctest.h>

using namespace trunkline;

TEST_CASE("two patterns overlap if some topic matches both") {
    struct Row {
        const char* a;
        const char* b;
        bool overlap;
    };
    for (const Row& row :
         {Row{"a", "a", true}, Row{"a", "b", false}, Row{"a/b", "a", false}, Row{"a/+", "+/b", true},
          Row{"a/+", "b/+", false}, Row{"a/#", "a", true}, Row{"a/#", "a/b/c", true}, Row{"a/b/#", "a/+", true},
          Row{"a/b/c", "a/+", false}, Row{"#", "a/b", true}, Row{"#", "$SYS/x", false}, Row{"+/x", "$SYS/x", false},
          Row{"$SYS/#", "$SYS/+", true}, Row{"a//b", "a/+/b", true}, Row{"a/", "a", false}}) {
        CHECK_MESSAGE(patterns_overlap(row.a, row.b) == row.overlap, row.a, " and ", row.b);
        CHECK_MESSAGE(patterns_overlap(row.b, row.a) == row.overlap, row.b, " and ", row.a);
    }
}

TEST_CASE("a pattern covers another if it matches all that the other one matches") {
    struct Row {
        const char* wide;
        const char* narrow;
        bool covers;
    };
    for (const Row& row : {Row{"a", "a", true}, Row{"#", "a/+/#", true}, Row{"#", "#", true}, Row{"#", "$SYS/x", false},
                           Row{"+", "#", false}, Row{"a/#", "a", true}, Row{"a/#", "a/+", true},
                           Row{"a/+", "a/#", false}, Row{"a/+", "a/b", true}, Row{"a/b", "a/+", false},
                           Row{"a/+/c", "a/b", false}, Row{"a/b", "a/b/c", false}, Row{"+/+", "+/b", true}}) {
        CHECK_MESSAGE(pattern_covers(row.wide, row.narrow) == row.covers, row.wide, " covers ", row.narrow);
    }
}
