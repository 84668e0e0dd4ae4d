// One suite for every engine: what was applied is what load() gives back.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <doctest/doctest.h>

#include "broker/store/ledger.hpp"
#include "broker/store/sqlite_store.hpp"
#include "tests/broker/store/records.hpp"
#include "tests/support/store_engines.hpp"

using namespace trunkline;
using namespace trunkline::broker;
using namespace trunkline::broker::test;

namespace {

using LedgerEngine = trunkline::test::LedgerEngine<Ledger>;
using SqliteEngine = trunkline::test::SqliteEngine<SqliteStore, records_of>;

}  // namespace

TEST_CASE_TEMPLATE("a store gives back what was applied, sessions first, then subscriptions, then entries by arrival",
                   Engine, LedgerEngine, SqliteEngine) {
    Engine engine;
    CHECK(records_of(engine.store())->empty());
    REQUIRE(
        engine.store()
            .apply({Ticket{1},
                    {PutSession{session(2, "b")}, PutSubscription{subscription(2, "x/#")}, PutSession{session(1, "a")},
                     PutSubscription{subscription(1, "y")}, PutSubscription{subscription(1, "+/x")},
                     PutEntry{entry(1, 2, 0, "t", "one")}, PutEntry{entry(2, 1, 0, "t", "two")}}})
            .has_value());
    REQUIRE(engine.store().apply({Ticket{2}, {PutEntry{entry(3, 2, 1, "t", "three")}}}).has_value());
    engine.reopen();
    CHECK(*records_of(engine.store()) == std::vector<std::string>{"session 1 a", "session 2 b", "subscription 1 +/x",
                                                                  "subscription 1 y", "subscription 2 x/#",
                                                                  "entry 1 2:0 t=one", "entry 2 1:0 t=two",
                                                                  "entry 3 2:1 t=three"});
}

TEST_CASE_TEMPLATE("putting again replaces, dropping takes away, and what is struck never was", Engine, LedgerEngine,
                   SqliteEngine) {
    Engine engine;
    REQUIRE(engine.store()
                .apply({Ticket{1},
                        {PutSession{session(1, "a")}, PutSession{session(2, "b")},
                         PutSubscription{subscription(1, "x")}, PutSubscription{subscription(2, "x")},
                         PutEntry{entry(1, 1, 0, "t", "one")}, Struck{}, PutEntry{entry(3, 1, 1, "t", "three")}}})
                .has_value());
    SessionRecord again = session(2, "b");
    again.epoch = 9;
    SubscriptionRecord changed = subscription(2, "x");
    changed.options.no_local = true;
    REQUIRE(engine.store()
                .apply({Ticket{2},
                        {PutSession{again}, PutSubscription{changed}, DropEntry{ArrivalNumber{1}},
                         DropEntry{ArrivalNumber{2}}, DropEntry{ArrivalNumber{3}}, DropSession{SessionId{1}},
                         DropSubscription{SessionId{2}, "y"}}})
                .has_value());
    engine.reopen();
    CHECK(*records_of(engine.store()) == std::vector<std::string>{"session 2 b epoch 9", "subscription 2 x no_local"});
    REQUIRE(engine.store().apply({Ticket{3}, {DropSubscription{SessionId{2}, "x"}}}).has_value());
    engine.reopen();
    CHECK(*records_of(engine.store()) == std::vector<std::string>{"session 2 b epoch 9"});
}

TEST_CASE_TEMPLATE("every field of a record survives", Engine, LedgerEngine, SqliteEngine) {
    Engine engine;
    SessionRecord s = session(5, "gateway-1/π");
    s.version = mqtt::ProtocolVersion::v3_1_1;
    s.expiry = std::chrono::seconds(0xffffffffU);
    s.disconnected_at = at(1234567);
    s.owner = "node-a";
    s.epoch = 77;
    SubscriptionRecord sub = subscription(5, "$SYS/+/#");
    sub.options = {mqtt::QoS::exactly_once, true, true, mqtt::RetainHandling::do_not_send};
    sub.id = SubscriptionId{268'435'455};
    mqtt::PropertyBuilder properties;
    properties.user_property("unit", "bar").text(mqtt::PropertyId::content_type, "text/plain");
    EntryRecord e =
        entry(9, 5, 65536, "station/7/pressure", std::string("\0binary\xff", 8), properties.view().octets());
    e.qos = mqtt::QoS::exactly_once;
    e.retain = true;
    mqtt::PropertyBuilder ids;
    ids.number(mqtt::PropertyId::subscription_identifier, 7);
    e.subscription_ids = SharedOctets(ids.view().octets());
    e.share = SharedOctets("$share/g/station/+/pressure");
    e.expires_at = at(99);
    REQUIRE(engine.store().apply({Ticket{1}, {PutSession{s}, PutSubscription{sub}, PutEntry{e}}}).has_value());
    engine.reopen();

    Collected collected;
    const WallClock clock(Instant(std::chrono::seconds(50)), at(0));
    REQUIRE(engine.store().load(collected, clock).has_value());
    REQUIRE(collected.records.size() == 3);
    const auto& got_session = std::get<SessionRecord>(collected.records[0]);
    CHECK(got_session.client_id == s.client_id);
    CHECK(got_session.version == s.version);
    CHECK(got_session.expiry == s.expiry);
    CHECK(got_session.disconnected_at == s.disconnected_at);
    CHECK(got_session.owner == s.owner);
    CHECK(got_session.epoch == s.epoch);
    CHECK(std::get<SubscriptionRecord>(collected.records[1]).options == sub.options);
    CHECK(std::get<SubscriptionRecord>(collected.records[1]).id == sub.id);
    const auto& got = std::get<EntryRecord>(collected.records[2]);
    CHECK(got.arrival == e.arrival);
    CHECK(got.sequence == e.sequence);
    CHECK(got.qos == e.qos);
    CHECK(got.retain);
    CHECK(as_text(got.subscription_ids.view()) == as_text(e.subscription_ids.view()));
    CHECK(got.share.text() == e.share.text());
    CHECK(got.received_at == e.received_at);
    CHECK(got.expires_at == e.expires_at);
    CHECK(as_text(got.message->payload()) == as_text(e.message->payload()));
    CHECK(as_text(got.message->properties().octets()) == as_text(e.message->properties().octets()));
    // Wall times come back on the line of the core that loads.
    CHECK(got.message->received_at() == clock.instant(e.received_at));
    CHECK(got.message->expires_at() == clock.instant(*e.expires_at));
}

TEST_CASE_TEMPLATE("a message with many receivers outlives all but its last entry", Engine, LedgerEngine,
                   SqliteEngine) {
    Engine engine;
    const EntryRecord first = entry(1, 1, 0, "t", "shared");
    EntryRecord second = first;
    second.arrival = ArrivalNumber{2};
    second.session = SessionId{2};
    EntryRecord third = second;
    third.arrival = ArrivalNumber{4};
    third.session = SessionId{3};
    REQUIRE(engine.store()
                .apply({Ticket{1},
                        {PutEntry{first}, PutEntry{second}, Struck{}, PutEntry{third},
                         PutEntry{entry(5, 1, 1, "t", "own")}}})
                .has_value());
    engine.reopen();
    REQUIRE(engine.store().apply({Ticket{2}, {DropEntry{ArrivalNumber{1}}, DropEntry{ArrivalNumber{4}}}}).has_value());
    engine.reopen();
    CHECK(*records_of(engine.store()) == std::vector<std::string>{"entry 2 2:0 t=shared", "entry 5 1:1 t=own"});
    REQUIRE(engine.store().apply({Ticket{3}, {DropEntry{ArrivalNumber{2}}}}).has_value());
    engine.reopen();
    CHECK(*records_of(engine.store()) == std::vector<std::string>{"entry 5 1:1 t=own"});
}

TEST_CASE_TEMPLATE("[MQTT-4.3.3-10] the two halves of QoS 2 are kept until their ends", Engine, LedgerEngine,
                   SqliteEngine) {
    Engine engine;
    EntryRecord sent = entry(1, 1, 0, "t", "two");
    sent.qos = mqtt::QoS::exactly_once;
    const InboundRecord first{SessionId{1}, mqtt::PacketId{7}};
    const InboundRecord second{SessionId{1}, mqtt::PacketId{65535}};
    REQUIRE(
        engine.store()
            .apply({Ticket{1}, {PutSession{session(1, "a")}, PutEntry{sent}, PutInbound{first}, PutInbound{second}}})
            .has_value());
    engine.reopen();
    REQUIRE(engine.store().apply({Ticket{2}, {ReleaseEntry{ArrivalNumber{1}}, DropInbound{first}}}).has_value());
    engine.reopen();
    CHECK(*records_of(engine.store()) ==
          std::vector<std::string>{"session 1 a", "inbound 1 65535", "entry 1 1:0 t=two released"});
    REQUIRE(engine.store()
                .apply({Ticket{3}, {DropEntry{ArrivalNumber{1}}, PutEntry{entry(1, 1, 1, "t", "new")}}})
                .has_value());
    engine.reopen();
    CHECK(records_of(engine.store())->back() == "entry 1 1:1 t=new");
    REQUIRE(engine.store().apply({Ticket{4}, {DropEntry{ArrivalNumber{1}}, DropSession{SessionId{1}}}}).has_value());
    engine.reopen();
    CHECK(records_of(engine.store())->empty());
}

TEST_CASE_TEMPLATE("[MQTT-3.3.1-5] a topic keeps its last retained message, with every field", Engine, LedgerEngine,
                   SqliteEngine) {
    Engine engine;
    const auto retained = [](std::string_view topic, std::string_view payload) {
        const EntryRecord content = entry(1, 1, 0, topic, payload);
        return PutRetained{{content.message, mqtt::QoS::exactly_once, at(5), at(50)}};
    };
    REQUIRE(
        engine.store().apply({Ticket{1}, {retained("b", "1"), retained("a", "2"), retained("c", "3")}}).has_value());
    REQUIRE(
        engine.store().apply({Ticket{2}, {retained("b", "4"), DropRetained{"c"}, DropRetained{"none"}}}).has_value());
    engine.reopen();
    CHECK(*records_of(engine.store()) == std::vector<std::string>{"retained a=2", "retained b=4"});
    Collected collected;
    const WallClock clock(Instant(std::chrono::seconds(50)), at(0));
    REQUIRE(engine.store().load(collected, clock).has_value());
    const auto& got = std::get<RetainedRecord>(collected.records.at(1));
    CHECK(got.qos == mqtt::QoS::exactly_once);
    CHECK(got.received_at == at(5));
    CHECK(got.expires_at == at(50));
    CHECK(got.message->expires_at() == clock.instant(at(50)));
}

TEST_CASE_TEMPLATE("a retained message keeps its publisher: with a name, without, and nobody whom rules could know",
                   Engine, LedgerEngine, SqliteEngine) {
    Engine engine;
    const auto retained = [](std::string_view topic, RetainedSourcePtr source) {
        return PutRetained{{entry(1, 1, 0, topic, "1").message, mqtt::QoS::at_most_once, at(5), {}, std::move(source)}};
    };
    REQUIRE(
        engine.store()
            .apply({Ticket{1},
                    {retained("a", RetainedSource::make("ps-1", "north")), retained("b", RetainedSource::make("", "")),
                     retained("c", RetainedSource::make("ps-3", std::nullopt)), retained("d", {})}})
            .has_value());
    engine.reopen();
    Collected collected;
    REQUIRE(engine.store().load(collected, WallClock()).has_value());
    std::vector<std::string> sources;
    for (const StoreRecord& record : collected.records) {
        const RetainedSourcePtr& source = std::get<RetainedRecord>(record).source;
        sources.push_back(source ? source->client_id + "/" + source->user.value_or("anonymous") : "nobody");
    }
    CHECK(sources == std::vector<std::string>{"ps-1/north", "/", "ps-3/anonymous", "nobody"});
}

TEST_CASE_TEMPLATE("[MQTT-3.1.2-7] a will is kept with every field until it is dropped", Engine, LedgerEngine,
                   SqliteEngine) {
    Engine engine;
    WillRecord will;
    will.session = SessionId{3};
    will.client_id = "a";
    will.message = entry(1, 1, 0, "lost", "42").message;
    will.received_at = at(5);
    will.qos = mqtt::QoS::at_least_once;
    will.retain = true;
    will.delay = std::chrono::seconds(60);
    WillRecord due = will;
    due.session = SessionId{2};
    due.client_id = "b";
    due.message_expiry = std::chrono::seconds(9);
    due.due_at = at(99);
    REQUIRE(engine.store().apply({Ticket{1}, {PutWill{will}, PutWill{due}, PutSession{session(3, "a")}}}).has_value());
    engine.reopen();
    CHECK(*records_of(engine.store()) ==
          std::vector<std::string>{"session 3 a", "will 2 b lost=42", "will 3 a lost=42"});
    Collected collected;
    REQUIRE(engine.store().load(collected, WallClock()).has_value());
    const auto& got_due = std::get<WillRecord>(collected.records.at(1));
    CHECK(got_due.message_expiry == due.message_expiry);
    CHECK(got_due.due_at == due.due_at);
    const auto& got = std::get<WillRecord>(collected.records.at(2));
    CHECK(got.qos == will.qos);
    CHECK(got.retain);
    CHECK(got.delay == will.delay);
    CHECK(got.received_at == will.received_at);
    CHECK_FALSE(got.message_expiry);
    CHECK_FALSE(got.due_at);
    REQUIRE(engine.store().apply({Ticket{2}, {DropSession{SessionId{3}}, DropWill{SessionId{2}}}}).has_value());
    engine.reopen();
    CHECK(*records_of(engine.store()) == std::vector<std::string>{"will 3 a lost=42"});
}

namespace {

EntryRecord deep(std::uint64_t arrival, std::uint64_t session, std::uint64_t sequence, std::string_view payload) {
    EntryRecord record = entry(arrival, session, sequence, "t", payload);
    record.is_deep = true;
    return record;
}

std::string fetched(Store& store, const Fetch& wanted) {
    const Result<FetchedPart, StoreError> part = store.fetch(wanted);
    REQUIRE(part.has_value());
    CHECK(part->damages.empty());
    std::string text;
    for (const EntryRecord& record : part->records) {
        text += std::string(as_text(record.message->payload())) + (record.is_released ? "* " : " ");
    }
    return text + (part->is_end ? "." : "");
}

Fetch wanted(std::uint64_t session, std::uint64_t from, std::size_t messages, std::size_t bytes = 1'000'000) {
    Fetch fetch;
    fetch.session = SessionId{session};
    fetch.from = from;
    fetch.most_messages = messages;
    fetch.most_bytes = bytes;
    return fetch;
}

}  // namespace

TEST_CASE_TEMPLATE("parts of a session's deep queue come in the order of its sequence, within the bounds", Engine,
                   LedgerEngine, SqliteEngine) {
    Engine engine;
    REQUIRE(records_of(engine.store()).has_value());
    REQUIRE(engine.store()
                .apply({Ticket{1},
                        {PutSession{session(1, "a")}, PutSession{session(2, "b")}, PutEntry{entry(1, 1, 0, "t", "w")},
                         PutEntry{deep(2, 1, 1, "one")}, PutEntry{deep(3, 2, 0, "other")},
                         PutEntry{deep(4, 1, 2, "two")}, PutEntry{deep(5, 1, 4, "three")}}})
                .has_value());
    for (int process = 0; process < 2; ++process) {
        Store& store = engine.store();
        CHECK(fetched(store, wanted(1, 0, 10)) == "one two three .");
        CHECK(fetched(store, wanted(1, 2, 10)) == "two three .");
        CHECK(fetched(store, wanted(1, 3, 10)) == "three .");
        CHECK(fetched(store, wanted(1, 5, 10)) == ".");
        CHECK(fetched(store, wanted(1, 0, 2)) == "one two ");
        CHECK(fetched(store, wanted(1, 0, 10, 1)) == "one ");
        CHECK(fetched(store, wanted(2, 0, 10)) == "other .");
        CHECK(fetched(store, wanted(3, 0, 10)) == ".");
        engine.reopen();
    }
    CHECK(records_of(engine.store())->size() == 7);  // load() tells of all entries
}

TEST_CASE_TEMPLATE("entries become deep, are released, leave one by one, and all at once with the shared message",
                   Engine, LedgerEngine, SqliteEngine) {
    Engine engine;
    REQUIRE(records_of(engine.store()).has_value());
    EntryRecord shared = deep(3, 1, 2, "shared");
    EntryRecord others = shared;
    others.arrival = ArrivalNumber{4};
    others.session = SessionId{2};
    REQUIRE(engine.store()
                .apply({Ticket{1},
                        {PutSession{session(1, "a")}, PutSession{session(2, "b")}, PutEntry{entry(1, 1, 0, "t", "one")},
                         PutEntry{deep(2, 1, 1, "two")}, PutEntry{shared}, PutEntry{others},
                         PutEntry{deep(5, 1, 3, "four")}}})
                .has_value());
    REQUIRE(
        engine.store()
            .apply({Ticket{2},
                    {DeepenEntry{ArrivalNumber{1}}, ReleaseEntry{ArrivalNumber{3}}, DeepenEntry{ArrivalNumber{99}}}})
            .has_value());
    CHECK(fetched(engine.store(), wanted(1, 0, 10)) == "one two shared* four .");
    REQUIRE(engine.store().apply({Ticket{3}, {DropEntry{ArrivalNumber{2}}}}).has_value());
    engine.reopen();
    CHECK(fetched(engine.store(), wanted(1, 0, 10)) == "one shared* four .");
    REQUIRE(engine.store().apply({Ticket{4}, {DropDeepEntries{SessionId{1}}, DropSession{SessionId{1}}}}).has_value());
    CHECK(fetched(engine.store(), wanted(1, 0, 10)) == ".");
    engine.reopen();
    CHECK(fetched(engine.store(), wanted(2, 0, 10)) == "shared .");
    CHECK(*records_of(engine.store()) == std::vector<std::string>{"session 2 b", "entry 4 2:2 t=shared"});
}

TEST_CASE_TEMPLATE("of a deep queue only what has expired, and when the next one does", Engine, LedgerEngine,
                   SqliteEngine) {
    Engine engine;
    REQUIRE(records_of(engine.store()).has_value());
    std::vector<StoreOperation> operations{PutSession{session(1, "a")}};
    for (const std::int64_t expiry : {0, 50, 10, 70, 10, 60}) {  // 0: never
        const auto number = static_cast<std::uint64_t>(operations.size());
        EntryRecord record = deep(number, 1, number, std::to_string(expiry));
        if (expiry != 0) record.expires_at = at(expiry);
        operations.emplace_back(PutEntry{record});
    }
    REQUIRE(engine.store().apply({Ticket{1}, std::move(operations)}).has_value());
    Fetch expired = wanted(1, 0, 10);
    expired.expired_at = at(50);
    CHECK(fetched(engine.store(), expired) == "50 10 10 .");
    CHECK(engine.store().fetch(expired)->next_expiry == at(60));
    expired.most_messages = 1;
    CHECK(fetched(engine.store(), expired) == "50 ");
    expired.expired_at = at(9);
    CHECK(fetched(engine.store(), expired) == ".");
    CHECK(engine.store().fetch(expired)->next_expiry == at(10));
}
