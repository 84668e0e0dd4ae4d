#include "gateway/store/sqlite_store.hpp"

#include <sqlite3.h>

#include <memory>
#include <string>

#include <doctest/doctest.h>

#include "tests/gateway/store/records.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace trunkline;
using namespace trunkline::gateway;
using namespace trunkline::gateway::test;

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

StoreBatch one_sensor() {
    SensorRecord record = sensor(1, "a");
    record.will = will("state");
    return {Ticket{1},
            {PutSensor{record}, PutTopic{topic(1, 0, "t")}, PutSubscription{subscription(1, "x")},
             PutUplinkExchange{uplink_exchange(1, 7)}, PutDownlinkExchange{downlink_exchange(1, 7)},
             PutQueued{queued(1, 1)}, PutReceived{received(0, 7)}, PutUplink{uplink(1, "a")}}};
}

}  // namespace

TEST_CASE("a batch that fails at any of its operations changes nothing, and succeeds when offered again") {
    const StoreBatch batch{
        Ticket{2},
        {PutSensor{sensor(2, "b")}, PutTopic{topic(2, 0, "u")}, PutSubscription{subscription(2, "y")},
         DropSubscription{SensorNumber{1}, "x"}, DropUplinkExchange{SensorNumber{1}, mqttsn::MsgId{7}},
         DropDownlinkExchange{SensorNumber{1}, mqtt::PacketId{7}}, DropQueued{QueueNumber{1}},
         DropReceived{received(0, 7)}, DropSensor{SensorNumber{1}}, PutUplinkExchange{uplink_exchange(2, 8)},
         PutDownlinkExchange{downlink_exchange(2, 8)}, PutQueued{queued(2, 2)}, PutReceived{received(0, 8)},
         PutUplink{uplink(2, "b")}, DropUplink{UplinkNumber{1}}}};
    for (const std::string obstacle :
         {"INSERT ON sensor", "INSERT ON topic", "INSERT ON subscription", "DELETE ON subscription", "DELETE ON topic",
          "DELETE ON sensor", "INSERT ON uplink", "DELETE ON uplink", "INSERT ON uplink_exchange",
          "DELETE ON uplink_exchange", "INSERT ON downlink_exchange", "DELETE ON downlink_exchange", "INSERT ON queued",
          "DELETE ON queued", "INSERT ON received", "DELETE ON received"}) {
        CAPTURE(obstacle);
        const TemporaryFolder folder;
        const std::string path = folder.file("gateway.sqlite");
        REQUIRE(opened(path)->apply(one_sensor()).has_value());
        run_sql(path, ("CREATE TRIGGER obstacle BEFORE " + obstacle + " BEGIN SELECT RAISE(ABORT,'no'); END").c_str());
        {
            const auto store = opened(path);
            CHECK(!store->apply(batch).has_value());
            CHECK(records_of(*store)->size() == 8);
        }
        run_sql(path, "DROP TRIGGER obstacle");
        const auto store = opened(path);
        CHECK(store->apply(batch).has_value());
        CHECK(*records_of(*store) == std::vector<StoreRecord>{sensor(2, "b"), topic(2, 0, "u"), subscription(2, "y"),
                                                              uplink_exchange(2, 8), downlink_exchange(2, 8),
                                                              queued(2, 2), received(0, 8), uplink(2, "b")});
        CHECK(store->verify().empty());
    }
}

TEST_CASE("a changed row is found by its checksum, whatever column it is in") {
    for (const std::string change : {"sensor SET client_id='b'",
                                     "sensor SET state=0",
                                     "sensor SET since=since+1",
                                     "sensor SET ip=zeroblob(16)",
                                     "sensor SET wireless_node_id=zeroblob(2)",
                                     "sensor SET port=1",
                                     "sensor SET clean_session=0",
                                     "sensor SET keep_alive=1",
                                     "sensor SET sleep_duration=1",
                                     "sensor SET first_topic_id=1",
                                     "sensor SET will_topic='x'",
                                     "sensor SET will_topic=NULL",
                                     "sensor SET will_message=x'00'",
                                     "sensor SET will_qos=0",
                                     "sensor SET will_retain=0",
                                     "topic SET place=1",
                                     "topic SET name='u'",
                                     "subscription SET qos=0",
                                     "subscription SET filter='z'",
                                     "uplink SET client_id='b'",
                                     "uplink SET topic='x'",
                                     "uplink SET payload=NULL",
                                     "uplink SET qos=0",
                                     "uplink SET retain=0",
                                     "uplink SET is_received=1",
                                     "uplink_exchange SET msg_id=1",
                                     "uplink_exchange SET topic_id=1",
                                     "uplink_exchange SET content=1",
                                     "uplink_exchange SET uplink=0",
                                     "uplink_exchange SET released_at=NULL",
                                     "downlink_exchange SET packet_id=1",
                                     "downlink_exchange SET msg_id=1",
                                     "downlink_exchange SET is_received=0"}) {
        CAPTURE(change);
        const TemporaryFolder folder;
        const std::string path = folder.file("gateway.sqlite");
        REQUIRE(opened(path)->apply(one_sensor()).has_value());
        run_sql(path, ("UPDATE " + change).c_str());
        const auto store = opened(path);
        const auto loaded = records_of(*store);
        REQUIRE(!loaded.has_value());
        const std::string table = change.substr(0, change.find(' '));
        CHECK(loaded.error().text.find("table " + table + ", row 1: the checksum does not match") != std::string::npos);
        CHECK(store->verify().size() == 1);
    }
}

TEST_CASE("another program's database is refused") {
    const TemporaryFolder folder;
    const std::string path = folder.file("gateway.sqlite");
    REQUIRE(opened(path)->apply(one_sensor()).has_value());
    run_sql(path, "PRAGMA application_id=1416784706");  // the broker's
    CHECK(!SqliteStore::open(path, runtime::Sync::normal).has_value());
}
