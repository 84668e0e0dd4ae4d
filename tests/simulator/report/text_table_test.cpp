#include "simulator/report/text_table.hpp"

#include <doctest/doctest.h>

using namespace trunkline::sim;

TEST_CASE("left columns are flush left, the others right, with no space at the end of a line") {
    TextTable table(1);
    table.row({"name", "count"});
    table.row({"a", "1,234"});
    table.row({"long one", ""});
    CHECK(table.text("  ") == "  name      count\n  a         1,234\n  long one\n");
}

TEST_CASE("columns are counted in code points") {
    CHECK(columns_of("–µ1") == 3);
    TextTable table(0);
    table.row({"–"});
    table.row({"10"});
    CHECK(table.text("") == " –\n10\n");
}
