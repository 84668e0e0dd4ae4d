#include "runtime/store/database.hpp"

#include <filesystem>
#include <fstream>

#include <doctest/doctest.h>

#include "tests/runtime/store/databases.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace trunkline;
using namespace trunkline::runtime;

namespace {

DatabaseFile file_in(const test::TemporaryFolder& folder, Sync sync = Sync::full) {
    return {folder.file("store.db"), {}, sync, 4711, 3};
}

}  // namespace

TEST_CASE("a new file is locked, logged ahead and flushed as the durability says") {
    for (const Sync sync : {Sync::full, Sync::normal}) {
        const test::TemporaryFolder folder;
        Database database = opened(file_in(folder, sync));
        CHECK(database.is_new());
        CHECK(value_of(database, "PRAGMA locking_mode") == "exclusive");
        CHECK(value_of(database, "PRAGMA journal_mode") == "wal");
        CHECK(value_of(database, "PRAGMA synchronous") == (sync == Sync::full ? "2" : "1"));
        CHECK(value_of(database, "PRAGMA page_size") == "4096");
        CHECK(value_of(database, "PRAGMA application_id") == "4711");
        CHECK(value_of(database, "PRAGMA user_version") == "3");
        REQUIRE(database.execute("CREATE TABLE t(x)").has_value());
        CHECK_FALSE(std::filesystem::exists(database.path() + "-shm"));
    }
}

TEST_CASE("CVE-2017-9868: a new file and its log are nobody else's to read") {
    const test::TemporaryFolder folder;
    Database database = opened(file_in(folder));
    REQUIRE(database.execute("CREATE TABLE t(x)").has_value());
    for (const char* end : {"", "-wal"}) {
        const std::filesystem::perms found = std::filesystem::status(database.path() + end).permissions();
        CHECK(found == (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
    }
}

TEST_CASE("what was committed is there after reopening, what was rolled back is not") {
    const test::TemporaryFolder folder;
    {
        Database database = opened(file_in(folder));
        REQUIRE(database.execute("CREATE TABLE t(n INTEGER, t TEXT, b BLOB)").has_value());
        DatabaseResult<Statement> put = database.prepare("INSERT INTO t VALUES(?,?,?)");
        REQUIRE(put.has_value());
        REQUIRE(database.begin().has_value());
        REQUIRE(
            put->bind(1, std::int64_t{-5}).bind(2, std::string_view()).bind(3, as_byte_view("blob")).run().has_value());
        REQUIRE(database.commit().has_value());
        REQUIRE(database.begin().has_value());
        REQUIRE(put->bind(1, std::int64_t{6}).bind(2, "gone").bind_null(3).run().has_value());
        database.roll_back();
        database.roll_back();  // harmless
    }
    Database database = opened(file_in(folder));
    CHECK_FALSE(database.is_new());
    DatabaseResult<Statement> all = database.prepare("SELECT n,t,b FROM t");
    REQUIRE(all.has_value());
    REQUIRE(*all->step());
    CHECK(all->number(0) == -5);
    CHECK_FALSE(all->is_null(1));
    CHECK(all->text(1).empty());
    CHECK(as_text(all->blob(2)) == "blob");
    CHECK_FALSE(*all->step());
}

TEST_CASE("a file that is open cannot be opened a second time, and the error says so") {
    const test::TemporaryFolder folder;
    Database first = opened(file_in(folder));
    REQUIRE(first.execute("CREATE TABLE t(x)").has_value());
    const DatabaseResult<Database> second = Database::open(file_in(folder));
    REQUIRE_FALSE(second.has_value());
    CHECK(second.error().text == first.path() + ": in use by another process");
}

TEST_CASE("a file that is no database is refused and left alone") {
    const test::TemporaryFolder folder;
    const std::string path = folder.file("store.db");
    const std::string content(9000, 'x');
    std::ofstream(path) << content;
    const DatabaseResult<Database> database = Database::open(file_in(folder));
    REQUIRE_FALSE(database.has_value());
    CHECK(database.error().text == path + ": not a database");
    CHECK(std::filesystem::file_size(path) == content.size());
}

TEST_CASE("another program's database is refused before anything in it changes") {
    const test::TemporaryFolder folder;
    DatabaseFile other = file_in(folder);
    other.application_id = 1;
    {
        Database database = opened(other);
        REQUIRE(database.execute("CREATE TABLE t(x)").has_value());
        REQUIRE(database.execute("PRAGMA journal_mode=DELETE").has_value());
    }
    const DatabaseResult<Database> database = Database::open(file_in(folder));
    REQUIRE_FALSE(database.has_value());
    CHECK(database.error().text == other.path + ": a database, but of another program");
    CHECK_FALSE(std::filesystem::exists(other.path + "-wal"));
}

TEST_CASE("a file of a newer format is refused, and one older than can still be read") {
    const test::TemporaryFolder folder;
    { REQUIRE(opened(file_in(folder)).execute("CREATE TABLE t(x)").has_value()); }
    DatabaseFile reader = file_in(folder);
    reader.format = 2;
    const DatabaseResult<Database> database = Database::open(reader);
    REQUIRE_FALSE(database.has_value());
    CHECK(database.error().text.find("written in format 3 by a newer version; this one reads formats up to 2") !=
          std::string::npos);
    reader.format = 4;
    CHECK(Database::open(reader).has_value());
    reader.oldest_format = 3;
    CHECK(Database::open(reader).has_value());
    reader.oldest_format = 4;
    const DatabaseResult<Database> older = Database::open(reader);
    REQUIRE_FALSE(older.has_value());
    CHECK(older.error().text.find("written in format 3 by an older version; this one reads formats from 4") !=
          std::string::npos);
}

TEST_CASE("a folder that does not exist is an error that names the file") {
    const test::TemporaryFolder folder;
    DatabaseFile file = file_in(folder);
    file.path = folder.file("nowhere/store.db");
    const DatabaseResult<Database> database = Database::open(file);
    REQUIRE_FALSE(database.has_value());
    CHECK(database.error().text.find(file.path) == 0);
}

TEST_CASE("statements of a table are prepared until one fails, and the failure is kept") {
    const test::TemporaryFolder folder;
    Database database = opened(file_in(folder));
    Preparer prepare(database);
    prepare("SELECT 1");
    CHECK_FALSE(prepare.failed());
    prepare("SELECT nonsense");
    prepare("SELECT 2");
    REQUIRE(prepare.failed());
    CHECK(prepare.failed()->text.find("nonsense") != std::string::npos);
}

TEST_CASE("a new file gets its tables, all or none") {
    const test::TemporaryFolder folder;
    const char* const broken[] = {"CREATE TABLE a(x)", "CREATE nonsense"};
    CHECK_FALSE(Database::open(file_in(folder), broken).has_value());
    const char* const good[] = {"CREATE TABLE a(x)", "CREATE TABLE b(x)"};
    for (const bool is_new : {true, false}) {
        DatabaseResult<Database> database = Database::open(file_in(folder), good);
        REQUIRE(database.has_value());
        CHECK(database->is_new() == is_new);
        CHECK(value_of(*database, "SELECT count(*) FROM sqlite_schema") == "2");
        CHECK(database->integrity_findings().empty());
    }
}

TEST_CASE("each row of a statement is visited, and a failure is told") {
    const test::TemporaryFolder folder;
    Database database = opened(file_in(folder));
    DatabaseResult<Statement> rows = database.prepare("SELECT column1 FROM (VALUES(1),(2),(3))");
    REQUIRE(rows.has_value());
    std::int64_t sum = 0;
    CHECK(rows->for_each([&] { sum += rows->number(0); }).has_value());
    CHECK(sum == 6);
    DatabaseResult<Statement> failing = database.prepare("SELECT abs(column1) FROM (VALUES(1),(-9223372036854775808))");
    REQUIRE(failing.has_value());
    int visited = 0;
    CHECK_FALSE(failing->for_each([&] { ++visited; }).has_value());
    CHECK(visited == 1);
}
