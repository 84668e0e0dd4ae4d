#include "gateway/core/inspection.hpp"

#include <doctest/doctest.h>

#include "tests/gateway/core/scene.hpp"

namespace trunkline::gateway {

using Discarded = Gateway::Discarded;

using namespace std::chrono_literals;

namespace {

std::uint64_t in_state(const Scene& scene, SensorState state) {
    return scene.gateway.gauges().sensors[static_cast<std::size_t>(state)];
}

void publish_down(Scene& scene, UpstreamId id, std::uint16_t packet_id, std::string_view payload) {
    scene.answer(id, mqtt::Publish{.qos = mqtt::QoS::at_least_once,
                                   .topic = "down",
                                   .packet_id = mqtt::PacketId{packet_id},
                                   .payload = as_byte_view(payload)});
}

}  // namespace

TEST_CASE("gauges: each sensor stands under its state, from CONNECT to its end") {
    Scene scene(both_modes());
    scene.send(sensor_a, mqttsn::Connect{.clean_session = true, .duration_seconds = 60, .client_id = "s1"});
    CHECK(in_state(scene, SensorState::connecting) == 1);
    const UpstreamId id = scene.asked_one();
    scene.open(id);
    scene.accept(id);
    CHECK(in_state(scene, SensorState::connecting) == 0);
    CHECK(in_state(scene, SensorState::active) == 1);
    CHECK(scene.gateway.gauges().upstream_connected == 1);
    CHECK(scene.gateway.gauges().upstream_connections == 1);
    scene.send(sensor_a, mqttsn::Disconnect{.duration_seconds = 300});
    CHECK(in_state(scene, SensorState::asleep) == 1);
    scene.close(id);
    CHECK(scene.gateway.gauges().upstream_connected == 0);
    scene.send(sensor_a, mqttsn::Disconnect{});
    CHECK(scene.gateway.sensor_count() == 0);
    for (std::size_t state = 0; state < sensor_state_count; ++state) CHECK(scene.gateway.gauges().sensors[state] == 0);
}

TEST_CASE("gauges: what waits for a sleeper is counted in messages and octets, and counted off when it is taken") {
    Scene scene;
    const UpstreamId id = scene.connected(sensor_a, "s1");
    scene.send(sensor_a, mqttsn::Subscribe{.msg_id = mqttsn::MsgId{1}, .topic_name = "down"});
    scene.suback(id, 1, mqtt::ReasonCode::granted_qos_1);
    scene.send(sensor_a, mqttsn::Disconnect{.duration_seconds = 300});
    scene.heard(sensor_a);
    publish_down(scene, id, 1, "12345");
    publish_down(scene, id, 2, "1");
    CHECK(scene.gateway.gauges().waiting_messages == 2);
    CHECK(scene.gateway.gauges().waiting_octets == 4 + 5 + 4 + 1);
    const Client& client = *scene.gateway.find("s1");
    CHECK(client.state() == SensorState::asleep);
    CHECK(client.silence_allowed() == 300s);
    CHECK(client.downlink().waiting().size() == 2);
    CHECK(client.downlink().waiting().front().payload.size() == 5);
    scene.send(sensor_a, mqttsn::PingReq{"s1"});
    CHECK(in_state(scene, SensorState::awake) == 1);
    for (int count = 0; count < 2; ++count) {
        const std::string heard = scene.heard(sensor_a);
        const auto msg_id = static_cast<std::uint16_t>(std::stoul(heard.substr(heard.find("msg=") + 4)));
        scene.send(sensor_a, mqttsn::PubAck{mqttsn::TopicId{1}, mqttsn::MsgId{msg_id}, mqttsn::ReturnCode::accepted});
    }
    scene.answer(id, mqtt::PingResp{});  // there is no more
    CHECK(scene.heard(sensor_a) == "PINGRESP");
    CHECK(scene.gateway.gauges().waiting_messages == 0);
    CHECK(scene.gateway.gauges().waiting_octets == 0);
}

TEST_CASE("counters: messages are counted by their type, in and out") {
    Scene scene(both_modes());
    scene.connected(sensor_a, "s1");
    scene.registered(sensor_a, "a");
    const Counters& counters = scene.gateway.counters();
    const auto index = [](const mqttsn::Message& message) { return message.index(); };
    CHECK(counters.received_by_type[index(mqttsn::Connect{})] == 1);
    CHECK(counters.received_by_type[index(mqttsn::Register{})] == 1);
    CHECK(counters.sent_by_type[index(mqttsn::ConnAck{})] == 1);
    CHECK(counters.sent_by_type[index(mqttsn::RegAck{})] == 1);
    CHECK(counters.sent_by_type[index(mqttsn::Publish{})] == 0);
}

TEST_CASE("counters: the broker's acknowledgement of a reading is timed") {
    Scene scene(both_modes());
    const UpstreamId id = scene.connected(sensor_a, "s1");
    const mqttsn::TopicId topic = scene.registered(sensor_a, "a");
    scene.send(sensor_a, mqttsn::Publish{.qos = mqttsn::QoS::at_least_once,
                                         .topic_id = topic,
                                         .msg_id = mqttsn::MsgId{1},
                                         .data = as_byte_view("1")});
    scene.now += 30ms;
    scene.answer(id, mqtt::PubAck{.packet_id = mqtt::PacketId{1}});
    CHECK(scene.gateway.figures().broker_round_trips.count(6) == 1);  // up to 50 ms
}

TEST_CASE("tables: sensors come in pages by their places") {
    Scene scene(both_modes());
    for (std::uint16_t sensor = 0; sensor < 5; ++sensor)
        scene.connected(Address::v4(10, 0, 0, 9, sensor), "s" + std::to_string(sensor));
    scene.send(Address::v4(10, 0, 0, 9, 1), mqttsn::Disconnect{});
    std::string seen;
    PageWanted wanted{0, 2};
    for (;;) {
        const Page<const Client*> page = scene.gateway.sensors(wanted);
        for (const Client* client : page.rows) seen += client->client_id() + " ";
        if (!page.next) break;
        wanted.from = *page.next;
    }
    CHECK(seen == "s0 s2 s3 s4 ");
    CHECK(scene.gateway.sensors({5, 2}).rows.empty());
    CHECK_FALSE(scene.gateway.sensors({1'000'000, 2}).next);
    CHECK(scene.gateway.find("s1") == nullptr);
    CHECK(scene.gateway.find("s2") != nullptr);
}

TEST_CASE("operator: a disconnected sensor hears DISCONNECT, its will is published, and it may come again") {
    Scene scene;
    CHECK_FALSE(scene.gateway.disconnect("s1", scene.now));
    const UpstreamId id = scene.connected(sensor_a, "s1");
    scene.send(sensor_a, mqttsn::WillTopicUpd{.topic = "gone"});
    scene.send(sensor_a, mqttsn::WillMsgUpd{as_byte_view("bye")});
    scene.heard(sensor_a);
    CHECK(scene.gateway.disconnect("s1", scene.now));
    CHECK(scene.heard(sensor_a) == "DISCONNECT");
    CHECK(scene.facts() == "gone s1 operator_request; will s1 gone");
    CHECK(scene.got(id).starts_with("PUBLISH gone qos=0 'bye'; DISCONNECT"));
    CHECK_FALSE(scene.gateway.disconnect("s1", scene.now));
    CHECK(scene.gateway.counters().operator_disconnects == 1);
    scene.connected(sensor_a, "s1");
}

TEST_CASE("operator: a deleted sensor loses its session here and at the broker, and no will is published") {
    Scene scene;
    const UpstreamId id = scene.connected(sensor_a, "s1", false);
    scene.registered(sensor_a, "a");
    scene.send(sensor_a, mqttsn::WillTopicUpd{.topic = "gone"});
    scene.heard(sensor_a);
    CHECK(scene.gateway.discard("s1", scene.now) == Discarded::everywhere);
    CHECK(scene.heard(sensor_a) == "DISCONNECT");
    CHECK(scene.got(id) == "DISCONNECT 0 expiry=0");
    CHECK(scene.gateway.find("s1") == nullptr);
    CHECK(scene.gateway.discard("s1", scene.now) == Discarded::no_such_sensor);
}

TEST_CASE("operator: a session that the broker cannot be told to end now is ended when it is back") {
    Scene scene;
    scene.close(scene.connected(sensor_a, "s1", false));
    scene.subscribe_to_all(sensor_a);
    CHECK(scene.gateway.discard("s1", scene.now) == Discarded::here);
    CHECK(scene.heard(sensor_a) == "DISCONNECT");
    for (int attempt = 0; attempt < 3; ++attempt) {
        const UpstreamId refused = scene.asked_one();
        scene.close(refused);
        while (scene.gateway.upstream_count() == 0) scene.pass(1s);
    }
    CHECK(scene.gateway.find("s1")->state() == SensorState::lost);
    const UpstreamId back = scene.asked_one();
    scene.open(back);
    CHECK(scene.got(back).starts_with("CONNECT s1 clean=0"));  // no will of an old session is to be published
    scene.accept(back, true);
    CHECK(scene.got(back) == "DISCONNECT 0 expiry=0");
    const UpstreamId clean = scene.asked_one();
    scene.open(clean);
    CHECK(scene.got(clean).starts_with("CONNECT s1 clean=1"));
    scene.accept(clean);
    CHECK(scene.got(clean) == "DISCONNECT 0 expiry=0");
    CHECK(scene.gateway.sensor_count() == 0);
}

TEST_CASE("operator: a deleted sensor may come back before the broker does") {
    Scene scene;
    scene.close(scene.connected(sensor_a, "s1", false));
    CHECK(scene.gateway.discard("s1", scene.now) == Discarded::here);
    scene.close(scene.asked_one());
    scene.heard(sensor_a);
    scene.connected(sensor_a, "s1", false);
    CHECK(scene.gateway.find("s1")->state() == SensorState::active);
    CHECK(scene.gateway.find("s1")->topics().size() == 0);
}

TEST_CASE("operator: what a sleeper's deletion leaves is nothing") {
    Scene scene(both_modes());
    const UpstreamId id = scene.connected(sensor_a, "s1", false);
    scene.send(sensor_a, mqttsn::Disconnect{.duration_seconds = 300});
    if (scene.is_shared()) scene.close(id);
    CHECK(scene.gateway.discard("s1", scene.now) == Discarded::everywhere);
    CHECK(scene.gateway.sensor_count() == 0);
    CHECK(scene.gateway.gauges().waiting_messages == 0);
}

TEST_CASE("G5: predefined topics are replaced while sensors are connected, and what they have registered stays") {
    Settings settings;
    settings.predefined_topics = {{mqttsn::TopicId{7}, "old", ""}};
    Scene scene(both_modes(settings));
    const UpstreamId id = scene.connected(sensor_a, "s1");
    const mqttsn::TopicId own = scene.registered(sensor_a, "own");
    const auto publish = [&](mqttsn::TopicIdType type, mqttsn::TopicId topic) {
        scene.send(sensor_a, mqttsn::Publish{.topic_id_type = type, .topic_id = topic, .data = as_byte_view("1")});
    };
    publish(mqttsn::TopicIdType::predefined, mqttsn::TopicId{7});
    CHECK(scene.got(id) == "PUBLISH old qos=0 '1'");
    scene.gateway.set_predefined_topics(
        {{mqttsn::TopicId{7}, "new", ""}, {mqttsn::TopicId{8}, "only/s1", "s1"}, {mqttsn::TopicId{9}, "s2's", "s2"}},
        scene.now);
    publish(mqttsn::TopicIdType::predefined, mqttsn::TopicId{7});
    publish(mqttsn::TopicIdType::predefined, mqttsn::TopicId{8});
    publish(mqttsn::TopicIdType::normal, own);
    CHECK(scene.got(id) == "PUBLISH new qos=0 '1'; PUBLISH only/s1 qos=0 '1'; PUBLISH own qos=0 '1'");
    publish(mqttsn::TopicIdType::predefined, mqttsn::TopicId{9});
    CHECK(scene.heard(sensor_a) == "PUBACK id=9 msg=0 code=2");
}

TEST_CASE("G5: a message on its way under a predefined id goes on under what names its topic now") {
    Settings settings;
    settings.predefined_topics = {{mqttsn::TopicId{7}, "down", ""}};
    Scene scene(settings);
    const UpstreamId id = scene.connected(sensor_a, "s1");
    scene.send(sensor_a, mqttsn::Subscribe{.topic_id_type = mqttsn::TopicIdType::predefined,
                                           .msg_id = mqttsn::MsgId{1},
                                           .topic_name = {},
                                           .topic_id = mqttsn::TopicId{7}});
    scene.suback(id, 1, mqtt::ReasonCode::granted_qos_1);
    scene.heard(sensor_a);
    publish_down(scene, id, 1, "x");
    CHECK(scene.heard(sensor_a).find("PUBLISH predefined id=7 qos=1") == 0);
    scene.gateway.set_predefined_topics({{mqttsn::TopicId{70}, "down", ""}}, scene.now);
    CHECK(scene.heard(sensor_a).find("PUBLISH predefined id=70 qos=1") == 0);
}

}  // namespace trunkline::gateway
