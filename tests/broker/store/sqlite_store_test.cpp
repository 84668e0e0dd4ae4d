#include "broker/store/sqlite_store.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>

#include <doctest/doctest.h>

#include "tests/broker/store/records.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace trunkline;
using namespace trunkline::broker;
using namespace trunkline::broker::test;

namespace {

using trunkline::test::TemporaryFolder;

std::unique_ptr<SqliteStore> opened(const std::string& path) {
    auto store = SqliteStore::open(path, runtime::Sync::normal);
    REQUIRE(store.has_value());
    return *std::move(store);
}

/// What a person does to the file with the sqlite3 command.
void run_sql(const std::string& path, const char* sql) {
    sqlite3* database = nullptr;
    REQUIRE(sqlite3_open(path.c_str(), &database) == SQLITE_OK);
    CHECK(sqlite3_exec(database, sql, nullptr, nullptr, nullptr) == SQLITE_OK);
    sqlite3_close(database);
}

std::int64_t count_of(const std::string& path, const char* sql) {
    sqlite3* database = nullptr;
    REQUIRE(sqlite3_open(path.c_str(), &database) == SQLITE_OK);
    std::int64_t count = -1;
    const auto keep = [](void* kept, int, char** values, char**) {
        *static_cast<std::int64_t*>(kept) = std::stoll(values[0]);
        return 0;
    };
    CHECK(sqlite3_exec(database, sql, keep, &count, nullptr) == SQLITE_OK);
    sqlite3_close(database);
    return count;
}

StoreBatch three_entries() {
    EntryRecord second = entry(1, 1, 0, "t", "shared");
    const EntryRecord first = second;
    second.arrival = ArrivalNumber{2};
    second.session = SessionId{2};
    return {Ticket{1},
            {PutSession{session(1, "a")}, PutSession{session(2, "b")}, PutSubscription{subscription(1, "t")},
             PutEntry{first}, PutEntry{second}, PutEntry{entry(3, 1, 1, "t", "own")}}};
}

}  // namespace

TEST_CASE("a batch that fails at any of its operations changes nothing, and succeeds when offered again") {
    const StoreBatch batch{Ticket{2},
                           {DropEntry{ArrivalNumber{1}}, DropEntry{ArrivalNumber{2}}, PutSession{session(3, "c")},
                            PutSubscription{subscription(3, "x")}, PutEntry{entry(4, 3, 0, "t", "new")},
                            DropSubscription{SessionId{1}, "t"}, DropSession{SessionId{2}}}};
    const char* const obstacles[] = {
        "CREATE TRIGGER obstacle BEFORE DELETE ON entry WHEN OLD.arrival=1 BEGIN SELECT RAISE(ABORT,'obstacle'); END",
        "CREATE TRIGGER obstacle BEFORE DELETE ON entry WHEN OLD.arrival=2 BEGIN SELECT RAISE(ABORT,'obstacle'); END",
        "CREATE TRIGGER obstacle BEFORE INSERT ON session BEGIN SELECT RAISE(ABORT,'obstacle'); END",
        "CREATE TRIGGER obstacle BEFORE INSERT ON subscription BEGIN SELECT RAISE(ABORT,'obstacle'); END",
        "CREATE TRIGGER obstacle BEFORE INSERT ON entry BEGIN SELECT RAISE(ABORT,'obstacle'); END",
        "CREATE TRIGGER obstacle BEFORE DELETE ON subscription BEGIN SELECT RAISE(ABORT,'obstacle'); END",
        "CREATE TRIGGER obstacle BEFORE DELETE ON session BEGIN SELECT RAISE(ABORT,'obstacle'); END",
        "CREATE TRIGGER obstacle BEFORE DELETE ON message BEGIN SELECT RAISE(ABORT,'obstacle'); END",
    };
    for (const char* obstacle : obstacles) {
        CAPTURE(obstacle);
        const TemporaryFolder folder;
        const std::string path = folder.file("broker.db");
        REQUIRE(opened(path)->apply(three_entries()).has_value());
        run_sql(path, obstacle);
        {
            const auto store = opened(path);
            const auto before = records_of(*store);
            const Result<void, StoreError> failed = store->apply(batch);
            REQUIRE_FALSE(failed.has_value());
            CHECK(failed.error().text == path + ": obstacle");
            CHECK(records_of(*store) == before);
            // The counts of shared messages went back as well: a second failure finds the same.
            CHECK_FALSE(store->apply(batch).has_value());
            CHECK(records_of(*store) == before);
        }
        run_sql(path, "DROP TRIGGER obstacle");
        const auto store = opened(path);
        REQUIRE(records_of(*store));
        REQUIRE(store->apply(batch).has_value());
        CHECK(*records_of(*store) == std::vector<std::string>{"session 1 a", "session 3 c", "subscription 3 x",
                                                              "entry 3 1:1 t=own", "entry 4 3:0 t=new"});
    }
}

TEST_CASE("a process that is killed leaves every applied batch behind") {
    const TemporaryFolder folder;
    const std::string path = folder.file("broker.db");
    const std::string image = folder.file("image.db");
    const auto store = opened(path);
    REQUIRE(store->apply(three_entries()).has_value());
    REQUIRE(store->apply({Ticket{2}, {DropEntry{ArrivalNumber{3}}}}).has_value());
    // What the disk has while the process still runs is what kill -9 leaves.
    std::filesystem::copy_file(path, image);
    std::filesystem::copy_file(path + "-wal", image + "-wal");
    const auto again = opened(image);
    CHECK(records_of(*again) == records_of(*store));
    CHECK(records_of(*again)->size() == 5);
    CHECK(again->verify().empty());
}

TEST_CASE("a message with one receiver stands in its entry, one with two stands once and goes with the last") {
    const TemporaryFolder folder;
    const std::string path = folder.file("broker.db");
    REQUIRE(opened(path)->apply(three_entries()).has_value());
    CHECK(count_of(path, "SELECT count(*) FROM message") == 1);
    CHECK(count_of(path, "SELECT count(*) FROM entry WHERE payload IS NULL") == 2);
    {
        const auto store = opened(path);
        REQUIRE(records_of(*store));
        REQUIRE(store->apply({Ticket{2}, {DropEntry{ArrivalNumber{1}}}}).has_value());
    }
    CHECK(count_of(path, "SELECT count(*) FROM message") == 1);
    {
        const auto store = opened(path);
        REQUIRE(records_of(*store));
        REQUIRE(store->apply({Ticket{3}, {DropEntry{ArrivalNumber{2}}}}).has_value());
    }
    CHECK(count_of(path, "SELECT count(*) FROM message") == 0);
}

TEST_CASE("a damaged row ends loading with its table and number, and verify finds all of them") {
    const struct {
        const char* damage;
        const char* finding;
    } cases[] = {
        {"UPDATE session SET client_id='z' WHERE id=2", "table session, row 2: the checksum does not match"},
        {"UPDATE session SET disconnected_at=5 WHERE id=2", "table session, row 2: the checksum does not match"},
        {"UPDATE subscription SET options=0", "table subscription, row 1: the checksum does not match"},
        {"UPDATE entry SET payload=x'00' WHERE arrival=3", "table entry, row 3: the checksum does not match"},
        {"UPDATE entry SET session=2 WHERE arrival=1", "table entry, row 1: the checksum does not match"},
        {"UPDATE message SET topic='u'", "table message, row 1: the checksum does not match"},
        {"DELETE FROM message", "table entry, row 1: its message is missing"},
    };
    for (const auto& each : cases) {
        CAPTURE(each.damage);
        const TemporaryFolder folder;
        const std::string path = folder.file("broker.db");
        REQUIRE(opened(path)->apply(three_entries()).has_value());
        CHECK(opened(path)->verify().empty());
        run_sql(path, each.damage);
        const auto store = opened(path);
        Collected collected;
        const Result<void, StoreError> loaded = store->load(collected, WallClock());
        REQUIRE_FALSE(loaded.has_value());
        CHECK(loaded.error().text.find(path + ": " + each.finding) == 0);
        REQUIRE_FALSE(store->verify().empty());
        CHECK(store->verify().front() == each.finding);
    }
}

TEST_CASE("a row that was damaged since the start is left out of the part that is fetched, and told") {
    const struct {
        const char* damage;
        const char* told;
    } cases[] = {
        {"UPDATE entry SET payload=x'00' WHERE arrival=3", "table entry, row 3: the checksum does not match"},
        {"UPDATE message SET topic='u'", "table message, row 1: the checksum does not match"},
        {"DELETE FROM message", "table entry, row 1: its message is missing"},
    };
    for (const auto& each : cases) {
        CAPTURE(each.damage);
        const TemporaryFolder folder;
        const std::string path = folder.file("broker.db");
        StoreBatch batch = three_entries();
        for (StoreOperation& operation : batch.operations) {
            if (auto* put = std::get_if<PutEntry>(&operation)) put->record.is_deep = true;
        }
        REQUIRE(opened(path)->apply(batch).has_value());
        run_sql(path, each.damage);
        Fetch all;
        all.session = SessionId{1};
        all.most_messages = all.most_bytes = 1'000;
        const auto part = opened(path)->fetch(all);
        REQUIRE(part.has_value());
        CHECK(part->records.size() == 1);
        REQUIRE(part->damages.size() == 1);
        CHECK(part->damages[0] == path + ": " + each.told);
        CHECK(part->next == 2);
        CHECK(part->is_end);
    }
}

TEST_CASE("verify finds rows that name what is missing, and what nobody names") {
    const struct {
        const char* damage;
        const char* finding;
    } cases[] = {
        {"DELETE FROM session WHERE id=1", "table subscription, row 1: its session is missing"},
        {"DELETE FROM session WHERE id=2", "table entry, row 2: its session is missing"},
        {"DELETE FROM entry WHERE arrival<3", "table message, row 1: no entry names it"},
    };
    for (const auto& each : cases) {
        CAPTURE(each.damage);
        const TemporaryFolder folder;
        const std::string path = folder.file("broker.db");
        REQUIRE(opened(path)->apply(three_entries()).has_value());
        run_sql(path, each.damage);
        const std::vector<std::string> findings = opened(path)->verify();
        CHECK(std::find(findings.begin(), findings.end(), each.finding) != findings.end());
    }
}

TEST_CASE("whatever octet of the file is flipped: the rows are as before, or verify says that they are not") {
    const TemporaryFolder folder;
    const std::string path = folder.file("broker.db");
    REQUIRE(opened(path)->apply(three_entries()).has_value());
    const auto sound = records_of(*opened(path));
    const auto size = std::filesystem::file_size(path);
    const std::string damaged = folder.file("damaged.db");
    int noticed = 0;
    for (std::uintmax_t at = 0; at < size; at += 61) {
        CAPTURE(at);
        std::filesystem::copy_file(path, damaged, std::filesystem::copy_options::overwrite_existing);
        std::fstream file(damaged, std::ios::in | std::ios::out | std::ios::binary);
        file.seekg(static_cast<std::streamoff>(at));
        const int octet = file.get();
        file.seekp(static_cast<std::streamoff>(at));
        file.put(static_cast<char>(octet ^ 0xff));
        file.close();
        const auto store = SqliteStore::open(damaged, runtime::Sync::normal);
        const bool is_noticed = !store || !(*store)->verify().empty();
        if (!is_noticed) CHECK(records_of(**store) == sound);
        noticed += is_noticed ? 1 : 0;
    }
    CHECK(noticed > 10);
}

TEST_CASE("a file of other tables is refused by name") {
    const TemporaryFolder folder;
    const std::string path = folder.file("broker.db");
    run_sql(path, "CREATE TABLE orders(id)");
    const auto store = SqliteStore::open(path, runtime::Sync::full);
    REQUIRE_FALSE(store.has_value());
    CHECK(store.error().text == path + ": a database, but of another program");
}
