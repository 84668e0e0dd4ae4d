#include "runtime/store/slow_sync_vfs.hpp"

#include <doctest/doctest.h>

#include "runtime/time/real_clock.hpp"
#include "tests/runtime/store/databases.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace trunkline;
using namespace trunkline::runtime;
using test::TemporaryFolder;

namespace {

/// How long a transaction takes on a disk of the system whose syncs take at least `floor`.
Duration time_of_commit(const std::string& path, Duration floor) {
    const SlowSyncVfs vfs(floor);
    Database database = opened({path, vfs.name(), Sync::full, 4711, 1});
    REQUIRE(database.execute("CREATE TABLE t(n INTEGER PRIMARY KEY)").has_value());
    const RealClock clock;
    const Instant before = clock.now();
    REQUIRE(database.execute("INSERT INTO t VALUES(1)").has_value());
    return clock.now() - before;
}

}  // namespace

TEST_CASE("slow sync: a commit that waits for the disk takes at least the floor") {
    const TemporaryFolder folder;
    const Duration floor = std::chrono::milliseconds(30);
    CHECK(time_of_commit((folder.path() / "store.db").string(), floor) >= floor);
}

TEST_CASE("slow sync: what is written can be read without it") {
    const TemporaryFolder folder;
    const std::string path = (folder.path() / "store.db").string();
    time_of_commit(path, Duration::zero());
    Database database = opened({path, {}, Sync::full, 4711, 1});
    CHECK(value_of(database, "PRAGMA integrity_check") == "ok");
    CHECK(value_of(database, "SELECT count(*) FROM t") == "1");
}

TEST_CASE("slow sync: a file that cannot be opened is an error, as without it") {
    const SlowSyncVfs vfs(Duration::zero());
    const auto database = Database::open({"/nowhere/store.db", vfs.name(), Sync::full, 4711, 1});
    REQUIRE_FALSE(database.has_value());
    CHECK(database.error().text.find("/nowhere/store.db") != std::string::npos);
}
