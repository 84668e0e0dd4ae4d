#include "runtime/store/disk_vfs.hpp"

#include <sqlite3.h>

#include <array>
#include <optional>
#include <set>

#include <doctest/doctest.h>

#include "tests/runtime/store/databases.hpp"

using namespace trunkline;
using namespace trunkline::runtime;

namespace {

DatabaseFile file_on(const DiskVfs& vfs, Sync sync = Sync::full) { return {"store.db", vfs.name(), sync, 4711, 3}; }

/// Rows of two pages each, one transaction each, until the disk stops or `count` are there. Returns how many commits
/// were reported as done.
int insert_rows(Database& database, int count) {
    if (!database.execute("CREATE TABLE IF NOT EXISTS t(n INTEGER PRIMARY KEY, filler TEXT)")) return 0;
    for (int row = 1; row <= count; ++row) {
        const std::string sql = "INSERT INTO t VALUES(" + std::to_string(row) + ", printf('%.*c', 9000, 'x'))";
        if (!database.execute(sql.c_str())) return row - 1;
    }
    return count;
}

/// How many rows there are; they must be the first ones, in a database without faults. Nothing: not even the table.
int rows_after(const DiskVfs& vfs) {
    Database database = opened(file_on(vfs));
    CHECK(value_of(database, "PRAGMA integrity_check") == "ok");
    if (value_of(database, "SELECT count(*) FROM sqlite_schema") == "0") return 0;
    const int rows = std::stoi(value_of(database, "SELECT count(*) FROM t"));
    CHECK(std::stoi(value_of(database, "SELECT coalesce(max(n), 0) FROM t")) == rows);
    return rows;
}

constexpr int all_rows = 12;

/// One life of a process that ends at a change of the disk. Returns how many commits were reported as done; nothing: it
/// has come to its end.
struct Life {
    int committed = 0;
    bool is_complete = false;
};
Life live(VirtualDisk& disk, DiskVfs& vfs, Sync sync, const char* pragma) {
    Life life;
    if (auto database = Database::open(file_on(vfs, sync))) {
        if (pragma != nullptr) REQUIRE(database->execute(pragma).has_value());
        // Checkpoints in between, so that the main file is written as well.
        static_cast<void>(database->execute("PRAGMA wal_autocheckpoint=10"));
        life.committed = insert_rows(*database, all_rows);
    }
    life.is_complete = !disk.is_stopped();
    return life;
}

/// Lets power fail at each change of such a life in turn. Returns how many lives lost a commit that was reported done.
int lives_with_losses(Sync sync, const char* pragma, std::uint64_t seeds) {
    int losses = 0;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        for (std::uint64_t change = 1;; ++change) {
            CAPTURE(seed);
            CAPTURE(change);
            VirtualDisk disk;
            DiskVfs vfs(disk);
            disk.stop_at(change);
            const Life life = live(disk, vfs, sync, pragma);
            if (life.is_complete) break;
            disk.crash(seed * 1'000'003 + change);
            const int rows = rows_after(vfs);
            CHECK(rows <= life.committed + 1);  // the one that was being committed may be there
            if (rows < life.committed) ++losses;
        }
    }
    return losses;
}

}  // namespace

TEST_CASE("SQLite over a virtual disk behaves as over files") {
    VirtualDisk disk;
    const DiskVfs vfs(disk);
    {
        Database database = opened(file_on(vfs));
        CHECK(database.is_new());
        CHECK(value_of(database, "PRAGMA journal_mode") == "wal");
        CHECK(insert_rows(database, 50) == 50);
        CHECK(disk.exists("store.db-wal"));
        REQUIRE(database.execute("DELETE FROM t WHERE n % 2 = 0").has_value());
        REQUIRE(database.begin().has_value());
        REQUIRE(database.execute("DELETE FROM t").has_value());
        database.roll_back();
        REQUIRE(database.execute("VACUUM").has_value());
        CHECK(Database::open(file_on(vfs)).error().text == "store.db: in use by another process");
    }
    CHECK_FALSE(disk.exists("store.db-wal"));  // an orderly end leaves one file
    Database database = opened(file_on(vfs));
    CHECK_FALSE(database.is_new());
    CHECK(value_of(database, "PRAGMA integrity_check") == "ok");
    CHECK(value_of(database, "SELECT count(*) FROM t") == "25");
    CHECK(value_of(database, "SELECT sum(n) FROM t") == "625");
}

TEST_CASE("a rollback journal works as well, and two connections see each other's locks") {
    VirtualDisk disk;
    const DiskVfs vfs(disk);
    std::array<sqlite3*, 2> databases{};
    for (sqlite3*& database : databases) {
        const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
        REQUIRE(sqlite3_open_v2("plain.db", &database, flags, vfs.name().c_str()) == SQLITE_OK);
    }
    const auto run = [&](int which, const char* sql) {
        return sqlite3_exec(databases[static_cast<std::size_t>(which)], sql, nullptr, nullptr, nullptr);
    };
    CHECK(run(0, "CREATE TABLE t(x); INSERT INTO t VALUES(1)") == SQLITE_OK);
    CHECK(run(0, "BEGIN IMMEDIATE; INSERT INTO t VALUES(2)") == SQLITE_OK);
    CHECK(run(1, "SELECT * FROM t") == SQLITE_OK);
    CHECK(run(1, "INSERT INTO t VALUES(3)") == SQLITE_BUSY);
    CHECK(run(0, "COMMIT") == SQLITE_OK);
    CHECK(run(1, "INSERT INTO t VALUES(3)") == SQLITE_OK);
    CHECK(run(1, "PRAGMA journal_mode=WAL") == SQLITE_OK);  // refused without shared memory: the answer says "delete"
    for (sqlite3* database : databases) CHECK(sqlite3_close(database) == SQLITE_OK);
    CHECK_FALSE(disk.exists("plain.db-journal"));
    CHECK_FALSE(disk.exists("plain.db-wal"));
}

TEST_CASE("time and randomness are the given ones") {
    VirtualDisk disk;
    DiskVfs vfs(disk, 5, WallTime(std::chrono::seconds(1'700'000'000)));
    Database database = opened(file_on(vfs));
    CHECK(value_of(database, "SELECT datetime('now')") == "2023-11-14 22:13:20");
    vfs.set_time(WallTime(std::chrono::seconds(1'700'000'001)));
    CHECK(value_of(database, "SELECT datetime('now')") == "2023-11-14 22:13:21");
    const auto draw = [](const DiskVfs& from) {
        sqlite3_vfs* found = sqlite3_vfs_find(from.name().c_str());
        REQUIRE(found != nullptr);
        std::string octets(16, 0);
        CHECK(found->xRandomness(found, 16, octets.data()) == 16);
        return octets;
    };
    VirtualDisk other;
    const std::string first = draw(DiskVfs(other, 5));
    CHECK(first == draw(vfs));
    CHECK(first != draw(vfs));
    CHECK(first != draw(DiskVfs(other, 6)));
}

TEST_CASE("a disk is known by its name only while it is mounted") {
    VirtualDisk disk;
    std::string name;
    {
        const DiskVfs vfs(disk);
        const DiskVfs second(disk);
        name = vfs.name();
        CHECK(name != second.name());
        CHECK(sqlite3_vfs_find(name.c_str()) != nullptr);
    }
    CHECK(sqlite3_vfs_find(name.c_str()) == nullptr);
}

TEST_CASE("power loss at every change: with synchronous=FULL no commit is lost and the database is whole") {
    CHECK(lives_with_losses(Sync::full, nullptr, 6) == 0);
}

TEST_CASE("power loss at every change: with synchronous=NORMAL commits are lost, but the database is whole") {
    CHECK(lives_with_losses(Sync::normal, nullptr, 6) > 0);
}

TEST_CASE("the virtual disk has teeth: without any sync the database is lost or damaged") {
    int damaged = 0;
    int lost = 0;
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        VirtualDisk disk;
        DiskVfs vfs(disk);
        {
            Database database = opened(file_on(vfs));
            CHECK(insert_rows(database, 2) == 2);
        }  // an orderly end: all is in one file
        {
            Database database = opened(file_on(vfs));
            REQUIRE(database.execute("PRAGMA synchronous=OFF").has_value());
            REQUIRE(database.execute("PRAGMA wal_autocheckpoint=1").has_value());
            REQUIRE(database.execute("UPDATE t SET filler = printf('%.*c', 30000, 'y')").has_value());
            disk.stop();
        }
        disk.crash(seed);
        DatabaseResult<Database> again = Database::open(file_on(vfs));
        if (!again || value_of(*again, "PRAGMA integrity_check") != "ok") {
            ++damaged;
        } else if (value_of(*again, "SELECT count(*) FROM t WHERE length(filler) = 30000") != "2") {
            ++lost;
        }
    }
    CHECK(damaged > 0);
    CHECK(lost > 0);
}

TEST_CASE("kill -9 at every change loses no commit, with either durability") {
    for (const Sync sync : {Sync::full, Sync::normal}) {
        for (std::uint64_t change = 1;; ++change) {
            CAPTURE(change);
            VirtualDisk disk;
            DiskVfs vfs(disk);
            disk.stop_at(change);
            const Life life = live(disk, vfs, sync, nullptr);
            if (life.is_complete) break;
            disk.kill();
            const int rows = rows_after(vfs);
            CHECK(rows >= life.committed);
            CHECK(rows <= life.committed + 1);
        }
    }
}

TEST_CASE("a disk that fails or is full from any change on says so, and nothing is lost when it has healed") {
    for (const DiskError error : {DiskError::full, DiskError::io_error}) {
        for (std::uint64_t change = 1;; ++change) {
            CAPTURE(change);
            VirtualDisk disk;
            DiskVfs vfs(disk);
            { REQUIRE(opened(file_on(vfs)).execute("CREATE TABLE t(n INTEGER PRIMARY KEY, filler TEXT)").has_value()); }
            disk.fail({error, disk.changes() + change});
            int committed = 0;
            if (DatabaseResult<Database> database = Database::open(file_on(vfs))) {
                static_cast<void>(database->execute("PRAGMA wal_autocheckpoint=10"));
                committed = insert_rows(*database, all_rows);
                disk.heal();
                for (int row = committed + 1; row <= all_rows; ++row) {
                    const std::string sql = "INSERT INTO t VALUES(" + std::to_string(row) + ", 'y')";
                    REQUIRE(database->execute(sql.c_str()).has_value());
                }
                disk.stop();
            }
            if (!disk.is_stopped()) continue;  // it could not even be opened
            disk.crash(change);
            CHECK(rows_after(vfs) == all_rows);
            if (committed == all_rows) break;
        }
    }
}

TEST_CASE("two runs with one seed leave the same, though SQLite's salts differ") {
    const auto outcome = [](std::uint64_t seed) {
        VirtualDisk disk;
        DiskVfs vfs(disk);
        disk.stop_at(60);
        const int committed = live(disk, vfs, Sync::normal, nullptr).committed;
        disk.crash(seed);
        const std::uint64_t changes = disk.changes();
        return std::array<std::uint64_t, 3>{static_cast<std::uint64_t>(committed), changes,
                                            static_cast<std::uint64_t>(rows_after(vfs))};
    };
    std::set<std::uint64_t> rows;
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        CHECK(outcome(seed) == outcome(seed));
        rows.insert(outcome(seed)[2]);
    }
    CHECK(rows.size() > 1);
}
