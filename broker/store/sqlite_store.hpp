#pragma once
// The store on disk: SQLite tables as FORMAT.md beside this file has them.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "broker/core/store_batch.hpp"
#include "broker/store/entry_table.hpp"
#include "broker/store/retained_table.hpp"
#include "broker/store/session_table.hpp"
#include "broker/store/will_table.hpp"
#include "runtime/store/database.hpp"

namespace trunkline::broker {

/// One batch is one transaction. Not before load() has returned may apply() be called.
class SqliteStore : public Store {
public:
    /// Opens or creates the file. `vfs`: name of a registered SQLite VFS; empty: the system's files.
    static Result<std::unique_ptr<SqliteStore>, StoreError> open(const std::string& path, runtime::Sync sync,
                                                                 const std::string& vfs = {});

    Result<void, StoreError> apply(const StoreBatch& batch) override;
    /// A row whose checksum is wrong, or that fits nothing, ends it with an error that names table and row.
    Result<void, StoreError> load(Visitor& visitor, const WallClock& clock) override;
    Result<FetchedPart, StoreError> fetch(const Fetch& wanted) override;
    /// Everything that is wrong with the file, one line each: SQLite's own check, checksums, references.
    std::vector<std::string> verify();
    /// Rows of each table, in the order of FORMAT.md.
    std::vector<std::pair<std::string_view, std::int64_t>> row_counts();

private:
    explicit SqliteStore(runtime::Database database);
    runtime::DatabaseResult<void> enter(const StoreBatch& batch);
    runtime::DatabaseResult<void> load_tables(Rows& rows);

    runtime::Database database_;
    runtime::Preparer prepare_;
    SessionTable sessions_;
    EntryTable entries_;
    RetainedTable retained_;
    WillTable wills_;
    WallClock clock_;  // of the core that has loaded
};

}  // namespace trunkline::broker
