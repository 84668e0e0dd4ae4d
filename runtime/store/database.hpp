#pragma once
// SQLite as the stores use it: one connection that writes, WAL, errors as values.

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/bytes.hpp"
#include "protocol/base/result.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace trunkline::runtime {

/// What the database said. The text names the file.
struct DatabaseError {
    int code = 0;  // SQLite's extended result code
    std::string text;
};
template <typename T>
using DatabaseResult = Result<T, DatabaseError>;

/// What a commit waits for.
enum class Sync : std::uint8_t {
    full,    // the disk: survives power loss (synchronous=FULL)
    normal,  // the operating system: survives the end of the process (synchronous=NORMAL)
};

/// Where the file is, and who a program is to it.
struct DatabaseFile {
    std::string path;
    std::string vfs;  // name of a registered SQLite VFS; empty: the system's files
    Sync sync = Sync::full;
    std::int32_t application_id = 0;  // stands in the file's header: another program's file is refused
    std::int32_t format = 1;          // version of the tables: a file of a newer one is refused
    std::int32_t oldest_format = 1;   // that can still be read: a file of an older one is refused
};

/// A prepared statement. Bound texts and blobs must live until it has run; columns until its next step.
class Statement {
public:
    Statement() = default;  // none: only to be assigned to

    /// Parameters are counted from 1, as SQLite does.
    Statement& bind(int parameter, std::int64_t value);
    Statement& bind(int parameter, std::string_view text);
    Statement& bind(int parameter, ByteView blob);
    Statement& bind_null(int parameter);

    /// To the next row. False: there is none, and the statement is ready to be bound anew.
    DatabaseResult<bool> step();
    /// To the end, whatever it returns.
    DatabaseResult<void> run();
    /// Calls `visit` at each row, for its columns.
    template <typename Visit>
    DatabaseResult<void> for_each(Visit visit) {
        for (;;) {
            const DatabaseResult<bool> row = step();
            if (!row) return Failure{row.error()};
            if (!*row) return {};
            visit();
        }
    }
    /// Ready to be bound anew.
    void reset();

    /// Columns are counted from 0, as SQLite does.
    std::int64_t number(int column) const;
    std::string_view text(int column) const;
    ByteView blob(int column) const;
    bool is_null(int column) const;

private:
    friend class Database;
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const;
    };
    explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}
    std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

/// An open file. Locked for as long as it is open: no other process reads or writes it.
class Database {
public:
    /// Opens or creates. `is_new` of the result says that there are no tables yet.
    static DatabaseResult<Database> open(const DatabaseFile& file);
    /// The same, and a new file gets these tables, all or none.
    static DatabaseResult<Database> open(const DatabaseFile& file, std::span<const char* const> schemas);
    Database(Database&&) noexcept = default;

    bool is_new() const { return is_new_; }
    const std::string& path() const { return path_; }

    DatabaseResult<void> execute(const char* sql);
    /// The SQL is ours: that it does not compile is our own mistake or a damaged file.
    DatabaseResult<Statement> prepare(std::string_view sql);

    DatabaseResult<void> begin() { return execute("BEGIN IMMEDIATE"); }
    DatabaseResult<void> commit() { return execute("COMMIT"); }
    /// Harmless where SQLite has rolled back by itself.
    void roll_back();

    /// What is wrong with the file as SQLite sees it, one line each.
    std::vector<std::string> integrity_findings();

private:
    struct Close {
        void operator()(sqlite3* database) const;
    };
    Database(sqlite3* database, std::string path) : database_(database), path_(std::move(path)) {}
    DatabaseResult<void> configure(const DatabaseFile& file);
    DatabaseResult<void> identify(const DatabaseFile& file);
    DatabaseResult<std::int64_t> number_of(std::string_view sql);
    DatabaseError error() const;

    std::unique_ptr<sqlite3, Close> database_;
    std::string path_;
    bool is_new_ = false;
};

/// Prepares the statements of one table. The first failure sticks and is asked for once.
class Preparer {
public:
    explicit Preparer(Database& database) : database_(database) {}

    Statement operator()(std::string_view sql);
    const std::optional<DatabaseError>& failed() const { return failed_; }

private:
    Database& database_;
    std::optional<DatabaseError> failed_;
};

}  // namespace trunkline::runtime
