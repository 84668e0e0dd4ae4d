// What sensors that share a connection to the broker must not notice of each other.

#include "gateway/core/shared_connection.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "tests/gateway/core/scene.hpp"

namespace trunkline::gateway {

using namespace std::chrono_literals;
using mqtt::ReasonCode;
using mqttsn::MsgId;
using mqttsn::TopicId;

namespace {

Settings aggregating(Settings settings = {}) {
    settings.modes.otherwise = Mode::aggregating;
    settings.upstream_connections = 1;
    settings.predefined_topics = {{TopicId{1}, "p"}, {TopicId{2}, "q"}};
    return settings;
}

Settings durable_aggregating() {
    Settings settings = aggregating();
    settings.is_durable = true;
    return settings;
}

mqttsn::Publish shared_reading(std::uint16_t msg_id, std::string_view data = "",
                               mqttsn::QoS qos = mqttsn::QoS::at_least_once) {
    return {.qos = qos,
            .topic_id_type = mqttsn::TopicIdType::predefined,
            .topic_id = TopicId{1},
            .msg_id = MsgId{msg_id},
            .data = as_byte_view(data)};
}

/// Two sensors on one connection; a store that is done when asked to be.
struct Sharing : Scene {
    explicit Sharing(const Settings& with = aggregating()) : Scene(with) {
        if (settings.is_durable) gateway.start(now, WallTime{std::chrono::hours(400'000)});
    }
    void connect(const Address& from, std::string_view client_id, bool clean_session = false) {
        send(from, mqttsn::Connect{.clean_session = clean_session, .client_id = client_id});
        id = asked_one();
        open(id);
        accept(id);
        store();
        REQUIRE(heard(from).starts_with("CONNACK code=0"));
        got(id);
        facts();
    }
    void both() {
        connect(sensor_a, "s1");
        connect(sensor_b, "s2");
    }
    std::vector<StoreOperation> store() {
        std::vector<StoreOperation> all;
        while (const auto batch = gateway.take_batch()) {
            all.insert(all.end(), batch->operations.begin(), batch->operations.end());
            gateway.stored(batch->ticket, now);
        }
        return all;
    }
    /// p and q by their predefined ids.
    void subscribe(const Address& from, std::string_view filter, mqttsn::QoS qos = mqttsn::QoS::at_least_once) {
        mqttsn::Subscribe packet{.qos = qos, .msg_id = MsgId{7}, .topic_name = filter};
        if (filter == "p" || filter == "q") {
            packet.topic_id_type = mqttsn::TopicIdType::predefined;
            packet.topic_id = TopicId{static_cast<std::uint16_t>(filter == "p" ? 1 : 2)};
        }
        send(from, packet);
    }
    /// The whole of it, the question about retained messages included.
    void subscribed(const Address& from, std::string_view filter, mqttsn::QoS qos = mqttsn::QoS::at_least_once) {
        subscribe(from, filter, qos);
        const std::string request = got(id);
        REQUIRE(request.starts_with("SUBSCRIBE packet="));
        suback(id, static_cast<std::uint16_t>(std::stoul(request.substr(17))), ReasonCode::granted_qos_2);
        store();
        REQUIRE(got(id) == "PINGREQ");
        answer(id, mqtt::PingResp{});
        REQUIRE(heard(from).starts_with("SUBACK"));
    }
    void arrive(std::string_view payload, std::uint16_t packet_id, std::string_view filter = {},
                mqtt::QoS qos = mqtt::QoS::at_least_once, bool retain = false, bool dup = false) {
        mqtt::PropertyBuilder properties;
        if (!filter.empty())
            properties.number(mqtt::PropertyId::subscription_identifier, SharedSubscriptions::id_of(filter));
        answer(id, mqtt::Publish{.dup = dup,
                                 .qos = packet_id == 0 ? mqtt::QoS::at_most_once : qos,
                                 .retain = retain,
                                 .topic = "p",
                                 .packet_id = mqtt::PacketId{packet_id},
                                 .properties = properties.view(),
                                 .payload = as_byte_view(payload)});
    }
    void puback(const Address& from, std::uint16_t msg_id) {
        send(from, mqttsn::PubAck{TopicId{1}, MsgId{msg_id}, mqttsn::ReturnCode::accepted});
    }
    /// The connection breaks and is made again.
    void reconnect(bool session_present) {
        close(id);
        std::vector<UpstreamId> ids;
        for (int attempt = 0; attempt < 10 && ids.empty(); ++attempt) {
            pass(1s);
            ids = asked();
        }
        REQUIRE(ids.size() == 1);
        id = ids.front();
        gateway.upstream_opened(id, now);
        got(id);
        answer(id, mqtt::ConnAck{.session_present = session_present});
        facts();
    }
    UpstreamId id{};
};

std::string published(std::string_view data, int msg_id, bool dup = false) {
    return "PUBLISH predefined id=1 qos=1 msg=" + std::to_string(msg_id) + (dup ? " dup" : "") + " '" +
           std::string(data) + "'";
}

}  // namespace

TEST_CASE("MQTT-SN 1.2 §4.2-1: G1: sensors share one connection to the broker, and each hears its own answers") {
    Sharing scene;
    scene.both();
    scene.send(sensor_a, shared_reading(5, "of a"));
    scene.send(sensor_b, shared_reading(5, "of b"));
    CHECK(scene.got(scene.id) == "PUBLISH p qos=1 packet=1 'of a'; PUBLISH p qos=1 packet=2 'of b'");
    scene.answer(scene.id, mqtt::PubAck{.packet_id = mqtt::PacketId{2}, .reason = ReasonCode::not_authorized});
    CHECK(scene.heard(sensor_a).empty());
    CHECK(scene.heard(sensor_b) == "PUBACK id=1 msg=5 code=3");
    scene.answer(scene.id, mqtt::PubAck{.packet_id = mqtt::PacketId{1}});
    CHECK(scene.heard(sensor_a) == "PUBACK id=1 msg=5 code=0");
}

TEST_CASE("MQTT-SN 1.2 §4.2-1: a sensor belongs to the same one of several connections for ever, by its ClientId") {
    Settings settings = aggregating();
    settings.upstream_connections = 4;
    const auto owners = [&] {
        Scene scene(settings);
        std::vector<std::string> names;
        for (int n = 0; n < 40; ++n) {
            const Address from = Address::v4(10, 0, 1, static_cast<std::uint8_t>(n), 5000);
            scene.send(from, mqttsn::Connect{.client_id = "s" + std::to_string(n)});
            names.emplace_back(*scene.gateway.find("s" + std::to_string(n))->shared_connection());
        }
        CHECK(scene.asked().size() == 4);
        return names;
    };
    CHECK(owners() == owners());
}

TEST_CASE("a broker that takes few messages at a time has them from all sensors in turn") {
    Sharing scene;
    scene.send(sensor_a, mqttsn::Connect{.client_id = "s1"});
    scene.id = scene.asked_one();
    scene.open(scene.id);
    mqtt::PropertyBuilder properties;
    properties.number(mqtt::PropertyId::receive_maximum, 1);
    scene.answer(scene.id, mqtt::ConnAck{.properties = properties.view()});
    scene.got(scene.id);
    scene.send(sensor_b, mqttsn::Connect{.client_id = "s2"});
    for (std::uint16_t n = 1; n <= 4; ++n) scene.send(sensor_a, shared_reading(n, "a" + std::to_string(n)));
    scene.send(sensor_b, shared_reading(1, "b1"));
    std::string order = scene.got(scene.id);
    for (std::uint16_t n = 1; n <= 4; ++n) {
        scene.answer(scene.id, mqtt::PubAck{.packet_id = mqtt::PacketId{n}});
        order += "; " + scene.got(scene.id);
    }
    std::string data;
    for (std::size_t at = order.find('\''); at != std::string::npos; at = order.find('\'', at + 4))
        data += order.substr(at + 1, 2) + " ";
    CHECK(data == "a1 a2 b1 a3 a4 ");
}

TEST_CASE(
    "one subscription with the broker serves all who have the filter, at the highest QoS that any of them wants") {
    Sharing scene;
    scene.both();
    scene.subscribed(sensor_a, "p", mqttsn::QoS::at_most_once);
    scene.subscribed(sensor_b, "p", mqttsn::QoS::at_least_once);
    scene.arrive("1", 9, "p");
    CHECK(scene.heard(sensor_a) == "PUBLISH predefined id=1 qos=0 msg=0 '1'");
    CHECK(scene.heard(sensor_b) == published("1", 1));
    CHECK(scene.got(scene.id) == "PUBACK packet=9 reason=0");
    scene.send(sensor_b, mqttsn::Unsubscribe{.msg_id = MsgId{8}, .topic_name = "p"});
    CHECK(scene.heard(sensor_b) == "UNSUBACK msg=8");
    CHECK(scene.got(scene.id).empty());
    scene.arrive("2", 0, "p");
    CHECK(scene.heard(sensor_a) == "PUBLISH predefined id=1 qos=0 msg=0 '2'");
    scene.send(sensor_a, mqttsn::Unsubscribe{.msg_id = MsgId{8}, .topic_name = "p"});
    CHECK(scene.got(scene.id).starts_with("UNSUBSCRIBE packet="));
}

TEST_CASE("5.0 §3.8.2.1.2: a message goes to those whose filter it came for; without identifiers filters are matched") {
    Sharing scene;
    scene.both();
    scene.subscribed(sensor_a, "p");
    scene.subscribed(sensor_b, "#");
    scene.arrive("1", 0, "p");
    CHECK(scene.heard(sensor_a) == "PUBLISH predefined id=1 qos=0 msg=0 '1'");
    CHECK(scene.heard(sensor_b).empty());
    scene.arrive("2", 0);
    CHECK(scene.heard(sensor_a) == "PUBLISH predefined id=1 qos=0 msg=0 '2'");
    CHECK(scene.heard(sensor_b) == "PUBLISH predefined id=1 qos=0 msg=0 '2'");
}

TEST_CASE("retained messages are for the sensor that has just subscribed, and for no other") {
    Sharing scene;
    scene.both();
    scene.subscribed(sensor_a, "p");
    scene.subscribe(sensor_b, "p");
    CHECK(scene.got(scene.id) == "SUBSCRIBE packet=2 p qos=1");
    scene.arrive("kept", 3, "p", mqtt::QoS::at_least_once, true);  // some say it before SUBACK
    CHECK(scene.heard(sensor_b).empty());
    scene.suback(scene.id, 2, ReasonCode::granted_qos_1);
    CHECK(scene.heard(sensor_b) == "SUBACK qos=1 id=1 msg=7 code=0; PUBLISH predefined id=1 qos=1 msg=1 retain 'kept'");
    CHECK(scene.got(scene.id) == "PUBACK packet=3 reason=0; PINGREQ");
    scene.arrive("live", 0, "p");
    CHECK(scene.heard(sensor_a) == "PUBLISH predefined id=1 qos=0 msg=0 'live'");
    scene.answer(scene.id, mqtt::PingResp{});
    scene.arrive("late", 0, "p", mqtt::QoS::at_most_once, true);
    scene.puback(sensor_b, 1);
    CHECK(scene.heard(sensor_b) == "PUBLISH predefined id=1 qos=0 msg=0 'live'");
    CHECK(scene.heard(sensor_a).empty());
    CHECK(scene.gateway.counters().downlink_unwanted == 1);
}

TEST_CASE("retained messages that had not come when the connection was lost come on the next one, to the same sensor") {
    for (const bool kept : {false, true}) {
        CAPTURE(kept);
        Sharing scene;
        scene.both();
        scene.subscribed(sensor_a, "p");
        scene.subscribe(sensor_b, "p");
        CHECK(scene.got(scene.id) == "SUBSCRIBE packet=2 p qos=1");
        scene.suback(scene.id, 2, ReasonCode::granted_qos_1);
        CHECK(scene.heard(sensor_b) == "SUBACK qos=1 id=1 msg=7 code=0");
        scene.reconnect(kept);
        // A session that is new has no messages, kept or not: they are asked for.
        CHECK(scene.got(scene.id) == (kept ? "PINGREQ" : "SUBSCRIBE packet=3 p qos=1"));
        scene.arrive("kept", 3, "p", mqtt::QoS::at_least_once, true, kept);
        if (!kept) scene.suback(scene.id, 3, ReasonCode::granted_qos_1);
        CHECK(scene.heard(sensor_b) == "PUBLISH predefined id=1 qos=1 msg=1 retain 'kept'");
        CHECK(scene.heard(sensor_a).empty());
        CHECK(scene.got(scene.id) == (kept ? "PUBACK packet=3 reason=0" : "PUBACK packet=3 reason=0; PINGREQ"));
    }
}

TEST_CASE("while retained messages come for one sensor, another's SUBSCRIBE of the same filter waits") {
    Sharing scene;
    scene.both();
    scene.subscribe(sensor_a, "p");
    scene.subscribe(sensor_b, "p");
    CHECK(scene.got(scene.id) == "SUBSCRIBE packet=1 p qos=1");
    scene.suback(scene.id, 1, ReasonCode::granted_qos_1);
    CHECK(scene.got(scene.id) == "PINGREQ");
    scene.arrive("1", 0, "p", mqtt::QoS::at_most_once, true);
    scene.answer(scene.id, mqtt::PingResp{});
    CHECK(scene.got(scene.id) == "PINGREQ");  // something came since: there may be more
    scene.answer(scene.id, mqtt::PingResp{});
    CHECK(scene.got(scene.id) == "SUBSCRIBE packet=2 p qos=1");
    CHECK(scene.heard(sensor_b).empty());
    scene.suback(scene.id, 2, ReasonCode::granted_qos_1);
    CHECK(scene.heard(sensor_b) == "SUBACK qos=1 id=1 msg=7 code=0");
}

TEST_CASE("a sensor that is away with its session kept finds its messages, a clean one finds none") {
    for (const bool clean : {false, true}) {
        CAPTURE(clean);
        Sharing scene;
        scene.connect(sensor_a, "s1", clean);
        scene.subscribed(sensor_a, "p");
        scene.send(sensor_a, mqttsn::Disconnect{});
        scene.heard(sensor_a);
        CHECK(scene.got(scene.id) == (clean ? "UNSUBSCRIBE packet=2 p" : ""));
        scene.arrive("1", 4, "p");
        scene.arrive("2", 0, "p");  // QoS 0 waits for nobody
        CHECK(scene.got(scene.id) == "PUBACK packet=4 reason=0");
        scene.connect(sensor_a, "s1", clean);
        CHECK(scene.gateway.find("s1")->downlink().size() == (clean ? 0 : 1));
        CHECK(scene.gateway.gauges().waiting_messages == (clean ? 0 : 1));
    }
}

TEST_CASE("what is under way to a lost sensor is there when it comes back, with DUP") {
    Sharing scene;
    scene.connect(sensor_a, "s1");
    scene.subscribed(sensor_a, "p");
    scene.arrive("1", 4, "p");
    CHECK(scene.heard(sensor_a) == published("1", 1));
    scene.pass(40s);
    CHECK(scene.facts() == "gone s1 no_answer");
    scene.heard(sensor_a);
    scene.send(sensor_a, mqttsn::Connect{.client_id = "s1"});
    CHECK(scene.heard(sensor_a) == "CONNACK code=0; " + published("1", 2, true));
}

TEST_CASE("the queue of one sensor is bounded, and none but it loses by that") {
    Settings settings = aggregating();
    settings.maximum_queued_messages = 2;
    Sharing scene(settings);
    scene.both();
    scene.subscribed(sensor_a, "p");
    scene.subscribed(sensor_b, "p");
    scene.send(sensor_a, mqttsn::Disconnect{std::uint16_t{100}});
    scene.heard(sensor_a);
    for (std::uint16_t n = 1; n <= 3; ++n) {
        scene.arrive(std::to_string(n), n, "p");
        scene.puback(sensor_b, n);
    }
    CHECK(scene.heard(sensor_b) == published("1", 1) + "; " + published("2", 2) + "; " + published("3", 3));
    CHECK(scene.gateway.counters().dropped_for[static_cast<std::size_t>(DropCause::queue_full)] == 1);
    scene.send(sensor_a, mqttsn::PingReq{"s1"});
    scene.puback(sensor_a, 1);
    scene.puback(sensor_a, 2);
    CHECK(scene.heard(sensor_a) == published("1", 1) + "; " + published("2", 2) + "; PINGRESP");
}

TEST_CASE("the queues of all sensors are bounded together, by what waits and not by what has gone through") {
    Settings settings = aggregating();
    settings.maximum_queued_octets_of_all = 10;
    Sharing scene(settings);
    scene.both();
    scene.subscribed(sensor_a, "p");
    scene.subscribed(sensor_b, "p", mqttsn::QoS::at_most_once);
    for (std::uint16_t n = 1; n <= 20; ++n) {
        scene.arrive("1234", n, "p");
        CHECK(scene.heard(sensor_b) == "PUBLISH predefined id=1 qos=0 msg=0 '1234'");
        CHECK(scene.heard(sensor_a) == published("1234", n));
        scene.puback(sensor_a, n);
    }
    scene.send(sensor_a, mqttsn::Disconnect{std::uint16_t{100}});
    scene.heard(sensor_a);
    for (std::uint16_t n = 1; n <= 3; ++n) scene.arrive("1234", n, "p");
    CHECK(scene.gateway.gauges().waiting_messages == 2);
    scene.send(sensor_a, mqttsn::Disconnect{});
    scene.heard(sensor_a);
    scene.connect(sensor_a, "s1", true);  // gives up what waited
    scene.subscribed(sensor_a, "p");
    scene.arrive("1234", 9, "p");
    CHECK(scene.heard(sensor_a) == "PUBLISH predefined id=1 qos=1 msg=1 '1234'");
}

TEST_CASE("[MQTT-3.3.2-6] a message that has waited for longer than its expiry is dropped from the queue") {
    Sharing scene;
    scene.connect(sensor_a, "s1");
    scene.subscribed(sensor_a, "p");
    scene.send(sensor_a, mqttsn::Disconnect{std::uint16_t{100}});
    scene.heard(sensor_a);
    for (const std::uint32_t seconds : {30U, 31U}) {
        mqtt::PropertyBuilder properties;
        properties.number(mqtt::PropertyId::message_expiry_interval, seconds);
        scene.answer(scene.id, mqtt::Publish{.qos = mqtt::QoS::at_most_once,
                                             .topic = "p",
                                             .properties = properties.view(),
                                             .payload = as_byte_view(std::to_string(seconds))});
    }
    scene.pass(30s);
    scene.send(sensor_a, mqttsn::PingReq{"s1"});
    CHECK(scene.heard(sensor_a) == "PUBLISH predefined id=1 qos=0 msg=0 '31'; PINGRESP");
    CHECK(scene.gateway.counters().dropped_for[static_cast<std::size_t>(DropCause::expired)] == 1);
}

TEST_CASE("a broker that has lost the session is told the filters again, without its retained messages") {
    for (const bool kept : {false, true}) {
        Sharing scene;
        scene.both();
        scene.subscribed(sensor_a, "p");
        scene.subscribed(sensor_b, "p");
        scene.subscribed(sensor_b, "q", mqttsn::QoS::at_most_once);
        scene.reconnect(kept);
        const std::string asked = scene.got(scene.id);
        CHECK(asked == (kept ? "" : "SUBSCRIBE packet=4 p qos=1; SUBSCRIBE packet=5 q qos=0"));
        if (kept) continue;
        scene.arrive("kept", 0, "p", mqtt::QoS::at_most_once, true);
        CHECK(scene.heard(sensor_a).empty());
        scene.suback(scene.id, 4, ReasonCode::granted_qos_1);
        scene.arrive("1", 0, "p");
        CHECK(scene.heard(sensor_a) == "PUBLISH predefined id=1 qos=0 msg=0 '1'");
    }
}

TEST_CASE("a broker that does not let the shared connection in has new sensors come later, and nobody else notices") {
    Sharing scene;
    scene.send(sensor_a, mqttsn::Connect{.client_id = "s1"});
    scene.id = scene.asked_one();
    scene.open(scene.id);
    scene.answer(scene.id, mqtt::ConnAck{.reason = ReasonCode::bad_user_name_or_password});
    CHECK(scene.heard(sensor_a) == "CONNACK code=1");
    CHECK(scene.facts().starts_with("upstream refused trunkline-gateway-1-shared-1 reason=134"));
    scene.send(sensor_a, mqttsn::Connect{.client_id = "s1"});
    CHECK(scene.heard(sensor_a) == "CONNACK code=1");  // in the back-off
}

TEST_CASE("a rule for a ClientId goes before its listener's mode, and that before what holds for all") {
    Settings settings;
    settings.modes.of_clients = {{*NamePatterns::parse("pump-*"), Mode::aggregating}};
    settings.modes.of_listeners = {{Way{1}, Mode::aggregating}};
    Scene scene(settings);
    Address by_second = sensor_c;
    by_second.via = 1;
    scene.send(sensor_a, mqttsn::Connect{.client_id = "s1"});
    scene.send(sensor_b, mqttsn::Connect{.client_id = "pump-1"});
    scene.send(by_second, mqttsn::Connect{.client_id = "s2"});
    CHECK(!scene.gateway.find("s1")->shared_connection());
    CHECK(scene.gateway.find("pump-1")->shared_connection());
    CHECK(scene.gateway.find("s2")->shared_connection());
}

TEST_CASE("a sensor that comes by a listener of the other mode begins another session") {
    Settings settings;
    settings.upstream_connections = 1;
    settings.modes.of_listeners = {{Way{1}, Mode::aggregating}};
    Scene scene(settings);
    const UpstreamId own = scene.connected(sensor_a, "s1", false);
    Address by_second = sensor_a;
    by_second.via = 1;
    scene.send(by_second, mqttsn::Connect{.client_id = "s1"});
    CHECK(scene.gateway.take_upstream_closes() == std::vector{own});
    CHECK(scene.gateway.find("s1")->shared_connection());
}

TEST_CASE("a reading that the broker hangs up on is refused to its sensor, and holds up no other") {
    Sharing scene;
    scene.both();
    scene.send(sensor_a, shared_reading(5, "bad"));
    scene.send(sensor_b, shared_reading(5, "good"));
    for (int end = 0; end < 2; ++end) scene.reconnect(true);
    CHECK(scene.got(scene.id) == "PUBLISH p qos=1 packet=1 dup 'bad'");
    scene.reconnect(true);
    CHECK(scene.got(scene.id) == "PUBLISH p qos=1 packet=2 dup 'good'");
    scene.answer(scene.id, mqtt::PubAck{.packet_id = mqtt::PacketId{2}});
    CHECK(scene.heard(sensor_b) == "PUBACK id=1 msg=5 code=0");
    scene.pass(10s);
    CHECK(scene.got(scene.id) == "PUBLISH p qos=1 packet=1 dup 'bad'");
    scene.close(scene.id);
    CHECK(scene.heard(sensor_a) == "PUBACK id=1 msg=5 code=3");
    CHECK(scene.facts() == "upstream lost trunkline-gateway-1-shared-1; given up s1 p");
}

TEST_CASE("a filter that the broker hangs up on is refused to its sensor, and holds up no other") {
    Sharing scene;
    scene.both();
    scene.subscribe(sensor_a, "p");
    scene.got(scene.id);
    scene.reconnect(true);
    scene.send(sensor_b, shared_reading(6, "meanwhile"));
    CHECK(scene.got(scene.id) == "PUBLISH p qos=1 packet=2 'meanwhile'");
    scene.answer(scene.id, mqtt::PubAck{.packet_id = mqtt::PacketId{2}});
    CHECK(scene.heard(sensor_b) == "PUBACK id=1 msg=6 code=0");
    scene.subscribe(sensor_a, "p");
    CHECK(scene.got(scene.id) == "SUBSCRIBE packet=3 p qos=1");
    scene.close(scene.id);
    CHECK(scene.heard(sensor_a) == "SUBACK qos=0 id=0 msg=7 code=3");
    scene.reconnect(true);
    CHECK(scene.got(scene.id).empty());
}

TEST_CASE("store: a message is acknowledged to the broker when it is durable for all its sensors") {
    Sharing scene(durable_aggregating());
    scene.both();
    scene.subscribed(sensor_a, "p");
    scene.subscribed(sensor_b, "p");
    scene.arrive("1", 9, "p");
    CHECK(scene.got(scene.id).empty());
    const auto written = scene.store();
    CHECK(written.size() == 2);
    CHECK(std::get<PutQueued>(written.at(1)).record.topic == "p");
    CHECK(scene.got(scene.id) == "PUBACK packet=9 reason=0");
    scene.puback(sensor_a, 1);
    CHECK(std::holds_alternative<DropQueued>(scene.store().at(0)));
    scene.arrive("2", 0, "p");
    CHECK(scene.store().empty());
}

TEST_CASE(
    "store: [MQTT-4.3.3-10] a QoS 2 message that is in the queues is not queued again when the broker repeats it") {
    Sharing scene(durable_aggregating());
    scene.connect(sensor_a, "s1");
    scene.subscribed(sensor_a, "p", mqttsn::QoS::exactly_once);
    scene.arrive("1", 9, "p", mqtt::QoS::exactly_once);
    scene.reconnect(true);  // before it was durable
    scene.arrive("1", 9, "p", mqtt::QoS::exactly_once, false, true);
    scene.store();
    CHECK(scene.got(scene.id) == "PUBREC packet=9 reason=0");
    CHECK(scene.gateway.find("s1")->downlink().size() == 1);
    scene.answer(scene.id, mqtt::PubRel{.packet_id = mqtt::PacketId{9}});
    CHECK(scene.got(scene.id).empty());
    CHECK(std::holds_alternative<DropReceived>(scene.store().at(0)));
    CHECK(scene.got(scene.id) == "PUBCOMP packet=9");
}

TEST_CASE("store: a restart finds filters, queues and QoS 2 exchanges as they were") {
    Scene scene(durable_aggregating());
    scene.gateway.start(scene.now, WallTime{std::chrono::hours(400'000)});
    SensorRecord sensor;
    sensor.number = SensorNumber{3};
    sensor.client_id = "s1";
    sensor.state = StoredState::asleep;
    sensor.address = sensor_a;
    sensor.is_shared = true;
    sensor.sleep_duration = 1000s;
    sensor.first_topic_id = TopicId{1};
    const auto queued = [](std::uint64_t number, std::string data, mqtt::QoS qos, std::uint16_t packet_id) {
        const ByteView octets = as_byte_view(data);
        return QueuedRecord{QueueNumber{number},
                            SensorNumber{3},
                            mqtt::PacketId{packet_id},
                            "p",
                            {octets.begin(), octets.end()},
                            qos,
                            false,
                            {}};
    };
    for (const StoreRecord& record :
         std::vector<StoreRecord>{sensor, SubscriptionRecord{SensorNumber{3}, "p", mqtt::QoS::exactly_once},
                                  DownlinkExchangeRecord{SensorNumber{3}, mqtt::PacketId{5}, MsgId{44}, true},
                                  queued(1, "one", mqtt::QoS::exactly_once, 5),
                                  queued(2, "two", mqtt::QoS::at_least_once, 0), ReceivedRecord{0, mqtt::PacketId{9}}})
        scene.gateway.restore(record, scene.now);
    CHECK(scene.gateway.gauges().waiting_messages == 2);
    scene.pass(1s);
    const UpstreamId id = scene.asked_one();
    scene.open(id);
    CHECK(scene.got(id) == "CONNECT trunkline-gateway-1-shared-1 clean=0 expiry=604800");
    scene.accept(id, true);
    CHECK(scene.got(id) == "SUBSCRIBE packet=1 p qos=2");
    scene.answer(id, mqtt::Publish{.dup = true,
                                   .qos = mqtt::QoS::exactly_once,
                                   .topic = "p",
                                   .packet_id = mqtt::PacketId{9},
                                   .properties = {},
                                   .payload = {}});
    CHECK(scene.got(id) == "PUBREC packet=9 reason=0");
    scene.send(sensor_a, mqttsn::PingReq{"s1"});
    CHECK(scene.heard(sensor_a) == "PUBREL msg=44");  // it has the first one
    scene.send(sensor_a, mqttsn::PubComp{MsgId{44}});
    CHECK(scene.heard(sensor_a).find("'two'") != std::string::npos);
}

TEST_CASE("store: a QoS 2 reading that its sensor has given up with its session is brought to its end") {
    Sharing scene(durable_aggregating());
    scene.connect(sensor_a, "s1", true);
    scene.send(sensor_a, shared_reading(1, "1", mqttsn::QoS::exactly_once));
    scene.store();
    CHECK(scene.got(scene.id) == "PUBLISH p qos=2 packet=32769 '1'");
    scene.close(scene.id);
    scene.send(sensor_a, mqttsn::Disconnect{});
    scene.store();
    scene.send(sensor_a, mqttsn::Connect{.clean_session = true, .client_id = "s1"});
    scene.store();
    CHECK(scene.heard(sensor_a) == "DISCONNECT; CONNACK code=1");
    CHECK(scene.gateway.sensor_count() == 0);
    scene.pass(2s);
    scene.id = scene.asked_one();
    scene.open(scene.id);
    scene.got(scene.id);
    scene.accept(scene.id, true);
    CHECK(scene.got(scene.id) == "PUBLISH p qos=2 packet=32769 dup '1'");
    scene.answer(scene.id, mqtt::PubRec{.packet_id = mqtt::PacketId{32769}});
    CHECK(scene.got(scene.id) == "PUBREL packet=32769");  // else it would take a place on the connection for ever
}

TEST_CASE("store: a QoS 2 reading goes on after a restart by the identifier that the broker knows") {
    Scene scene(durable_aggregating());
    scene.gateway.start(scene.now, WallTime{std::chrono::hours(400'000)});
    const UplinkRecord sent{UplinkNumber{4}, "s1", "p", {std::byte{'1'}}, mqtt::QoS::exactly_once, false, false};
    UplinkRecord received = sent;
    received.number = UplinkNumber{5};
    received.is_received = true;
    scene.gateway.restore(sent, scene.now);
    scene.gateway.restore(received, scene.now);
    scene.pass(1s);
    const UpstreamId id = scene.asked_one();
    scene.open(id);
    scene.got(id);
    scene.accept(id, true);
    CHECK(scene.got(id) == "PUBLISH p qos=2 packet=32772 dup '1'; PUBREL packet=32773");
}

}  // namespace trunkline::gateway
