// Clients behind forwarders (MQTT-SN 1.2 §5.5).

#include <doctest/doctest.h>

#include "protocol/mqttsn/forwarding.hpp"
#include "tests/gateway/core/scene.hpp"
#include "tests/support/hex.hpp"

namespace trunkline::gateway {

using namespace std::chrono_literals;
using mqttsn::MsgId;
using mqttsn::TopicId;

namespace {

const Address forwarder = Address::v4(10, 0, 0, 9, 1884);
const Address other_forwarder = Address::v4(10, 0, 0, 10, 1884);
const WallTime calendar{std::chrono::hours(400'000)};

Settings with_forwarders() {
    Settings settings;
    settings.forwarders = {{Address::v4(10, 0, 0, 0, 0), Network::mapped_bits + 24}};
    return settings;
}

mqttsn::Connect connect(std::string_view client_id, bool clean_session = true) {
    return {.clean_session = clean_session, .duration_seconds = 60, .client_id = client_id};
}
mqttsn::Publish reading(std::string_view data, std::uint16_t msg_id = 1) {
    return {
        .qos = mqttsn::QoS::at_least_once, .topic_id = TopicId{1}, .msg_id = MsgId{msg_id}, .data = as_byte_view(data)};
}

struct Forwarding : Scene {
    explicit Forwarding(const Settings& wanted = with_forwarders()) : Scene(wanted) {}
    UpstreamId connect_through(const Address& through, std::string_view node, std::string_view client_id,
                               bool clean_session = true) {
        send_through(through, node, connect(client_id, clean_session));
        const UpstreamId id = asked_one();
        open(id);
        accept(id);
        REQUIRE(heard(through) == "[" + std::string(node) + "] CONNACK code=0");
        got(id);
        facts();
        return id;
    }
    void arrive(UpstreamId id, std::string_view topic, std::string_view payload) {
        answer(id, mqtt::Publish{.topic = topic, .properties = {}, .payload = as_byte_view(payload)});
    }
};

}  // namespace

TEST_CASE("MQTT-SN 1.2 §5.5-4: what a client behind a forwarder is told has its Wireless Node Id, and goes there") {
    Forwarding scene;
    const UpstreamId id = scene.connect_through(forwarder, "n1", "s1");
    scene.send_through(forwarder, "n1", mqttsn::Register{.msg_id = MsgId{5}, .topic_name = "p"});
    CHECK(scene.heard(forwarder) == "[n1] REGACK id=1 msg=5 code=0");
    scene.send_through(forwarder, "n1", reading("4.2"));
    CHECK(scene.got(id) == "PUBLISH p qos=1 packet=1 '4.2'");
    scene.answer(id, mqtt::PubAck{.packet_id = mqtt::PacketId{1}});
    CHECK(scene.heard(forwarder) == "[n1] PUBACK id=1 msg=1 code=0");
    scene.arrive(id, "p", "3.9");
    CHECK(scene.heard(forwarder) == "[n1] PUBLISH id=1 qos=0 msg=0 '3.9'");
    scene.send_through(forwarder, "n1", mqttsn::Disconnect{});
    CHECK(scene.heard(forwarder) == "[n1] DISCONNECT");
    CHECK(scene.facts() == "gone s1 disconnected");
}

TEST_CASE("MQTT-SN 1.2 §5.5-4: the answer to the example of the wire: node 0x01 that connects") {
    Forwarding scene(both_modes(with_forwarders()));
    scene.send_octets(forwarder, test::from_hex("04 fe 00 01 07 04 04 01 00 3c 47"));
    const UpstreamId id = scene.asked_one();
    scene.open(id);
    scene.accept(id);
    DatagramBatch sent;
    scene.gateway.take_datagrams(sent);
    REQUIRE(sent.size() == 1);
    CHECK(sent.to(0) == forwarder);
    const ByteView datagram = sent.datagram(0);
    CHECK(std::vector(datagram.begin(), datagram.end()) == test::from_hex("04 fe 00 01 03 05 00"));
}

TEST_CASE("MQTT-SN 1.2 §5.5-5: G6: many clients behind one forwarder, and one at its own address, are apart") {
    Forwarding scene;
    const std::string longest(mqttsn::max_wireless_node_id, 'n');
    const UpstreamId first = scene.connect_through(forwarder, "1", "s1");
    const UpstreamId second = scene.connect_through(forwarder, "10", "s2");
    const UpstreamId third = scene.connect_through(forwarder, longest, "s3");
    const UpstreamId same_node = scene.connect_through(other_forwarder, "1", "s4");
    const UpstreamId own = scene.connected(forwarder, "forwarder itself");
    CHECK(scene.gateway.sensor_count() == 5);
    for (const UpstreamId id : {first, second, third, same_node, own}) scene.arrive(id, "ab", "for one");
    CHECK(scene.heard(forwarder) ==
          "[1] PUBLISH short id=24930 qos=0 msg=0 'for one'; "
          "[10] PUBLISH short id=24930 qos=0 msg=0 'for one'; "
          "[" +
              longest +
              "] PUBLISH short id=24930 qos=0 msg=0 'for one'; "
              "PUBLISH short id=24930 qos=0 msg=0 'for one'");
    CHECK(scene.heard(other_forwarder) == "[1] PUBLISH short id=24930 qos=0 msg=0 'for one'");
    scene.send_through(forwarder, "10", mqttsn::Disconnect{});
    CHECK(scene.heard(forwarder) == "[10] DISCONNECT");
    scene.send_through(forwarder, "1", mqttsn::PingReq{});
    scene.send(forwarder, mqttsn::PingReq{});
    scene.send_through(forwarder, "10", mqttsn::PingReq{});
    CHECK(scene.heard(forwarder) == "[1] PINGRESP; PINGRESP; [10] DISCONNECT");
}

TEST_CASE(
    "MQTT-SN 1.2 §5.5-6: G6: a client goes on with another Wireless Node Id, by CONNECT and as a sleeper by PINGREQ") {
    Forwarding scene;
    const UpstreamId id = scene.connect_through(forwarder, "n1", "s1", false);
    scene.send_through(forwarder, "n2", connect("s1", false));  // the session goes on: no CONNECT upstream
    CHECK(scene.heard(forwarder) == "[n2] CONNACK code=0");
    scene.send_through(forwarder, "n2", mqttsn::Disconnect{std::uint16_t{100}});
    CHECK(scene.heard(forwarder) == "[n2] DISCONNECT");
    scene.arrive(id, "ab", "kept");
    scene.facts();
    scene.send_through(forwarder, "n3", mqttsn::PingReq{"s1"});
    CHECK(scene.heard(forwarder) == "[n3] PUBLISH short id=24930 qos=0 msg=0 'kept'; [n3] PINGRESP");
    CHECK(scene.facts() == "moved s1");
    // Another forwarder does not vouch for it.
    scene.send_through(other_forwarder, "n3", mqttsn::PingReq{"s1"});
    CHECK(scene.heard(other_forwarder) == "[n3] DISCONNECT");
    scene.send_through(other_forwarder, "n9", connect("s1", false));
    CHECK(scene.heard(other_forwarder) == "[n9] CONNACK code=0");
    scene.send_through(forwarder, "n3", mqttsn::PingReq{});
    CHECK(scene.heard(forwarder) == "[n3] DISCONNECT");
    CHECK(scene.asked().empty());
}

TEST_CASE("MQTT-SN 1.2 §5.5-7: an encapsulation in an encapsulation, or of nothing sensible, is dropped and counted") {
    Forwarding scene(both_modes(with_forwarders()));
    scene.send_octets(forwarder, test::from_hex("04 fe 00 2a 04 fe 00 2b 02 16"));
    scene.send_octets(forwarder, test::from_hex("04 fe 00 2a"));
    scene.send_octets(forwarder, test::from_hex("03 fe 00 02 16"));
    scene.send_octets(forwarder, test::from_hex("04 fe 00 2a 02 03"));
    CHECK(scene.heard(forwarder).empty());
    CHECK(scene.gateway.counters().malformed == 4);
}

TEST_CASE("MQTT-SN 1.2 §5.5-8: G6: forwarders that are not listed are not heard") {
    Forwarding scene;
    const Address stranger = Address::v4(10, 0, 1, 9, 1884);
    scene.send_through(stranger, "n1", connect("s1"));
    CHECK(scene.heard(stranger).empty());
    CHECK(scene.asked().empty());
    CHECK(scene.gateway.counters().unsupported == 1);
    Settings open = with_forwarders();
    open.forwarders = {{{}, 0}};
    Forwarding liberal(open);
    liberal.connect_through(stranger, "n1", "s1");
}

TEST_CASE("MQTT-SN 1.2 §5.5: a stranger behind a forwarder is told so, QoS -1 and SEARCHGW work from there, too") {
    Settings settings = with_forwarders();
    settings.predefined_topics = {{TopicId{9}, "plant/flow"}};
    settings.discovery_group = Address::v4(239, 1, 1, 1, 1883);
    Forwarding scene(both_modes(settings));
    scene.gateway.advance(scene.now);
    const UpstreamId own = scene.asked_one();
    scene.open(own);
    scene.accept(own);
    scene.got(own);
    scene.send_through(forwarder, "n1", mqttsn::PingReq{});
    CHECK(scene.heard(forwarder) == "[n1] DISCONNECT");
    scene.send_through(forwarder, "n1", mqttsn::SearchGw{});
    CHECK(scene.heard(forwarder) == "[n1] GWINFO gw=1");
    scene.send_through(forwarder, "n1",
                       mqttsn::Publish{.qos = mqttsn::QoS::minus_one,
                                       .topic_id_type = mqttsn::TopicIdType::predefined,
                                       .topic_id = TopicId{9},
                                       .data = as_byte_view("7")});
    CHECK(scene.got(own) == "PUBLISH plant/flow qos=0 '7'");
    CHECK(scene.heard(forwarder).empty());
}

TEST_CASE("a datagram that claims to come from a node's address inside the gateway is forged") {
    Forwarding scene(both_modes(with_forwarders()));
    scene.connect_through(forwarder, "n1", "s1");
    Address inside;
    inside.ip[0] = 1;
    inside.ip[15] = 1;
    scene.send(inside, mqttsn::PingReq{});
    CHECK(scene.heard(inside).empty());
    CHECK(scene.heard(forwarder).empty());
    CHECK(scene.gateway.counters().malformed == 1);
}

TEST_CASE("a message fits into a datagram together with its encapsulation, or is dropped") {
    Settings settings = with_forwarders();
    settings.maximum_datagram = 40;
    Forwarding scene(settings);
    const UpstreamId id = scene.connect_through(forwarder, "12345", "s1");
    scene.arrive(id, "ab", std::string(25, 'x'));  // 8 of encapsulation, 7 of PUBLISH
    CHECK(scene.heard(forwarder) == "[12345] PUBLISH short id=24930 qos=0 msg=0 '" + std::string(25, 'x') + "'");
    scene.arrive(id, "ab", std::string(26, 'x'));
    CHECK(scene.heard(forwarder).empty());
    CHECK(scene.gateway.counters().downlink_dropped == 1);
}

TEST_CASE("MQTT-SN 1.2 §5.5: after a restart, clients behind forwarders go on, each under its Wireless Node Id") {
    Settings settings = with_forwarders();
    settings.is_durable = true;
    Forwarding before(settings);
    before.gateway.start(before.now, calendar);
    before.send_through(forwarder, "n1", connect("s1"));
    const UpstreamId id = before.asked_one();
    before.open(id);
    before.accept(id);
    const std::optional<StoreBatch> batch = before.gateway.take_batch();
    REQUIRE(batch);
    REQUIRE(batch->operations.size() == 1);
    const SensorRecord record = std::get<PutSensor>(batch->operations.front()).record;
    CHECK(record.address == forwarder);
    CHECK(as_text(record.wireless_node_id) == "n1");

    Forwarding after(settings);
    after.gateway.start(after.now, calendar);
    after.gateway.restore(record, after.now);
    after.send_through(forwarder, "n1", mqttsn::PingReq{});
    after.send_through(forwarder, "n2", mqttsn::PingReq{});
    CHECK(after.heard(forwarder) == "[n1] PINGRESP; [n2] DISCONNECT");
}

TEST_CASE("nodes that no client is at are forgotten when too many have come, those of clients are not") {
    ForwardedNodes nodes;
    const auto id = [](std::size_t number) { return "n" + std::to_string(number); };
    const Address kept = nodes.address_of(forwarder, as_byte_view("kept"));
    nodes.keep(kept);
    const Address first = nodes.address_of(forwarder, as_byte_view(id(0)));
    CHECK(nodes.address_of(forwarder, as_byte_view(id(0))) == first);
    for (std::size_t number = 1; number < 3 * ForwardedNodes::idle_limit; ++number)
        nodes.address_of(forwarder, as_byte_view(id(number)));
    CHECK(nodes.size() <= ForwardedNodes::idle_limit + 1);
    CHECK(nodes.find(first) == nullptr);
    REQUIRE(nodes.find(kept) != nullptr);
    CHECK(nodes.find(kept)->address == forwarder);
    CHECK(nodes.address_of(forwarder, as_byte_view("kept")) == kept);
    CHECK(nodes.address_of(forwarder, as_byte_view(id(0))) != first);  // none is used twice
    // A client that comes and goes at its node is forgotten like the others, and only once.
    nodes.release(kept);
    nodes.keep(kept);
    nodes.release(kept);
    for (std::size_t number = 0; number < ForwardedNodes::idle_limit; ++number)
        nodes.address_of(other_forwarder, as_byte_view(id(number)));
    CHECK(nodes.find(kept) == nullptr);
}

}  // namespace trunkline::gateway
