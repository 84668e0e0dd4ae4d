#pragma once
// The engines that a program's store has, for suites that hold every one of them to the same.

#include <doctest/doctest.h>

#include <memory>

#include "runtime/store/database.hpp"
#include "tests/support/temporary_folder.hpp"

namespace trunkline::test {

/// An engine with a life of its own: reopen() is the end of one process and the start of the next.
template <typename Ledger>
class LedgerEngine {
public:
    Ledger& store() { return ledger_; }
    void reopen() {}

private:
    Ledger ledger_;
};

/// The same on disk. `read` runs at each opening, before anything else happens to the store.
template <typename SqliteStore, auto read>
class SqliteEngine {
public:
    SqliteEngine() { reopen(); }
    SqliteStore& store() { return *store_; }
    void reopen() {
        store_.reset();
        auto opened = SqliteStore::open(folder_.file("store.sqlite"), runtime::Sync::normal);
        REQUIRE(opened.has_value());
        store_ = *std::move(opened);
        REQUIRE(read(*store_).has_value());
    }

private:
    TemporaryFolder folder_;
    std::unique_ptr<SqliteStore> store_;
};

}  // namespace trunkline::test
