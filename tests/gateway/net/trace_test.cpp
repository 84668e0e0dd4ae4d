#include "gateway/net/trace.hpp"

#include <doctest/doctest.h>

#include <string>

#include "protocol/mqttsn/codec.hpp"
#include "runtime/time/real_clock.hpp"
#include "tests/support/standard_error.hpp"

namespace trunkline::gateway {

namespace {

const Address here = Address::v4(10, 0, 0, 1, 5001);
const Address elsewhere = Address::v4(10, 0, 0, 2, 5001);

/// A driver that shows everything to the trace.
struct TraceFixture {
    explicit TraceFixture(const Settings& settings = {}) : core(settings) {}
    void hear(const Address& from, const mqttsn::Message& message) {
        const std::vector<std::byte> datagram = mqttsn::encode(message);
        trace.datagram_received(core, from, datagram);
        core.received(from, datagram, Instant{});
        send();
    }
    void send() {
        DatagramBatch batch;
        core.take_datagrams(batch);
        trace.datagrams_sent(core, batch);
        const std::span<const UpstreamId> pending = core.pending();
        for (const UpstreamId id : std::vector<UpstreamId>(pending.begin(), pending.end())) {
            OutputBytes output;
            core.take_output(id, output);
            trace.upstream_sent(core, id, output.view());
        }
    }
    void answer(UpstreamId id, const mqtt::Packet& packet) {
        OutputBytes bytes;
        mqtt::encode(packet, mqtt::ProtocolVersion::v5, bytes);
        trace.upstream_received(core, id, bytes.view());
        core.upstream_received(id, bytes.view(), Instant{});
        send();
    }
    UpstreamId connect(const Address& from, std::string_view client_id) {
        hear(from, mqttsn::Connect{.clean_session = true, .duration_seconds = 60, .client_id = client_id});
        const UpstreamId id = core.take_upstream_opens().front();
        core.upstream_opened(id, Instant{});
        send();
        answer(id, mqtt::ConnAck{});
        return id;
    }
    /// Without the time in front of each line.
    template <typename Act>
    std::string lines_of(Act act) {
        std::string lines;
        std::string all = test::standard_error_of(act);
        while (!all.empty()) {
            const std::size_t end = all.find('\n');
            lines += all.substr(all.find(' ') + 1, end - all.find(' '));
            all.erase(0, end + 1);
        }
        return lines;
    }

    runtime::Log log{runtime::LogLevel::error};
    Trace trace{log};
    Gateway core;
};

}  // namespace

TEST_CASE("trace: what goes over a connection that sensors share is told under that one's ClientId") {
    Settings settings;
    settings.modes.otherwise = Mode::aggregating;
    settings.upstream_connections = 1;
    TraceFixture fixture(settings);
    CHECK(fixture.trace.begin("trunkline-gateway-1-shared-1", fixture.core));
    CHECK(fixture.lines_of([&] { fixture.connect(here, "s1"); }) ==
          "info trace client_id=trunkline-gateway-1-shared-1 to=broker packet=CONNECT version=5.0 keep_alive_s=60\n"
          "info trace client_id=trunkline-gateway-1-shared-1 from=broker packet=CONNACK reason=success\n");
}

TEST_CASE_FIXTURE(TraceFixture, "trace: one sensor's messages on both sides, and nobody else's") {
    CHECK(trace.begin("s1", core));
    UpstreamId id{};
    CHECK(lines_of([&] {
              connect(elsewhere, "s2");
              id = connect(here, "s1");
          }) ==
          "info trace client_id=s1 from=sensor message=CONNECT keep_alive_s=60 clean_session=true\n"
          "info trace client_id=s1 to=broker packet=CONNECT version=5.0 keep_alive_s=60\n"
          "info trace client_id=s1 from=broker packet=CONNACK reason=success\n"
          "info trace client_id=s1 to=sensor message=CONNACK return_code=accepted\n");
    CHECK(lines_of([&] {
              hear(here, mqttsn::Register{.msg_id = mqttsn::MsgId{1}, .topic_name = "p"});
              hear(elsewhere, mqttsn::Register{.msg_id = mqttsn::MsgId{1}, .topic_name = "q"});
              hear(here, mqttsn::Publish{.qos = mqttsn::QoS::at_least_once,
                                         .topic_id = mqttsn::TopicId{1},
                                         .msg_id = mqttsn::MsgId{2},
                                         .data = as_byte_view("secret")});
              answer(id, mqtt::PubAck{.packet_id = mqtt::PacketId{1}});
          }) ==
          "info trace client_id=s1 from=sensor message=REGISTER topic_id=0 msg_id=1 topic=p\n"
          "info trace client_id=s1 to=sensor message=REGACK topic_id=1 msg_id=1 return_code=accepted\n"
          "info trace client_id=s1 from=sensor message=PUBLISH topic_id=1 qos=1 msg_id=2 bytes=6\n"
          "info trace client_id=s1 to=broker packet=PUBLISH topic=p qos=1 packet_id=1 bytes=6\n"
          "info trace client_id=s1 from=broker packet=PUBACK packet_id=1 reason=success\n"
          "info trace client_id=s1 to=sensor message=PUBACK topic_id=1 msg_id=2 return_code=accepted\n");
    CHECK(lines_of([&] { hear(here, mqttsn::Disconnect{}); }) ==
          "info trace client_id=s1 from=sensor message=DISCONNECT\n"
          "info trace client_id=s1 to=sensor message=DISCONNECT\n"
          "info trace client_id=s1 to=broker packet=DISCONNECT reason=success\n");
}

TEST_CASE_FIXTURE(TraceFixture, "trace: begun in the middle, it sees what follows; ended, it sees nothing") {
    const UpstreamId id = connect(here, "s1");
    CHECK(trace.begin("s1", core));
    CHECK(lines_of([&] {
              answer(id, mqtt::PingResp{});
              hear(here, mqttsn::PingReq{});
          }) ==
          "info trace client_id=s1 from=broker packet=PINGRESP\n"
          "info trace client_id=s1 from=sensor message=PINGREQ\n"
          "info trace client_id=s1 to=sensor message=PINGRESP\n");
    CHECK(trace.end("s1"));
    CHECK_FALSE(trace.is_on());
    CHECK(lines_of([&] { hear(here, mqttsn::PingReq{}); }).empty());
}

TEST_CASE_FIXTURE(TraceFixture, "trace: a refused CONNECT is seen, too, and a sensor is followed to its next address") {
    SensorRules rules;
    rules.allowed = *NamePatterns::parse("s1");
    CHECK(trace.begin("thief", core));
    core.set_rules(std::make_shared<const SensorRules>(std::move(rules)), Instant{});
    CHECK(lines_of([&] { hear(here, mqttsn::Connect{.client_id = "thief"}); }) ==
          "info trace client_id=thief from=sensor message=CONNECT keep_alive_s=0\n"
          "info trace client_id=thief to=sensor message=CONNACK return_code=not_supported\n");
    CHECK(trace.begin("s1", core));
    CHECK(lines_of([&] { connect(here, "s1"); }).find("thief") == std::string::npos);  // who is there now is another
    CHECK(lines_of([&] {
              hear(elsewhere, mqttsn::Connect{.clean_session = true, .client_id = "s1"});
          }).starts_with("info trace client_id=s1 from=sensor message=CONNECT keep_alive_s=0 clean_session=true\n"));
}

TEST_CASE_FIXTURE(TraceFixture, "trace: octets that are no MQTT end the trace of that connection, not the gateway") {
    CHECK(trace.begin("s1", core));
    const UpstreamId id = connect(here, "s1");
    const std::vector<std::byte> garbage(3, std::byte{0xff});
    CHECK(lines_of([&] {
              trace.upstream_received(core, id, garbage);
              trace.upstream_received(core, id, garbage);
          }).find("info trace client_id=s1 from=broker packet=") == 0);
    trace.upstream_closed(id);
}

}  // namespace trunkline::gateway
