#include "broker/store/sqlite_store.hpp"

#include <cstdint>
#include <span>
#include <type_traits>
#include <utility>
#include <variant>

#include "broker/store/references.hpp"
#include "broker/store/rows.hpp"

namespace trunkline::broker {

using runtime::Database;
using runtime::DatabaseError;
using runtime::DatabaseResult;

namespace {

constexpr std::int32_t application_id = 0x54726b42;  // "TrkB"
constexpr std::int32_t format = 3;                   // FORMAT.md

Failure<StoreError> failure(const DatabaseError& error) { return Failure{StoreError{error.code, error.text}}; }

}  // namespace

SqliteStore::SqliteStore(Database database)
    : database_(std::move(database)),
      prepare_(database_),
      sessions_(prepare_),
      entries_(prepare_),
      retained_(prepare_),
      wills_(prepare_) {}

Result<std::unique_ptr<SqliteStore>, StoreError> SqliteStore::open(const std::string& path, runtime::Sync sync,
                                                                   const std::string& vfs) {
    const char* const schemas[] = {SessionTable::schema, EntryTable::schema, RetainedTable::schema, WillTable::schema};
    DatabaseResult<Database> database = Database::open({path, vfs, sync, application_id, format, format}, schemas);
    if (!database) return failure(database.error());
    std::unique_ptr<SqliteStore> store(new SqliteStore(*std::move(database)));
    if (store->prepare_.failed()) return failure(*store->prepare_.failed());
    return store;
}

Result<void, StoreError> SqliteStore::apply(const StoreBatch& batch) {
    if (const auto done = enter(batch); !done) {
        database_.roll_back();
        entries_.rolled_back();
        return failure(done.error());
    }
    entries_.committed();
    return {};
}

DatabaseResult<void> SqliteStore::enter(const StoreBatch& batch) {
    if (const auto begun = database_.begin(); !begun) return begun;
    const std::span<const StoreOperation> operations(batch.operations);
    for (std::size_t index = 0; index < operations.size(); ++index) {
        const auto enter_one = [&](const auto& operation) -> DatabaseResult<void> {
            using Operation = std::decay_t<decltype(operation)>;
            if constexpr (std::is_same_v<Operation, Struck>) {
                return {};
            } else if constexpr (std::is_same_v<Operation, PutEntry>) {
                return entries_.enter(operation, operations.subspan(index));
            } else if constexpr (std::is_same_v<Operation, DropEntry> || std::is_same_v<Operation, ReleaseEntry> ||
                                 std::is_same_v<Operation, DeepenEntry> || std::is_same_v<Operation, DropDeepEntries>) {
                return entries_.enter(operation);
            } else if constexpr (std::is_same_v<Operation, PutRetained> || std::is_same_v<Operation, DropRetained>) {
                return retained_.enter(operation);
            } else if constexpr (std::is_same_v<Operation, PutWill> || std::is_same_v<Operation, DropWill>) {
                return wills_.enter(operation);
            } else {
                return sessions_.enter(operation);
            }
        };
        if (const auto done = std::visit(enter_one, operations[index]); !done) return done;
    }
    if (const auto done = entries_.drop_unused(); !done) return done;
    return database_.commit();
}

Result<void, StoreError> SqliteStore::load(Visitor& visitor, const WallClock& clock) {
    clock_ = clock;
    Rows rows(visitor, clock);
    if (const auto done = load_tables(rows); !done) return failure(done.error());
    if (rows.damages().found().empty()) return {};
    return Failure{StoreError{0, database_.path() + ": " + rows.damages().summary()}};
}

Result<FetchedPart, StoreError> SqliteStore::fetch(const Fetch& wanted) {
    DatabaseResult<FetchedPart> part = entries_.fetch(wanted, clock_);
    if (!part) return failure(part.error());
    for (std::string& damage : part->damages) damage.insert(0, database_.path() + ": ");
    return *std::move(part);
}

DatabaseResult<void> SqliteStore::load_tables(Rows& rows) {
    if (const auto done = sessions_.load(rows); !done) return done;
    if (const auto done = entries_.load(rows); !done) return done;
    if (const auto done = retained_.load(rows); !done) return done;
    return wills_.load(rows);
}

std::vector<std::string> SqliteStore::verify() {
    struct Ignore : Visitor {
        void record(StoreRecord) override {}
    };
    Ignore ignore;
    const WallClock clock;
    Rows rows(ignore, clock);
    std::vector<std::string> findings = database_.integrity_findings();
    for (const auto& done : {sessions_.load(rows), entries_.load(rows), retained_.load(rows), wills_.load(rows)}) {
        if (!done) findings.push_back(done.error().text);
    }
    findings.insert(findings.end(), rows.damages().found().begin(), rows.damages().found().end());
    const std::vector<std::string> dangling = dangling_references(database_);
    findings.insert(findings.end(), dangling.begin(), dangling.end());
    return findings;
}

std::vector<std::pair<std::string_view, std::int64_t>> SqliteStore::row_counts() {
    return broker::row_counts(database_);
}

}  // namespace trunkline::broker
