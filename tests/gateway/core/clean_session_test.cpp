// What CONNECT keeps of the session before: the four rows of MQTT-SN 1.2 §6.3.

#include <doctest/doctest.h>

#include <optional>

#include "tests/gateway/core/scene.hpp"

namespace trunkline::gateway {

using namespace std::chrono_literals;

namespace {

/// A sensor whose session is kept, with a subscription and the will "state" = 'old', that has said goodbye.
struct Away : Scene {
    explicit Away(const Settings& with = {}) : Scene(with) {
        connect(false, "old");
        send(sensor_a,
             mqttsn::Subscribe{.qos = mqttsn::QoS::at_least_once, .msg_id = mqttsn::MsgId{1}, .topic_name = "valve/#"});
        REQUIRE(got(id) == "SUBSCRIBE packet=1 valve/# qos=1");
        suback(id, 1, mqtt::ReasonCode::granted_qos_1);
        send(sensor_a, mqttsn::Disconnect{});
        heard(sensor_a);
        got(id);
    }
    /// What the sensor hears on the way. The broker knows nothing of it any more, so that the gateway tells it what it
    /// knows itself.
    std::string connect(bool clean_session, std::optional<std::string_view> will) {
        send(sensor_a,
             mqttsn::Connect{
                 .will = will.has_value(), .clean_session = clean_session, .duration_seconds = 40, .client_id = "s1"});
        if (will) {
            send(sensor_a, mqttsn::WillTopic{mqttsn::QoS::at_least_once, false, "state"});
            send(sensor_a, mqttsn::WillMsg{as_byte_view(*will)});
        }
        id = asked_one();
        open(id);
        got(id);
        accept(id);
        return heard(sensor_a);
    }
    /// What the broker gets when the sensor falls silent.
    std::string testament() {
        pass(59s);
        if (got(id) == "PINGREQ") answer(id, mqtt::PingResp{});
        pass(1s);
        return got(id);
    }
    UpstreamId id{};
};

constexpr std::string_view prompts = "WILLTOPICREQ; WILLMSGREQ; CONNACK code=0";

}  // namespace

TEST_CASE("MQTT-SN 1.2 §6.3-1: G3: CleanSession and Will: subscriptions and will go, a new will is asked for") {
    Away scene;
    CHECK(scene.connect(true, "new") == prompts);
    CHECK(scene.got(scene.id).empty());
    CHECK(scene.testament() == "PUBLISH state qos=1 packet=1 'new'");
}

TEST_CASE("MQTT-SN 1.2 §6.3-2: G3: CleanSession without Will: subscriptions and will go") {
    Away scene;
    CHECK(scene.connect(true, std::nullopt) == "CONNACK code=0");
    CHECK(scene.got(scene.id).empty());
    CHECK(scene.testament().starts_with("DISCONNECT"));
}

TEST_CASE(
    "MQTT-SN 1.2 §6.3-3: G3: Will without CleanSession: subscriptions stay, the new will takes the old one's place") {
    Away scene;
    CHECK(scene.connect(false, "new") == prompts);
    CHECK(scene.got(scene.id) == "SUBSCRIBE packet=2 valve/# qos=1");
    scene.suback(scene.id, 2, mqtt::ReasonCode::granted_qos_1);
    CHECK(scene.testament() == "PUBLISH state qos=1 packet=3 'new'");
}

TEST_CASE("MQTT-SN 1.2 §6.3-4: G3: neither Will nor CleanSession: subscriptions and will stay, nothing is asked for") {
    Away scene;
    CHECK(scene.connect(false, std::nullopt) == "CONNACK code=0");
    CHECK(scene.got(scene.id) == "SUBSCRIBE packet=2 valve/# qos=1");
    scene.suback(scene.id, 2, mqtt::ReasonCode::granted_qos_1);
    CHECK(scene.testament() == "PUBLISH state qos=1 packet=3 'old'");
}

TEST_CASE("MQTT-SN 1.2 §6.2-7: Will with an empty WILLTOPIC: the will of the session before goes, too") {
    Away scene;
    scene.send(sensor_a, mqttsn::Connect{.will = true, .duration_seconds = 40, .client_id = "s1"});
    scene.send(sensor_a, mqttsn::WillTopic{});
    scene.id = scene.asked_one();
    scene.open(scene.id);
    scene.got(scene.id);
    scene.accept(scene.id, true);
    CHECK(scene.heard(sensor_a) == "WILLTOPICREQ; CONNACK code=0");
    CHECK(scene.testament().starts_with("DISCONNECT"));
}

}  // namespace trunkline::gateway
