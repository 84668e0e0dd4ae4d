// A store some of whose cells are not what they were is noticed, or gives what was stored all the same. A change is an
// octet each for table, column, row, kind and length of the value, then the value.

#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "broker/store/sqlite_store.hpp"
#include "tests/broker/store/records.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace trunkline;
using namespace trunkline::broker;
using namespace trunkline::broker::test;
using trunkline::fuzz::require;

namespace {

/// A folder that goes with the process, in memory where there is a place for it.
struct Folder {
    Folder() : path(std::filesystem::path("/dev/shm")) {
        if (!std::filesystem::is_directory(path)) path = std::filesystem::temp_directory_path();
        path /= "trunkline-store-fuzz-" + std::to_string(::getpid());
        std::filesystem::create_directories(path);
    }
    ~Folder() { std::filesystem::remove_all(path); }
    std::filesystem::path path;
};

std::unique_ptr<SqliteStore> opened(const std::string& path) {
    auto store = SqliteStore::open(path, runtime::Sync::normal);
    return store ? *std::move(store) : nullptr;
}

/// One record of every kind at least, and content that is shared.
StoreBatch some_of_everything() {
    const EntryRecord first = entry(1, 1, 0, "t", "shared");
    EntryRecord second = first;
    second.arrival = ArrivalNumber{2};
    second.session = SessionId{2};
    EntryRecord twice = entry(3, 1, 1, "t", "own");
    twice.qos = mqtt::QoS::exactly_once;
    RetainedRecord retained;
    retained.message = entry(4, 1, 0, "kept", "value").message;
    retained.received_at = at(4);
    WillRecord will;
    will.session = SessionId{2};
    will.client_id = "b";
    will.message = entry(5, 1, 0, "gone", "b").message;
    will.received_at = at(5);
    return {Ticket{1},
            {PutSession{session(1, "a")}, PutSession{session(2, "b")}, PutSubscription{subscription(1, "t/#")},
             PutSubscription{subscription(2, "t")}, PutInbound{{SessionId{1}, mqtt::PacketId{7}}}, PutEntry{first},
             PutEntry{second}, PutEntry{twice}, ReleaseEntry{ArrivalNumber{3}}, PutRetained{retained}, PutWill{will}}};
}

/// The file as it was stored, and what load() gives of it.
struct Original {
    Folder folder;
    std::string path = (folder.path / "broker.db").string();
    std::string octets;
    std::vector<std::string> records;

    Original() {
        {
            const auto store = opened(path);
            require(store && store->apply(some_of_everything()).has_value(), "the store can be made");
        }
        std::ifstream file(path, std::ios::binary);
        octets.assign(std::istreambuf_iterator<char>(file), {});
        const auto store = opened(path);
        const auto loaded = records_of(*store);
        require(loaded && loaded->size() == 11 - 1, "what was stored is given");  // PUBREC is a part of its entry
        records = *loaded;
    }
    void put_back() const { std::ofstream(path, std::ios::binary | std::ios::trunc) << octets; }
};

/// Changes cells as the input says; what SQLite refuses stays.
void change(const std::string& path, ByteView input) {
    constexpr const char* tables[] = {"session",  "subscription", "inbound",  "entry",
                                      "released", "message",      "retained", "will"};
    sqlite3* database = nullptr;
    require(sqlite3_open(path.c_str(), &database) == SQLITE_OK, "the file can be opened");
    while (input.size() >= 5) {
        const auto octet = [&](std::size_t index) { return std::to_integer<unsigned>(input[index]); };
        const std::string table = tables[octet(0) % std::size(tables)];
        sqlite3_stmt* columns = nullptr;
        sqlite3_prepare_v2(database, ("SELECT * FROM " + table).c_str(), -1, &columns, nullptr);
        const std::string column =
            sqlite3_column_name(columns, static_cast<int>(octet(1)) % sqlite3_column_count(columns));
        sqlite3_finalize(columns);
        const std::string sql = "UPDATE " + table + " SET " + column + "=? WHERE crc IN (SELECT crc FROM " + table +
                                " LIMIT 1 OFFSET " + std::to_string(octet(2) % 4) + ")";
        sqlite3_stmt* statement = nullptr;
        require(sqlite3_prepare_v2(database, sql.c_str(), -1, &statement, nullptr) == SQLITE_OK, "the change is SQL");
        const std::size_t size = std::min<std::size_t>(octet(4), input.size() - 5);
        const ByteView value = input.subspan(5, size);
        if (octet(3) % 4 == 0) {
            std::int64_t number = 0;
            for (const std::byte part : value) number = number << 7 ^ std::to_integer<std::int64_t>(part);
            sqlite3_bind_int64(statement, 1, number);
        } else if (octet(3) % 4 == 1) {
            sqlite3_bind_text(statement, 1, as_text(value).data(), static_cast<int>(size), SQLITE_TRANSIENT);
        } else if (octet(3) % 4 == 2) {
            sqlite3_bind_blob(statement, 1, value.data(), static_cast<int>(size), SQLITE_TRANSIENT);
        }  // else NULL
        sqlite3_step(statement);
        sqlite3_finalize(statement);
        input = input.subspan(5 + size);
    }
    sqlite3_close(database);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* input, std::size_t size) {
    static const Original original;
    original.put_back();
    change(original.path, fuzz::as_byte_view(input, size));
    const auto store = opened(original.path);
    if (!store) return 0;
    Collected collected;
    const auto loaded = store->load(collected, WallClock());
    std::vector<std::string> given;
    for (const StoreRecord& record : collected.records)
        given.push_back(std::visit([](const auto& r) { return text_of(r); }, record));
    require(!loaded || given == original.records, "what is not as it was stored is told");
    return 0;
}
