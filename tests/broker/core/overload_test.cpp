// Memory that becomes scarce, and clients that are too fast: what gives way, in which order, and what comes back.

#include <doctest/doctest.h>

#include "tests/broker/core/broker_driver.hpp"

using namespace trunkline;
using namespace trunkline::broker;
using namespace trunkline::broker::test;
using mqtt::PacketType;
using mqtt::ProtocolVersion;
using mqtt::QoS;
using mqtt::ReasonCode;

namespace {

constexpr std::size_t budget = 1U << 20U;
/// More than what the filler sends when a stage sets in.
const std::string much(8000, 'x');

/// A megabyte, all of it for the queue of one session that is away.
struct Scarce : Driver {
    explicit Scarce(ProtocolVersion version = ProtocolVersion::v5, std::size_t limit = budget)
        : Driver(settings(limit)) {
        watcher = connect("watcher");
        subscribe(watcher, "news", QoS::at_most_once);
        filler = connect("filler");
        publisher = connect("publisher", version);
        const ConnectionId away = connect_persistent("away");
        subscribe(away, "queue/#", QoS::at_least_once);
        cut(away);
        take(watcher);
    }
    static Settings settings(std::size_t limit) {
        Settings settings;
        settings.memory_limit = limit;
        return settings;
    }
    /// Publishes to the absent until memory is that scarce.
    void fill_up_to(Pressure pressure) {
        while (!has_reached(pressure)) {
            publish(filler, "queue/1", std::string(4000, 'x'), QoS::at_least_once, ++packet_id_);
            acknowledge_all();
        }
    }
    bool has_reached(Pressure pressure) {
        for (const MemoryPressure& fact : facts<MemoryPressure>()) {
            if (fact.has_risen && fact.pressure >= pressure) return true;
        }
        return false;
    }
    void acknowledge_all() { take(filler); }
    /// The absent client comes and takes what waits for it.
    void drain() {
        const ConnectionId back = connect_persistent("away");
        for (std::vector<Got> got = take(back, PacketType::publish); !got.empty();
             got = take(back, PacketType::publish)) {
            for (const Got& one : got) acknowledge(back, one.id);
        }
        cut(back);
        sleep(0s);
    }
    ReasonCode connack_of(ConnectionId id) {
        const std::vector<Got> got = take(id, PacketType::connack);
        REQUIRE(got.size() == 1);
        return got[0].reason;
    }

    ConnectionId watcher{};
    ConnectionId filler{};
    ConnectionId publisher{};

private:
    std::uint16_t packet_id_ = 0;
};

}  // namespace

TEST_CASE("overload: first of all new clients are refused, and let in again when there is room") {
    for (const ProtocolVersion version : both_versions) {
        Scarce driver;
        CHECK(driver.connack_of(driver.connect("first", version)) == ReasonCode::success);
        driver.fill_up_to(Pressure::refusing);
        const bool is_v5 = version == ProtocolVersion::v5;
        const ConnectionId refused = driver.connect("second", version);
        CHECK(driver.connack_of(refused) == (is_v5 ? ReasonCode::quota_exceeded : ReasonCode::server_unavailable));
        CHECK(driver.closed(refused) == CloseCause::refused);
        CHECK(driver.broker.counters().connections_refused_memory == 1);
        // Who is connected may take over from itself, and who comes for what waits makes room.
        CHECK(driver.connack_of(driver.connect("first", version)) == ReasonCode::success);
        driver.drain();
        CHECK(driver.connack_of(driver.connect("second", version)) == ReasonCode::success);
        const std::vector<MemoryPressure> facts = driver.facts<MemoryPressure>();
        CHECK(facts.size() == 2);
        CHECK(facts.back().pressure == Pressure::none);
    }
}

TEST_CASE("overload: then the greediest publisher waits for its acknowledgements, which come in order") {
    Scarce driver;
    driver.fill_up_to(Pressure::holding);
    driver.publish(driver.publisher, "t", much, QoS::at_least_once, 1);
    CHECK(driver.take(driver.publisher, PacketType::puback).empty());
    driver.publish(driver.publisher, "t", "x", QoS::exactly_once, 2);
    driver.publish(driver.publisher, "t", "x", QoS::at_least_once, 3);
    CHECK(driver.take(driver.publisher).empty());
    CHECK_FALSE(driver.broker.wants_read(driver.publisher));
    CHECK(driver.broker.counters().publishers_held == 2);  // the filler, too
    driver.drain();
    const std::vector<Got> got = driver.take(driver.publisher);
    REQUIRE(got.size() == 3);
    CHECK(got[0].type == PacketType::puback);
    CHECK(got[0].id == 1);
    CHECK(got[1].type == PacketType::pubrec);
    CHECK(got[2].id == 3);
    CHECK(driver.broker.wants_read(driver.publisher));
}

TEST_CASE("[MQTT-3.3.4-7] overload: acknowledgements that are held back count against the Receive Maximum") {
    Settings settings = Scarce::settings(budget);
    Scarce driver;
    driver.fill_up_to(Pressure::holding);
    for (std::uint16_t id = 1; id <= settings.receive_maximum; ++id)
        driver.publish(driver.publisher, "t", id == 1 ? much : "x", QoS::at_least_once, id);
    CHECK_FALSE(driver.closed(driver.publisher));
    driver.publish(driver.publisher, "t", "x", QoS::at_least_once, settings.receive_maximum + 1);
    CHECK(driver.closed(driver.publisher) == CloseCause::protocol_error);
}

TEST_CASE("overload: who publishes less than the average is not held") {
    Scarce driver;
    driver.fill_up_to(Pressure::holding);
    driver.publish(driver.filler, "t", std::string(1000, 'x'), QoS::at_most_once);
    driver.publish(driver.publisher, "t", "x", QoS::at_least_once, 1);
    CHECK(driver.take(driver.publisher, PacketType::puback).size() == 1);
    CHECK(driver.broker.wants_read(driver.publisher));
    CHECK_FALSE(driver.broker.wants_read(driver.filler));
}

TEST_CASE("overload: who has messages in flight is read on, for its acknowledgements come in the same stream") {
    Scarce driver;
    driver.subscribe(driver.publisher, "mine", QoS::at_least_once);
    driver.publish(driver.filler, "mine", "x", QoS::at_least_once, 60'000);
    driver.fill_up_to(Pressure::holding);
    driver.take(driver.publisher);
    driver.publish(driver.publisher, "t", much, QoS::at_least_once, 1);
    CHECK(driver.broker.wants_read(driver.publisher));
    CHECK(driver.take(driver.publisher, PacketType::puback).empty());
}

TEST_CASE("overload: who has been held for too long is closed with a reason; nobody else is") {
    Scarce driver;
    driver.fill_up_to(Pressure::holding);
    driver.publish(driver.publisher, "t", much, QoS::at_least_once, 1);
    driver.cut(driver.filler);
    driver.sleep(30s - 1ms);
    CHECK_FALSE(driver.closed(driver.publisher));
    driver.sleep(1ms);
    CHECK(driver.closed(driver.publisher) == CloseCause::overload);
    CHECK(driver.take(driver.publisher, PacketType::disconnect).at(0).reason == ReasonCode::quota_exceeded);
    CHECK_FALSE(driver.closed(driver.watcher));
    CHECK(driver.broker.counters().publishers_closed == 1);
}

TEST_CASE("overload: then QoS 0 is dropped, and says so") {
    Scarce driver;
    driver.publish(driver.publisher, "news", "before");
    driver.fill_up_to(Pressure::dropping);
    driver.publish(driver.publisher, "news", "meanwhile");
    CHECK(payloads(driver.take(driver.watcher)) == "before");
    CHECK(driver.broker.counters().publish_dropped[static_cast<std::size_t>(DropCause::no_memory)] == 1);
    driver.drain();
    driver.publish(driver.publisher, "news", "after");
    CHECK(payloads(driver.take(driver.watcher)) == "after");
}

TEST_CASE("overload: at last nothing is taken, and each version is told in its way") {
    for (const ProtocolVersion version : both_versions) {
        Scarce driver(version);
        driver.fill_up_to(Pressure::full);
        const Gauges gauges = driver.broker.gauges();
        CHECK(gauges.memory < budget);
        const std::size_t queued = driver.broker.queue_length("away");
        const std::uint64_t refused = driver.broker.counters().publish_refused_memory;
        driver.publish(driver.publisher, "queue/1", "x", QoS::at_least_once, 1);
        CHECK(driver.broker.queue_length("away") == queued);
        CHECK(driver.broker.counters().publish_refused_memory == refused + 1);
        if (version == ProtocolVersion::v5) {
            CHECK_FALSE(driver.closed(driver.publisher));
            driver.drain();
            CHECK(driver.take(driver.publisher, PacketType::puback).at(0).reason == ReasonCode::quota_exceeded);
        } else {
            CHECK(driver.closed(driver.publisher) == CloseCause::overload);
        }
    }
}

TEST_CASE("[MQTT-4.3.3-10] overload: what was taken before memory was full is not refused when it is repeated") {
    Scarce driver;
    driver.publish(driver.publisher, "t", "x", QoS::exactly_once, 7);
    CHECK(driver.take(driver.publisher, PacketType::pubrec).at(0).reason == ReasonCode::no_matching_subscribers);
    driver.fill_up_to(Pressure::full);
    driver.publish(driver.publisher, "t", "x", QoS::exactly_once, 7);
    CHECK(driver.take(driver.publisher, PacketType::pubrec).at(0).reason == ReasonCode::success);
    driver.publish(driver.publisher, "t", "x", QoS::exactly_once, 8);
    CHECK(driver.take(driver.publisher, PacketType::pubrec).at(0).reason == ReasonCode::quota_exceeded);
}

TEST_CASE("overload: no new subscription when memory is full") {
    Scarce driver;
    driver.fill_up_to(Pressure::full);
    driver.subscribe(driver.watcher, "more", QoS::at_most_once);
    CHECK(driver.take(driver.watcher, PacketType::suback).at(0).reasons.at(0) == ReasonCode::quota_exceeded);
    driver.subscribe(driver.watcher, "news", QoS::at_least_once);
    CHECK(driver.take(driver.watcher, PacketType::suback).at(0).reasons.at(0) == ReasonCode::granted_qos_1);
}

TEST_CASE("overload: a large packet that has begun is not waited for when memory is full") {
    Scarce driver;
    driver.fill_up_to(Pressure::full);
    // PUBLISH with 1,000,000 octets, of which 100,000 come.
    std::string begun("\x30\xc0\x84\x3d", 4);
    begun += std::string(100'000, '\0');
    driver.send_bytes(driver.publisher, as_byte_view(begun));
    CHECK(driver.closed(driver.publisher) == CloseCause::overload);
    CHECK(driver.take(driver.publisher, PacketType::disconnect).at(0).reason == ReasonCode::quota_exceeded);
    // CONNECT with as much, of which 5,000 octets come.
    begun[0] = '\x10';
    const ConnectionId stranger = driver.open();
    driver.send_bytes(stranger, as_byte_view(begun).first(3'000));
    CHECK_FALSE(driver.closed(stranger));
    driver.send_bytes(stranger, as_byte_view(begun).first(2'000));
    CHECK(driver.closed(stranger) == CloseCause::overload);
}

TEST_CASE("overload: accounted memory stays within the budget, whatever QoS 1 fans out to") {
    constexpr std::size_t limit = 8U << 20U;
    Driver driver(Scarce::settings(limit));
    std::vector<ConnectionId> stuck;
    for (int number = 0; number < 200; ++number) {
        stuck.push_back(driver.connect("r" + std::to_string(number)));
        driver.subscribe(stuck.back(), "t", QoS::at_least_once);
        driver.set_stuck(stuck.back(), true);
    }
    const ConnectionId publisher = driver.connect("p", ProtocolVersion::v5);
    std::size_t most = 0;
    for (std::uint16_t id = 1; id < 2000 && !driver.closed(publisher); ++id) {
        driver.publish(publisher, "t", std::string(10'000, 'x'), QoS::at_least_once, id % 90 + 1);
        most = std::max<std::size_t>(most, driver.broker.gauges().memory);
    }
    CHECK(most <= limit);
    CHECK(most > limit / 2);
}

TEST_CASE("limits: octets in flight, of which one message always may be") {
    Settings settings;
    settings.maximum_inflight_bytes = 1000;
    Driver driver(settings);
    const ConnectionId receiver = driver.connect("r");
    driver.subscribe(receiver, "t", QoS::at_least_once);
    driver.take(receiver);
    const ConnectionId publisher = driver.connect("p");
    for (std::uint16_t id = 1; id <= 3; ++id)
        driver.publish(publisher, "t", std::string(2000, 'x'), QoS::at_least_once, id);
    std::vector<Got> got = driver.take(receiver, PacketType::publish);
    REQUIRE(got.size() == 1);
    driver.acknowledge(receiver, got[0].id);
    CHECK(driver.take(receiver, PacketType::publish).size() == 1);
}

TEST_CASE("limits: who publishes faster than it may is not read for a while") {
    Settings settings;
    settings.publish_rate_limit = 10;
    Driver driver(settings);
    const ConnectionId publisher = driver.connect("p");
    for (int count = 0; count < 10; ++count) driver.publish(publisher, "t", "x");
    CHECK(driver.broker.wants_read(publisher));
    for (int count = 0; count < 5; ++count) driver.publish(publisher, "t", "x");
    CHECK_FALSE(driver.broker.wants_read(publisher));
    CHECK(driver.broker.counters().publishers_throttled == 1);
    driver.sleep(500ms - 1ns);
    CHECK_FALSE(driver.broker.wants_read(publisher));
    driver.sleep(1ns);
    CHECK(driver.broker.wants_read(publisher));
    driver.sleep(10s);
    CHECK_FALSE(driver.closed(publisher));
}

TEST_CASE("limits: who is much too fast is told so and closed") {
    for (const ProtocolVersion version : both_versions) {
        Settings settings;
        settings.publish_rate_limit_bytes = 1000;
        Driver driver(settings);
        const ConnectionId publisher = driver.connect("p", version);
        driver.take(publisher);
        driver.publish(publisher, "t", std::string(10'999, 'x'));
        CHECK_FALSE(driver.closed(publisher));
        driver.publish(publisher, "t", "x");
        CHECK(driver.closed(publisher) == CloseCause::rate_exceeded);
        const std::vector<Got> got = driver.take(publisher);
        if (version == ProtocolVersion::v5) CHECK(got.at(0).reason == ReasonCode::message_rate_too_high);
        else CHECK(got.empty());
    }
}

TEST_CASE("§3.2.2.2 limits: too many connections in a second are refused, in each version's words") {
    for (const ProtocolVersion version : both_versions) {
        Settings settings;
        settings.connect_rate_limit = 3;
        Driver driver(settings);
        const auto answer = [&](const std::string& client_id) {
            const ConnectionId id = driver.connect(client_id, version);
            const std::vector<Got> got = driver.take(id, PacketType::connack);
            REQUIRE(got.size() == 1);
            return got[0].reason;
        };
        for (const std::string name : {"a", "b", "c"}) CHECK(answer(name) == ReasonCode::success);
        const bool is_v5 = version == ProtocolVersion::v5;
        CHECK(answer("d") == (is_v5 ? ReasonCode::connection_rate_exceeded : ReasonCode::server_unavailable));
        CHECK(driver.broker.counters().connections_over_rate == 1);
        driver.sleep(400ms);
        CHECK(answer("d") == ReasonCode::success);
    }
}
