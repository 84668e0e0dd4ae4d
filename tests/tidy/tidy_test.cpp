// The tree that this was built from, against all rules.

#include <doctest/doctest.h>

#include "tests/tidy/tree.hpp"

using namespace trunkline::tidy;

namespace {

const std::filesystem::path source_root = TRUNKLINE_SOURCE_DIR;

}  // namespace

TEST_CASE("the tree obeys layering, determinism, lengths and clause tags") {
    const Layers layers = Layers::parse(read_text(source_root / "tests/tidy/layers.txt"));
    const Clauses clauses{parse_clauses(read_text(source_root / "tests/tidy/statements-5.0.tsv")),
                          parse_clauses(read_text(source_root / "tests/tidy/statements-3.1.1.tsv"))};
    const Verdict verdict = check_tree(source_root, layers, clauses);
    CHECK(verdict.files > 20);
    for (const Finding& remark : verdict.remarks) MESSAGE(to_text(remark));
    for (const Finding& finding : verdict.findings) FAIL_CHECK(to_text(finding));
}

TEST_CASE("the lists of statements are complete") {
    CHECK(parse_clauses(read_text(source_root / "tests/tidy/statements-5.0.tsv")).size() == 251);
    CHECK(parse_clauses(read_text(source_root / "tests/tidy/statements-3.1.1.tsv")).size() == 141);
}
