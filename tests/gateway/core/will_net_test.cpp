// The net for a gateway that is dead for good: the broker has a copy of the will, and waits with it.

#include <doctest/doctest.h>

#include <chrono>
#include <string>

#include "tests/gateway/core/scene.hpp"

namespace trunkline::gateway {

using namespace std::chrono_literals;
using mqtt::PacketId;
using mqtt::ReasonCode;

namespace {

constexpr WallTime net_calendar{std::chrono::hours(400'000)};

/// A sensor with a will, on the way to its CONNACK.
struct Net : Scene {
    explicit Net(bool clean_session = true, const Settings& with = {}) : Scene(with) {
        if (with.is_durable) gateway.start(now, net_calendar);
        connect(clean_session, "gone");
    }
    void connect(bool clean_session, std::string_view message) {
        send(sensor_a,
             mqttsn::Connect{.will = true, .clean_session = clean_session, .duration_seconds = 0, .client_id = "s1"});
        send(sensor_a, mqttsn::WillTopic{mqttsn::QoS::at_least_once, true, "state"});
        send(sensor_a, mqttsn::WillMsg{as_byte_view(message)});
        store();
    }
    void store() {
        if (const auto batch = gateway.take_batch()) gateway.stored(batch->ticket, now);
    }
    /// The CONNECT of the connection that was asked for.
    std::string opened() {
        id = asked_one();
        open(id);
        return got(id);
    }
    void let_in(bool session_present = false) {
        accept(id, session_present);
        store();
    }
    UpstreamId id{};
};

const std::string with_net = " will=state qos=1 retain 'gone' delay=60";

Settings durable_net() {
    Settings settings;
    settings.is_durable = true;
    return settings;
}

}  // namespace

TEST_CASE("5.0 §3.1.3.2.2: the broker has the will with a delay, and a session that lasts as long, clean or not") {
    Settings settings;
    settings.upstream_session_expiry = 30s;
    SUBCASE("clean") { CHECK(Net(true, settings).opened() == "CONNECT s1 clean=0 expiry=60" + with_net); }
    SUBCASE("persistent") { CHECK(Net(false, settings).opened() == "CONNECT s1 clean=0 expiry=60" + with_net); }
    SUBCASE("another grace") {
        settings.gateway_grace = 20s;
        CHECK(Net(false, settings).opened() == "CONNECT s1 clean=0 expiry=30 will=state qos=1 retain 'gone' delay=20");
    }
}

TEST_CASE("the gateway's own reconnects have Clean Start 0, and carry the will again") {
    Net scene(true);
    scene.opened();
    scene.let_in();
    scene.close(scene.id);
    scene.pass(1s);
    CHECK(scene.opened() == "CONNECT s1 clean=0 expiry=60" + with_net);
}

TEST_CASE("[MQTT-3.14.4-3] a sensor's DISCONNECT deletes the will, and a clean session") {
    for (const bool clean_session : {false, true}) {
        Net scene(clean_session);
        scene.opened();
        scene.let_in();
        scene.send(sensor_a, mqttsn::Disconnect{});
        CHECK(scene.got(scene.id) == (clean_session ? "DISCONNECT 0 expiry=0" : "DISCONNECT 0"));
    }
}

TEST_CASE("a changed will is the broker's from the gateway's next CONNECT on, a deleted one no longer") {
    for (const bool deletes : {false, true}) {
        Net scene;
        scene.opened();
        scene.let_in();
        if (deletes) scene.send(sensor_a, mqttsn::WillTopicUpd{});
        else scene.send(sensor_a, mqttsn::WillMsgUpd{as_byte_view("lost")});
        CHECK(scene.got(scene.id).empty());
        scene.close(scene.id);
        scene.pass(1s);
        const std::string changed = " will=state qos=1 retain 'lost' delay=60";
        CHECK(scene.opened() == "CONNECT s1 clean=0 expiry=60" + (deletes ? "" : changed));
    }
}

TEST_CASE("a sensor that connects again with another will has it told to the broker, over a new connection") {
    Net scene(false);
    scene.opened();
    scene.let_in();
    scene.pass(20s);
    scene.connect(false, "gone");  // the same: the connection stays
    CHECK(scene.asked().empty());
    scene.pass(40s);
    scene.got(scene.id);
    scene.connect(false, "lost");
    CHECK(scene.got(scene.id) == "DISCONNECT 0");
    CHECK(scene.opened().ends_with("will=state qos=1 retain 'lost' delay=60"));
    scene.let_in(true);
    CHECK(scene.heard(sensor_a).ends_with("CONNACK code=0"));
}

TEST_CASE(
    "[MQTT-3.1.3-9] a clean sensor that begins anew while the broker may hold its will has that cancelled first") {
    for (const bool session_present : {false, true}) {
        Net scene(true);
        scene.opened();
        scene.let_in();
        scene.heard(sensor_a);
        scene.pass(40s);
        scene.connect(true, "lost");  // whether the connection to the broker is alive nobody knows
        const std::string with_other = " will=state qos=1 retain 'lost' delay=60";
        CHECK(scene.opened() == "CONNECT s1 clean=0 expiry=60" + with_other);
        scene.let_in(session_present);
        if (session_present) {
            CHECK(scene.got(scene.id) == "DISCONNECT 0 expiry=0");
            CHECK(scene.opened() == "CONNECT s1 clean=1 expiry=60" + with_other);
            scene.let_in();
        }
        CHECK(scene.heard(sensor_a) == "WILLTOPICREQ; WILLMSGREQ; CONNACK code=0");
    }
}

TEST_CASE("a sensor that said goodbye leaves no will at the broker while its messages are brought there") {
    Net scene(false, durable_net());
    scene.opened();
    scene.let_in();
    const mqttsn::Publish reading{.qos = mqttsn::QoS::exactly_once,
                                  .topic_id_type = mqttsn::TopicIdType::short_name,
                                  .topic_id = mqttsn::topic_id_of_short_name("ab"),
                                  .msg_id = mqttsn::MsgId{7},
                                  .data = as_byte_view("17.2")};
    scene.send(sensor_a, reading);
    scene.store();
    scene.send(sensor_a, mqttsn::Disconnect{});
    scene.store();
    CHECK(scene.got(scene.id) == "PUBLISH ab qos=2 packet=32769 '17.2'; DISCONNECT 0");
    scene.pass(1s);
    CHECK(scene.opened() == "CONNECT s1 clean=0 expiry=604800");
    scene.let_in(true);
    CHECK(scene.got(scene.id) == "PUBLISH ab qos=2 packet=32769 dup '17.2'");
}

TEST_CASE("a gateway that stops leaves the wills to the broker, if it will know its sensors when it is back") {
    for (const bool is_durable : {false, true}) {
        Settings settings;
        settings.is_durable = is_durable;
        Net scene(true, settings);
        scene.opened();
        scene.let_in();
        scene.gateway.shut_down(scene.now);
        CHECK(scene.got(scene.id) == (is_durable ? "DISCONNECT 4" : "DISCONNECT 0 expiry=0"));
    }
}

TEST_CASE("a restart brings the will to the broker again") {
    Scene scene(durable_net());
    scene.gateway.start(scene.now, net_calendar);
    SensorRecord record;
    record.number = SensorNumber{1};
    record.client_id = "s1";
    record.address = sensor_a;
    record.clean_session = true;
    record.first_topic_id = mqttsn::TopicId{1};
    record.will = Will{"state", {}, mqtt::QoS::at_least_once, false};
    scene.gateway.restore(record, scene.now);
    scene.pass(1s);
    const UpstreamId id = scene.asked_one();
    scene.open(id);
    CHECK(scene.got(id) == "CONNECT s1 clean=0 expiry=60 will=state qos=1 '' delay=60");
}

TEST_CASE("3.1.1 would not wait with the will, and gets none unless that is wished for") {
    for (const bool is_wished : {false, true}) {
        Settings settings;
        settings.upstream_version = mqtt::ProtocolVersion::v3_1_1;
        settings.will_upstream_311 = is_wished;
        Net scene(true, settings);
        CHECK(scene.opened() == "CONNECT s1 clean=1 expiry=0" +
                                    std::string(is_wished ? " will=state qos=1 retain 'gone' delay=0" : "") + " 3.1.1");
        scene.let_in();
        scene.gateway.shut_down(scene.now);
        CHECK(scene.got(scene.id) == "DISCONNECT 0");
    }
}

TEST_CASE("[MQTT-3.2.2-12] [MQTT-3.2.2-13] a broker that cannot take the will has the sensor without it") {
    for (const ReasonCode reason : {ReasonCode::qos_not_supported, ReasonCode::retain_not_supported}) {
        Net scene;
        scene.opened();
        scene.answer(scene.id, mqtt::ConnAck{.reason = reason});
        CHECK(scene.opened() == "CONNECT s1 clean=0 expiry=60");
        scene.let_in();
        CHECK(scene.heard(sensor_a).ends_with("CONNACK code=0"));
    }
}

}  // namespace trunkline::gateway
