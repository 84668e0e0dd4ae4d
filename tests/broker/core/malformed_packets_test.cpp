// Every malformed packet of the table, sent to the broker. docs/conformance.md lists each under the statement that it
// breaks.

#include <optional>
#include <string>

#include <doctest/doctest.h>

#include "tests/broker/core/broker_driver.hpp"
#include "tests/support/packet_samples.hpp"

using namespace trunkline;
using namespace trunkline::broker;
using namespace trunkline::broker::test;
using mqtt::PacketType;
using mqtt::ProtocolVersion;
using mqtt::QoS;
using mqtt::ReasonCode;
using trunkline::test::PacketSample;

namespace {

bool is_connect(const PacketSample& sample) { return sample.notation.starts_with('1'); }

/// A neighbour whose traffic nothing may disturb.
struct Bystander {
    explicit Bystander(Driver& its_driver) : driver(its_driver), id(driver.connect("bystander")) {
        driver.subscribe(id, "calm", QoS::at_least_once);
        driver.take(id);
    }
    bool is_undisturbed() {
        driver.publish(id, "calm", "still", QoS::at_least_once, 1);
        const std::vector<Got> got = driver.take(id);
        if (got.size() != 2 || payloads(got) != "still") return false;
        for (const Got& packet : got) {
            if (packet.type == PacketType::publish) driver.acknowledge(id, packet.id);
        }
        return !driver.closed(id);
    }

    Driver& driver;
    ConnectionId id;
};

/// What the broker says before it closes: the reason of its last packet; nothing: it says nothing.
std::optional<ReasonCode> last_words(Driver& driver, ConnectionId id) {
    const std::vector<Got> got = driver.take(id);
    if (got.empty()) return std::nullopt;
    CHECK(got.size() == 1);
    CHECK((got[0].type == PacketType::connack || got[0].type == PacketType::disconnect));
    CHECK_FALSE(got[0].session_present);  // [MQTT-3.2.2-6]
    return got[0].reason;
}

/// Before 5.0 nothing but a few return codes can be said, and of a CONNECT that is cut off before its version nothing
/// at all.
std::optional<ReasonCode> expected_words(const PacketSample& sample) {
    if (is_connect(sample)) {
        const bool has_return_code = sample.reason == ReasonCode::unsupported_protocol_version ||
                                     sample.reason == ReasonCode::client_identifier_not_valid;
        if (has_return_code) return sample.reason;
        if (sample.name == "CONNECT: nothing" || sample.name == "CONNECT: no level") return std::nullopt;
    }
    return sample.version == ProtocolVersion::v5 ? std::optional(sample.reason) : std::nullopt;
}

}  // namespace

TEST_CASE(
    "[MQTT-3.1.4-1] [MQTT-4.13.1-1] [MQTT-4.13.2-1] 3.1.1 [MQTT-3.1.4-1] 3.1.1 [MQTT-4.8.0-1] a malformed packet ends "
    "its connection, with the reason where there is a way to say it, and disturbs nobody else") {
    Driver driver;
    Bystander bystander(driver);
    for (const PacketSample& sample : trunkline::test::malformed_packets()) {
        CAPTURE(std::string(sample.name));
        const ConnectionId id = is_connect(sample) ? driver.open() : driver.connect("c", sample.version);
        const bool is_unknown = sample.reason == ReasonCode::unsupported_protocol_version;
        driver.set_version(id, is_unknown ? ProtocolVersion::v3_1_1 : sample.version);
        driver.take(id);
        driver.broker.facts_taken();
        driver.send_bytes(id, sample.octets());
        REQUIRE(driver.closed(id).has_value());
        CHECK(last_words(driver, id) == expected_words(sample));
        const auto closed = driver.facts<ConnectionClosed>();
        REQUIRE(closed.size() == 1);
        CHECK(closed[0].cause == *driver.closed(id));
        CHECK(closed[0].reason == sample.reason);
        if (closed[0].cause == CloseCause::protocol_error) CHECK(closed[0].clause == sample.clause);
        CHECK(bystander.is_undisturbed());
    }
    CHECK(driver.broker.connection_count() == 1);
    CHECK(driver.broker.session_count() == 1);
}

TEST_CASE("[MQTT-4.13.1-1] the same octet by octet, with the rest of a longer packet never to come") {
    Driver driver;
    for (const PacketSample& sample : trunkline::test::malformed_packets()) {
        CAPTURE(std::string(sample.name));
        const ConnectionId id = is_connect(sample) ? driver.open() : driver.connect("c", sample.version);
        driver.set_version(id, ProtocolVersion::v3_1_1);
        for (const std::byte octet : sample.octets()) driver.broker.received(id, ByteView(&octet, 1), driver.now);
        CHECK(driver.broker.close_requested(id).has_value());
        driver.broker.closed(id, *driver.broker.close_requested(id), driver.now);
    }
    CHECK(driver.broker.connection_count() == 0);
}

TEST_CASE("[MQTT-4.13.1-1] what stands behind a malformed packet is not looked at") {
    for (const ProtocolVersion version : both_versions) {
        Driver driver;
        const ConnectionId id = driver.connect("c", version);
        driver.take(id);
        OutputBytes bytes;
        const auto fault = trunkline::test::malformed_sample("PINGREQ: not empty").octets();
        std::copy(fault.begin(), fault.end(), bytes.extend(fault.size()).begin());
        mqtt::Publish publish;
        publish.topic = "x";
        mqtt::encode(publish, version, bytes);
        mqtt::encode(mqtt::PingReq{}, version, bytes);
        driver.send_bytes(id, bytes.view());
        CHECK(driver.closed(id) == CloseCause::protocol_error);
        CHECK(driver.take(id, PacketType::pingresp).empty());
        CHECK(driver.broker.counters().publish_received == 0);
    }
}
