#include "runtime/store/database.hpp"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cassert>
#include <utility>

namespace trunkline::runtime {

namespace {

DatabaseError error_of(sqlite3* database, const std::string& path) {
    const int code = sqlite3_extended_errcode(database);
    const int basic = code & 0xff;
    if (basic == SQLITE_BUSY || basic == SQLITE_LOCKED) return {code, path + ": in use by another process"};
    if (basic == SQLITE_NOTADB) return {code, path + ": not a database"};
    return {code, path + ": " + sqlite3_errmsg(database)};
}

/// SQLite makes files that everybody may read; in this one lie messages of strangers. What is there already keeps its
/// permissions, and what is wrong with the path SQLite will say.
void make_private(const std::string& path) {
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (file >= 0) ::close(file);
}

}  // namespace

void Statement::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

// Binding can only fail for an index out of range (our own mistake) or for want of memory.
Statement& Statement::bind(int parameter, std::int64_t value) {
    [[maybe_unused]] const int code = sqlite3_bind_int64(statement_.get(), parameter, value);
    assert(code == SQLITE_OK);
    return *this;
}

Statement& Statement::bind(int parameter, std::string_view text) {
    const char* data = text.empty() ? "" : text.data();  // a null pointer would be NULL
    [[maybe_unused]] const int code =
        sqlite3_bind_text64(statement_.get(), parameter, data, text.size(), SQLITE_STATIC, SQLITE_UTF8);
    assert(code == SQLITE_OK);
    return *this;
}

Statement& Statement::bind(int parameter, ByteView blob) {
    const void* data = blob.empty() ? static_cast<const void*>("") : blob.data();
    [[maybe_unused]] const int code =
        sqlite3_bind_blob64(statement_.get(), parameter, data, blob.size(), SQLITE_STATIC);
    assert(code == SQLITE_OK);
    return *this;
}

Statement& Statement::bind_null(int parameter) {
    [[maybe_unused]] const int code = sqlite3_bind_null(statement_.get(), parameter);
    assert(code == SQLITE_OK);
    return *this;
}

DatabaseResult<bool> Statement::step() {
    const int code = sqlite3_step(statement_.get());
    if (code == SQLITE_ROW) return true;
    sqlite3* database = sqlite3_db_handle(statement_.get());
    if (code != SQLITE_DONE) {
        const char* path = sqlite3_db_filename(database, "main");
        const DatabaseError error = error_of(database, path == nullptr ? std::string() : path);
        reset();
        return Failure{error};
    }
    reset();
    return false;
}

DatabaseResult<void> Statement::run() {
    return for_each([] {});
}

void Statement::reset() {
    sqlite3_reset(statement_.get());  // repeats the error of the last step, which has been told
    sqlite3_clear_bindings(statement_.get());
}

std::int64_t Statement::number(int column) const { return sqlite3_column_int64(statement_.get(), column); }
std::string_view Statement::text(int column) const { return as_text(blob(column)); }
ByteView Statement::blob(int column) const {
    const void* data = sqlite3_column_blob(statement_.get(), column);
    const int size = sqlite3_column_bytes(statement_.get(), column);
    return {static_cast<const std::byte*>(data), static_cast<std::size_t>(size)};
}
bool Statement::is_null(int column) const { return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL; }

void Database::Close::operator()(sqlite3* database) const { sqlite3_close_v2(database); }

DatabaseResult<Database> Database::open(const DatabaseFile& file) {
    if (file.vfs.empty()) make_private(file.path);
    sqlite3* handle = nullptr;
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    const int code = sqlite3_open_v2(file.path.c_str(), &handle, flags, file.vfs.empty() ? nullptr : file.vfs.c_str());
    if (handle == nullptr) return Failure{DatabaseError{code, file.path + ": " + sqlite3_errstr(code)}};
    Database database(handle, file.path);
    if (code != SQLITE_OK) return Failure{database.error()};
    // The order matters: with EXCLUSIVE before its first access WAL needs no shared memory, and the file is ours alone.
    if (const auto done = database.execute("PRAGMA locking_mode=EXCLUSIVE"); !done) return Failure{done.error()};
    if (const auto done = database.identify(file); !done) return Failure{done.error()};
    if (const auto done = database.configure(file); !done) return Failure{done.error()};
    return database;
}

DatabaseResult<Database> Database::open(const DatabaseFile& file, std::span<const char* const> schemas) {
    DatabaseResult<Database> database = open(file);
    if (!database || !database->is_new()) return database;
    if (const auto done = database->begin(); !done) return Failure{done.error()};
    for (const char* schema : schemas) {
        if (const auto done = database->execute(schema); !done) return Failure{done.error()};
    }
    if (const auto done = database->commit(); !done) return Failure{done.error()};
    return database;
}

/// Asked for in the wrong order, or on a file system that cannot do it, WAL silently becomes another journal mode:
/// hence the look at the answer.
DatabaseResult<void> Database::configure(const DatabaseFile& file) {
    if (const auto done = execute("PRAGMA page_size=4096"); !done) return done;  // counts for a new file only
    {
        DatabaseResult<Statement> pragma = prepare("PRAGMA journal_mode=WAL");
        if (!pragma) return Failure{pragma.error()};
        const DatabaseResult<bool> row = pragma->step();
        if (!row) return Failure{row.error()};
        if (!*row || pragma->text(0) != "wal") {
            return Failure{DatabaseError{SQLITE_CANTOPEN, path_ + ": no write-ahead log on this file system"}};
        }
    }
    const char* synchronous = file.sync == Sync::full ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL";
    // wal_autocheckpoint: whoever commits while the log is copied back waits for all of it. Copied at 16 MB, that was
    // one acknowledgement of 70 under load; at 40 MB it is one of 200, and most pages are written once instead of
    // several times.
    for (const char* sql : {synchronous, "PRAGMA cache_size=-65536", "PRAGMA wal_autocheckpoint=10000",
                            "PRAGMA temp_store=MEMORY", "PRAGMA mmap_size=0"}) {
        if (const auto done = execute(sql); !done) return done;
    }
    if (!is_new_) return {};
    const std::string stamp = "PRAGMA application_id=" + std::to_string(file.application_id) +
                              "; PRAGMA user_version=" + std::to_string(file.format);
    return execute(stamp.c_str());
}

/// Refuses what another program or a newer version has written, before anything is changed.
DatabaseResult<void> Database::identify(const DatabaseFile& file) {
    const auto tables = number_of("SELECT count(*) FROM sqlite_schema");
    if (!tables) return Failure{tables.error()};
    is_new_ = *tables == 0;
    if (is_new_) return {};
    const auto application = number_of("PRAGMA application_id");
    if (!application) return Failure{application.error()};
    if (*application != file.application_id) {
        return Failure{DatabaseError{SQLITE_NOTADB, path_ + ": a database, but of another program"}};
    }
    const auto format = number_of("PRAGMA user_version");
    if (!format) return Failure{format.error()};
    if (*format > file.format) {
        return Failure{DatabaseError{SQLITE_NOTADB, path_ + ": written in format " + std::to_string(*format) +
                                                        " by a newer version; this one reads formats up to " +
                                                        std::to_string(file.format)}};
    }
    if (*format < file.oldest_format) {
        return Failure{DatabaseError{SQLITE_NOTADB, path_ + ": written in format " + std::to_string(*format) +
                                                        " by an older version; this one reads formats from " +
                                                        std::to_string(file.oldest_format)}};
    }
    return {};
}

DatabaseResult<std::int64_t> Database::number_of(std::string_view sql) {
    DatabaseResult<Statement> statement = prepare(sql);
    if (!statement) return Failure{statement.error()};
    const DatabaseResult<bool> row = statement->step();
    if (!row) return Failure{row.error()};
    return *row ? statement->number(0) : 0;
}

DatabaseResult<void> Database::execute(const char* sql) {
    if (sqlite3_exec(database_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) return Failure{error()};
    return {};
}

DatabaseResult<Statement> Database::prepare(std::string_view sql) {
    sqlite3_stmt* statement = nullptr;
    const int code = sqlite3_prepare_v3(database_.get(), sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    if (code != SQLITE_OK) return Failure{error()};
    return Statement(statement);
}

void Database::roll_back() {
    if (sqlite3_get_autocommit(database_.get()) != 0) return;
    // A rollback that fails leaves the transaction to the next BEGIN, which fails and says so.
    static_cast<void>(execute("ROLLBACK"));
}

std::vector<std::string> Database::integrity_findings() {
    std::vector<std::string> findings;
    DatabaseResult<Statement> check = prepare("PRAGMA integrity_check");
    if (!check) return {check.error().text};
    const auto done = check->for_each([&] {
        if (check->text(0) != "ok") findings.emplace_back(check->text(0));
    });
    if (!done) findings.push_back(done.error().text);
    return findings;
}

Statement Preparer::operator()(std::string_view sql) {
    if (failed_) return {};
    DatabaseResult<Statement> prepared = database_.prepare(sql);
    if (prepared) return *std::move(prepared);
    failed_ = prepared.error();
    return {};
}

DatabaseError Database::error() const { return error_of(database_.get(), path_); }

}  // namespace trunkline::runtime
