#include "broker/store/references.hpp"

#include <array>

#include "runtime/store/rows.hpp"

namespace trunkline::broker {

using runtime::DatabaseResult;
using runtime::Statement;

namespace {

struct Reference {
    std::string_view table;
    std::string_view dangling;  // a query for the rows, one number each
    std::string_view what;
};

// A will's session may be missing: one that ends with its connection is in no table. That an entry's message is there
// is checked where entries are read.
constexpr std::array<Reference, 6> references{{
    {"subscription", "SELECT session FROM subscription WHERE session NOT IN (SELECT id FROM session)",
     "its session is missing"},
    {"inbound", "SELECT session FROM inbound WHERE session NOT IN (SELECT id FROM session)", "its session is missing"},
    {"entry", "SELECT arrival FROM entry WHERE session NOT IN (SELECT id FROM session)", "its session is missing"},
    {"entry", "SELECT arrival FROM entry WHERE deep NOT IN (0,1)", "it neither is deep nor is not"},
    {"released", "SELECT arrival FROM released WHERE arrival NOT IN (SELECT arrival FROM entry)",
     "its entry is missing"},
    {"message", "SELECT number FROM message WHERE number NOT IN (SELECT message FROM entry WHERE message NOT NULL)",
     "no entry names it"},
}};

constexpr std::array<std::string_view, 8> tables{"session",  "subscription", "inbound",  "entry",
                                                 "released", "message",      "retained", "will"};

}  // namespace

std::vector<std::string> dangling_references(runtime::Database& database) {
    std::vector<std::string> findings;
    for (const Reference& reference : references) {
        DatabaseResult<Statement> rows = database.prepare(reference.dangling);
        if (!rows) {
            findings.push_back(rows.error().text);
            continue;
        }
        const auto done = rows->for_each(
            [&] { findings.push_back(runtime::Damages::line(reference.table, rows->number(0), reference.what)); });
        if (!done) findings.push_back(done.error().text);
    }
    return findings;
}

std::vector<std::pair<std::string_view, std::int64_t>> row_counts(runtime::Database& database) {
    std::vector<std::pair<std::string_view, std::int64_t>> counts;
    for (const std::string_view table : tables) {
        DatabaseResult<Statement> count = database.prepare("SELECT count(*) FROM " + std::string(table));
        if (!count) continue;  // the integrity check has said why
        const DatabaseResult<bool> row = count->step();
        if (row && *row) counts.emplace_back(table, count->number(0));
    }
    return counts;
}

}  // namespace trunkline::broker
