// One suite for every engine: what was applied is what load() gives back.

#include <doctest/doctest.h>

#include <vector>

#include "gateway/store/ledger.hpp"
#include "gateway/store/sqlite_store.hpp"
#include "tests/gateway/store/records.hpp"
#include "tests/support/store_engines.hpp"

using namespace trunkline;
using namespace trunkline::gateway;
using namespace trunkline::gateway::test;

namespace {

using LedgerEngine = trunkline::test::LedgerEngine<Ledger>;
using SqliteEngine = trunkline::test::SqliteEngine<SqliteStore, records_of>;

}  // namespace

TEST_CASE_TEMPLATE("a store gives back what was applied: sensors, then topics by place, then subscriptions", Engine,
                   LedgerEngine, SqliteEngine) {
    Engine engine;
    CHECK(records_of(engine.store())->empty());
    SensorRecord with_will = sensor(1, "a");
    with_will.will = will("state");
    REQUIRE(engine.store()
                .apply({Ticket{1},
                        {PutSensor{sensor(2, "b")}, PutTopic{topic(2, 1, "y")}, PutTopic{topic(2, 0, "z")},
                         PutSubscription{subscription(2, "x/#")}, PutSensor{with_will}}})
                .has_value());
    REQUIRE(engine.store().apply({Ticket{2}, {PutTopic{topic(1, 0, "t")}}}).has_value());
    engine.reopen();
    CHECK(*records_of(engine.store()) == std::vector<StoreRecord>{with_will, sensor(2, "b"), topic(1, 0, "t"),
                                                                  topic(2, 0, "z"), topic(2, 1, "y"),
                                                                  subscription(2, "x/#")});
}

TEST_CASE_TEMPLATE("putting again replaces, also a will by none, and dropping takes away", Engine, LedgerEngine,
                   SqliteEngine) {
    Engine engine;
    SensorRecord first = sensor(1, "a");
    first.will = will("state");
    SubscriptionRecord other_qos = subscription(1, "x");
    other_qos.qos = mqtt::QoS::at_most_once;
    REQUIRE(
        engine.store()
            .apply({Ticket{1},
                    {PutSensor{first}, PutSubscription{subscription(1, "x")}, PutSubscription{subscription(1, "y")}}})
            .has_value());
    REQUIRE(
        engine.store()
            .apply({Ticket{2},
                    {PutSensor{sensor(1, "a")}, PutSubscription{other_qos}, DropSubscription{SensorNumber{1}, "y"}}})
            .has_value());
    engine.reopen();
    CHECK(*records_of(engine.store()) == std::vector<StoreRecord>{sensor(1, "a"), other_qos});
}

TEST_CASE_TEMPLATE("a sensor goes with its topics and subscriptions, and with nobody else's", Engine, LedgerEngine,
                   SqliteEngine) {
    Engine engine;
    REQUIRE(engine.store()
                .apply({Ticket{1},
                        {PutSensor{sensor(1, "a")}, PutSensor{sensor(2, "b")}, PutTopic{topic(1, 0, "t")},
                         PutTopic{topic(2, 0, "t")}, PutSubscription{subscription(1, "x")},
                         PutSubscription{subscription(2, "x")}}})
                .has_value());
    REQUIRE(engine.store().apply({Ticket{2}, {DropSensor{SensorNumber{1}}}}).has_value());
    engine.reopen();
    CHECK(*records_of(engine.store()) ==
          std::vector<StoreRecord>{sensor(2, "b"), topic(2, 0, "t"), subscription(2, "x")});
}

TEST_CASE_TEMPLATE("messages come back by number, and outlive their sensor's session", Engine, LedgerEngine,
                   SqliteEngine) {
    Engine engine;
    UplinkRecord empty = uplink(3, "b");
    empty.payload.clear();
    empty.qos = mqtt::QoS::exactly_once;
    empty.is_received = true;
    REQUIRE(engine.store()
                .apply({Ticket{1},
                        {PutSensor{sensor(1, "a")}, PutUplink{empty}, PutUplink{uplink(1, "a")},
                         PutUplink{uplink(2, "a")}}})
                .has_value());
    REQUIRE(engine.store().apply({Ticket{2}, {DropSensor{SensorNumber{1}}, DropUplink{UplinkNumber{1}}}}).has_value());
    engine.reopen();
    CHECK(*records_of(engine.store()) == std::vector<StoreRecord>{uplink(2, "a"), empty});
}

TEST_CASE_TEMPLATE("exchanges are replaced and dropped by their identifiers, and go with their sensor", Engine,
                   LedgerEngine, SqliteEngine) {
    Engine engine;
    UplinkExchangeRecord open = uplink_exchange(1, 5);
    open.released_at.reset();
    DownlinkExchangeRecord sent = downlink_exchange(1, 5);
    sent.is_received = false;
    REQUIRE(engine.store()
                .apply({Ticket{1},
                        {PutSensor{sensor(1, "a")}, PutSensor{sensor(2, "b")}, PutDownlinkExchange{sent},
                         PutDownlinkExchange{downlink_exchange(1, 4)}, PutDownlinkExchange{downlink_exchange(2, 5)},
                         PutUplinkExchange{open}, PutUplinkExchange{uplink_exchange(1, 4)},
                         PutUplinkExchange{uplink_exchange(2, 5)}}})
                .has_value());
    engine.reopen();
    CHECK(*records_of(engine.store()) == std::vector<StoreRecord>{sensor(1, "a"), sensor(2, "b"), uplink_exchange(1, 4),
                                                                  open, uplink_exchange(2, 5), downlink_exchange(1, 4),
                                                                  sent, downlink_exchange(2, 5)});
    REQUIRE(engine.store()
                .apply({Ticket{2},
                        {PutUplinkExchange{uplink_exchange(1, 5)}, PutDownlinkExchange{downlink_exchange(1, 5)},
                         DropUplinkExchange{SensorNumber{1}, mqttsn::MsgId{4}},
                         DropDownlinkExchange{SensorNumber{1}, mqtt::PacketId{4}}, DropSensor{SensorNumber{2}}}})
                .has_value());
    engine.reopen();
    CHECK(*records_of(engine.store()) ==
          std::vector<StoreRecord>{sensor(1, "a"), uplink_exchange(1, 5), downlink_exchange(1, 5)});
}

TEST_CASE_TEMPLATE("messages for sensors come back by number, and go with their sensor or alone", Engine, LedgerEngine,
                   SqliteEngine) {
    Engine engine;
    QueuedRecord lasting = queued(2, 1);
    lasting.expires_at.reset();
    lasting.payload.clear();
    REQUIRE(engine.store()
                .apply({Ticket{1},
                        {PutSensor{sensor(1, "a")}, PutSensor{sensor(2, "b")}, PutQueued{queued(3, 2)},
                         PutQueued{queued(1, 1)}, PutQueued{lasting}, PutReceived{received(1, 7)},
                         PutReceived{received(0, 8)}, PutReceived{received(0, 8)}, PutUplink{uplink(1, "a")}}})
                .has_value());
    engine.reopen();
    CHECK(*records_of(engine.store()) == std::vector<StoreRecord>{sensor(1, "a"), sensor(2, "b"), queued(1, 1), lasting,
                                                                  queued(3, 2), received(0, 8), received(1, 7),
                                                                  uplink(1, "a")});
    REQUIRE(engine.store()
                .apply({Ticket{2},
                        {DropQueued{QueueNumber{1}}, DropSensor{SensorNumber{2}}, DropReceived{received(0, 8)},
                         DropReceived{received(0, 7)}}})
                .has_value());
    engine.reopen();
    CHECK(*records_of(engine.store()) ==
          std::vector<StoreRecord>{sensor(1, "a"), lasting, received(1, 7), uplink(1, "a")});
}
