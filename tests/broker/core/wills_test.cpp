#include <string>

#include <doctest/doctest.h>

#include "tests/broker/core/broker_driver.hpp"

using namespace trunkline;
using namespace trunkline::broker;
using namespace trunkline::broker::test;
using mqtt::PacketType;
using mqtt::PropertyId;
using mqtt::ProtocolVersion;
using mqtt::QoS;
using mqtt::ReasonCode;

namespace {

struct Mortal {
    ProtocolVersion version = ProtocolVersion::v5;
    bool clean_start = true;
    std::uint32_t expiry = 0;
    std::uint32_t delay = 0;
    bool retain = false;
    bool has_will = true;
    std::uint16_t keep_alive = 0;
};

/// Client "m" with a will "gone" to topic w.
ConnectionId connect(Driver& driver, const Mortal& mortal) {
    mqtt::PropertyBuilder of_connect;
    mqtt::PropertyBuilder of_will;
    mqtt::Connect packet;
    packet.version = mortal.version;
    packet.clean_start = mortal.clean_start;
    packet.client_id = "m";
    packet.keep_alive_seconds = mortal.keep_alive;
    if (mortal.has_will) {
        packet.will = mqtt::Will{QoS::at_least_once, mortal.retain, {}, "w", as_byte_view("gone")};
        if (mortal.version == ProtocolVersion::v5) {
            of_will.user_property("unit", "bar");
            if (mortal.delay != 0) of_will.number(PropertyId::will_delay_interval, mortal.delay);
            packet.will->properties = of_will.view();
        }
    }
    if (mortal.expiry != 0)
        packet.properties = of_connect.number(PropertyId::session_expiry_interval, mortal.expiry).view();
    const ConnectionId id = driver.open();
    driver.send(id, packet);
    return id;
}

/// Somebody who is always there to hear.
struct World {
    World() { listen(); }
    void listen() {
        heir = driver.connect_persistent("heir");
        driver.subscribe(heir, "w", QoS::at_least_once);
        driver.take(heir);
    }
    std::size_t wills() { return driver.take(heir, PacketType::publish).size(); }
    void restart(Duration down = 1s) {
        driver.restart(down);
        listen();
    }
    Driver driver;
    ConnectionId heir{};
};

}  // namespace

TEST_CASE("[MQTT-3.1.2-8] 3.1.1 [MQTT-3.1.2-8] the will of a lost connection is published, however it was lost") {
    for (const ProtocolVersion version : {ProtocolVersion::v3_1_1, ProtocolVersion::v5}) {
        World cut;
        cut.driver.cut(connect(cut.driver, {.version = version}));
        const std::vector<Got> got = cut.driver.take(cut.heir, PacketType::publish);
        REQUIRE(got.size() == 1);
        CHECK(got[0].payload == "gone");
        CHECK(got[0].qos == QoS::at_least_once);
        CHECK_FALSE(got[0].retain);
        CHECK(got[0].properties().empty() == (version == ProtocolVersion::v3_1_1));
        CHECK(cut.driver.facts<WillPublished>().at(0).client_id == "m");
        CHECK(cut.driver.ledger.will_count() == 0);  // [MQTT-3.1.2-10]

        World silent;
        connect(silent.driver, {.version = version, .keep_alive = 10});
        silent.driver.sleep(15s);
        CHECK(silent.wills() == 1);

        World broken;
        broken.driver.send_bytes(connect(broken.driver, {.version = version}),
                                 as_byte_view(std::string_view("\xff\x00", 2)));
        CHECK(broken.wills() == 1);
    }
}

TEST_CASE("[MQTT-3.14.4-3] DISCONNECT calls the will off, unless it says 0x04 or names an error") {
    for (const auto& [reason, published] :
         {std::pair(ReasonCode::success, 0U), std::pair(ReasonCode::disconnect_with_will_message, 1U),
          std::pair(ReasonCode::unspecified_error, 1U)}) {
        World world;
        mqtt::Disconnect disconnect;
        disconnect.reason = reason;
        world.driver.send(connect(world.driver, {}), disconnect);
        CHECK(world.wills() == published);
        CHECK(world.driver.ledger.will_count() == 0);
    }
}

TEST_CASE("[MQTT-3.1.3-9] a will with a delay waits for its client to come back") {
    World late;
    late.driver.cut(connect(late.driver, {.clean_start = false, .expiry = 1000, .delay = 60}));
    late.driver.sleep(59999ms);
    CHECK(late.wills() == 0);
    late.driver.sleep(1ms);
    CHECK(late.wills() == 1);
    CHECK(late.driver.broker.session_count() == 2);

    World back;
    back.driver.cut(connect(back.driver, {.clean_start = false, .expiry = 1000, .delay = 60}));
    back.driver.sleep(59999ms);
    connect(back.driver, {.clean_start = false, .expiry = 1000, .has_will = false});
    back.driver.sleep(1000s);
    CHECK(back.wills() == 0);
    CHECK(back.driver.ledger.will_count() == 0);

    World unnoticed;
    unnoticed.driver.cut(connect(unnoticed.driver, {.clean_start = false, .expiry = 1000, .delay = 60}));
    unnoticed.driver.now += 60s;  // the timer has not been asked
    connect(unnoticed.driver, {.clean_start = false, .expiry = 1000, .has_will = false});
    CHECK(unnoticed.wills() == 1);
}

TEST_CASE("[MQTT-3.1.2-8] the end of the session does not wait for the delay") {
    World expiring;
    expiring.driver.cut(connect(expiring.driver, {.clean_start = false, .expiry = 30, .delay = 60}));
    expiring.driver.sleep(29999ms);
    CHECK(expiring.wills() == 0);
    expiring.driver.sleep(1ms);
    CHECK(expiring.wills() == 1);
    CHECK(expiring.driver.broker.session_count() == 1);

    World ending;
    ending.driver.cut(connect(ending.driver, {.delay = 60}));
    CHECK(ending.wills() == 1);

    World cleaned;
    cleaned.driver.cut(connect(cleaned.driver, {.clean_start = false, .expiry = 1000, .delay = 60}));
    connect(cleaned.driver, {.clean_start = true, .has_will = false});
    CHECK(cleaned.wills() == 1);
}

TEST_CASE("[MQTT-3.1.4-3] a take-over publishes a will without delay, and resuming calls one with a delay off") {
    World without;
    connect(without.driver, {.clean_start = false, .expiry = 1000});
    connect(without.driver, {.clean_start = false, .expiry = 1000, .has_will = false});
    CHECK(without.wills() == 1);
    World with;
    connect(with.driver, {.clean_start = false, .expiry = 1000, .delay = 60});
    connect(with.driver, {.clean_start = false, .expiry = 1000, .has_will = false});
    with.driver.sleep(100s);
    CHECK(with.wills() == 0);
}

TEST_CASE("[MQTT-3.1.2-15] a will with Will Retain is retained") {
    World world;
    world.driver.cut(connect(world.driver, {.retain = true}));
    const ConnectionId later = world.driver.connect("later");
    world.driver.subscribe(later, "w", QoS::at_most_once);
    const std::vector<Got> got = world.driver.take(later, PacketType::publish);
    REQUIRE(got.size() == 1);
    CHECK(got[0].retain);
}

TEST_CASE("[MQTT-3.1.2-7] CONNACK waits until the will is stored") {
    World world;
    world.driver.store_works = false;
    const ConnectionId id = connect(world.driver, {});
    CHECK(world.driver.take(id).empty());
    world.driver.store_now();
    CHECK(world.driver.take(id).size() == 1);
    CHECK(world.driver.ledger.will_count() == 1);
    CHECK(world.driver.ledger.session_count() == 1);  // that of the heir: a will alone stores no session
}

TEST_CASE("after a crash the wills of clients that do not come back within the grace are published, once") {
    for (const Mortal& mortal : {Mortal{}, Mortal{.clean_start = false, .expiry = 1000},
                                 Mortal{.clean_start = false, .expiry = 1000, .delay = 10}}) {
        World world;
        connect(world.driver, mortal);
        world.restart();
        world.driver.sleep(59999ms);
        CHECK(world.wills() == 0);
        world.driver.sleep(1ms);
        CHECK(world.wills() == 1);
        CHECK(world.driver.ledger.will_count() == 0);
        world.restart();
        world.driver.sleep(100s);
        CHECK(world.driver.facts<WillPublished>().empty());
    }
}

TEST_CASE("after a crash a client that comes back within the grace leaves no will behind") {
    for (const bool clean : {true, false}) {
        World world;
        connect(world.driver, {.clean_start = clean, .expiry = clean ? 0U : 1000U});
        world.restart();
        world.driver.sleep(59s);
        const ConnectionId back =
            connect(world.driver, {.clean_start = clean, .expiry = clean ? 0U : 1000U, .has_will = false});
        CHECK(world.driver.take(back).at(0).session_present == !clean);
        world.driver.sleep(100s);
        CHECK(world.wills() == 0);
        CHECK(world.driver.ledger.will_count() == 0);
    }
}

TEST_CASE("a second crash within the grace does not make a client's will due that comes back in time") {
    for (const bool clean : {true, false}) {
        World world;
        connect(world.driver, {.clean_start = clean, .expiry = clean ? 0U : 1000U});
        world.restart();
        world.driver.sleep(10s);
        world.restart();
        world.driver.sleep(40s);
        connect(world.driver, {.clean_start = clean, .expiry = clean ? 0U : 1000U, .has_will = false});
        world.driver.sleep(100s);
        CHECK(world.wills() == 0);
        CHECK(world.driver.ledger.will_count() == 0);
    }
}

TEST_CASE("a session that ended with its connection is not resumed because its will was kept") {
    World world;
    connect(world.driver, {});
    world.restart();
    const ConnectionId back = connect(world.driver, {.clean_start = false, .expiry = 1000, .has_will = false});
    CHECK_FALSE(world.driver.take(back).at(0).session_present);
    world.driver.sleep(100s);
    CHECK(world.wills() == 0);
}

TEST_CASE("a delay goes on while the broker is down, and a second crash does not begin it again") {
    World world;
    world.driver.cut(connect(world.driver, {.clean_start = false, .expiry = 1000, .delay = 100}));
    world.driver.sleep(10s);
    world.restart(50s);
    world.driver.sleep(39999ms);
    CHECK(world.wills() == 0);
    world.driver.sleep(1ms);
    CHECK(world.wills() == 1);

    World twice;
    connect(twice.driver, {});
    twice.restart();
    twice.driver.sleep(30s);
    twice.restart(10s);
    twice.driver.sleep(19999ms);
    CHECK(twice.wills() == 0);
    twice.driver.sleep(1ms);
    CHECK(twice.wills() == 1);
}

TEST_CASE("§3.1.2.5 a server that stops leaves wills to its next start") {
    for (const Mortal& mortal : {Mortal{}, Mortal{.clean_start = false, .expiry = 1000}}) {
        World world;
        connect(world.driver, mortal);
        world.driver.broker.shut_down(world.driver.now);
        world.driver.round();
        CHECK(world.driver.facts<WillPublished>().empty());
        CHECK(world.driver.ledger.will_count() == 1);
        world.restart();
        world.driver.sleep(60s);
        CHECK(world.wills() == 1);
    }
}

TEST_CASE("§3.1.3.2.4 the expiry of a will's message counts from its publication") {
    World world;
    mqtt::PropertyBuilder of_will;
    of_will.number(PropertyId::message_expiry_interval, 10);
    mqtt::Connect packet;
    packet.client_id = "m";
    packet.will = mqtt::Will{QoS::at_least_once, false, of_will.view(), "w", as_byte_view("gone")};
    const ConnectionId id = world.driver.open();
    world.driver.send(id, packet);
    world.driver.sleep(100s);
    world.driver.cut(id);
    const std::vector<Got> got = world.driver.take(world.heir, PacketType::publish);
    REQUIRE(got.size() == 1);
    CHECK(got[0].properties().number(PropertyId::message_expiry_interval) == 10);
}
