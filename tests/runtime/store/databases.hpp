#pragma once
// Databases in a few words, for tests in which opening and reading are not the question.

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <utility>

#include "runtime/store/database.hpp"

namespace trunkline::runtime {

inline Database opened(const DatabaseFile& file) {
    DatabaseResult<Database> database = Database::open(file);
    REQUIRE(database.has_value());
    return *std::move(database);
}

/// The first column of the only row.
inline std::string value_of(Database& database, std::string_view sql) {
    DatabaseResult<Statement> statement = database.prepare(sql);
    REQUIRE(statement.has_value());
    const DatabaseResult<bool> row = statement->step();
    REQUIRE(row.has_value());
    REQUIRE(*row);
    return std::string(statement->text(0));
}

}  // namespace trunkline::runtime
