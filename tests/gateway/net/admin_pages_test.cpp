#include "gateway/net/admin_pages.hpp"

#include <doctest/doctest.h>

#include <initializer_list>
#include <string>

#include "protocol/mqtt/codec.hpp"
#include "protocol/mqttsn/codec.hpp"
#include "protocol/mqttsn/forwarding.hpp"

namespace trunkline::gateway {

namespace {

using runtime::HttpAnswer;
using runtime::HttpMethod;
using runtime::HttpRequest;

struct SensorPagesFixture {
    HttpAnswer ask(HttpMethod method, std::initializer_list<std::string> path, std::string_view query = {}) {
        HttpRequest request;
        REQUIRE(read_target("/" + std::string(query.empty() ? "" : "?") + std::string(query), request));
        request.method = method;
        request.path = path;
        request.host = "localhost";
        return pages.answer(request);
    }
    HttpAnswer get(std::initializer_list<std::string> path, std::string_view query = {}) {
        return ask(HttpMethod::get, path, query);
    }
    void connect(std::string_view client_id) {
        const Address from = Address::v4(10, 0, 0, 1, ++port);
        const mqttsn::Connect connect{.clean_session = true, .duration_seconds = 60, .client_id = client_id};
        core.received(from, mqttsn::encode(connect), clock.now());
        for (const UpstreamId id : core.take_upstream_opens()) {
            core.upstream_opened(id, clock.now());
            OutputBytes bytes;
            mqtt::encode(mqtt::ConnAck{}, mqtt::ProtocolVersion::v5, bytes);
            core.upstream_received(id, bytes.view(), clock.now());
        }
        core.received(from, mqttsn::encode(mqttsn::Register{.msg_id = mqttsn::MsgId{1}, .topic_name = "a/\"b"}),
                      clock.now());
    }

    std::uint16_t port = 0;
    runtime::RealClock clock;
    Gateway core{Settings{}};
    runtime::Log log{runtime::LogLevel::error};
    Trace trace{log};
    AdminPages pages{{{core, trace}}, log, std::nullopt};
};

bool has(const HttpAnswer& answer, std::string_view text) { return answer.body.find(text) != std::string::npos; }

}  // namespace

TEST_CASE_FIXTURE(SensorPagesFixture, "gateway pages: health says what ails the gateway") {
    CHECK(get({"healthz"}).body == "ok\n");
    core.store_failed(Ticket{1}, {28, "No space left on device"}, clock.now());
    CHECK(get({"healthz"}).status == 503);
    CHECK(has(get({"healthz"}), "store"));
    core.stored(Ticket{1}, clock.now());
    CHECK(get({"healthz"}).status == 200);
    core.shut_down(clock.now());
    CHECK(get({"healthz"}).body == "shutting down\n");
}

TEST_CASE_FIXTURE(SensorPagesFixture, "gateway pages: each path has its methods, and others are named") {
    CHECK(ask(HttpMethod::head, {"metrics"}).status == 200);
    CHECK(ask(HttpMethod::post, {"metrics"}).allow == "GET, HEAD");
    CHECK(ask(HttpMethod::post, {"api", "v1", "sensors"}).allow == "GET, HEAD");
    CHECK(ask(HttpMethod::post, {"api", "v1", "sensors", "a"}).allow == "GET, HEAD, DELETE");
    CHECK(get({"api", "v1", "sensors", "a", "disconnect"}).allow == "POST");
    CHECK(get({"api", "v1", "sensors", "a", "trace"}).allow == "POST, DELETE");
    CHECK(ask(HttpMethod::post, {"api", "v1", "sensors", "a", "buffer"}).allow == "GET, HEAD");
    for (const auto& path : {std::initializer_list<std::string>{},
                             {"api"},
                             {"api", "v1"},
                             {"api", "v2", "sensors"},
                             {"api", "v1", "clients"},
                             {"api", "v1", "sensors", "a", "b", "c"},
                             {"api", "v1", "sensors", "a", "nothing"},
                             {"api", "v1", "sensors", "a"},
                             {"api", "v1", "sensors", "a", "buffer"}}) {
        CHECK(get(path).status == 404);
    }
    CHECK(get({"api", "v1", "sensors"}, "limit=0").status == 400);
}

TEST_CASE_FIXTURE(SensorPagesFixture, "gateway pages: a sensor is shown, disconnected, and deleted") {
    connect("s/1");
    const HttpAnswer table = get({"api", "v1", "sensors"});
    CHECK(has(table, "\"client_id\": \"s/1\""));
    CHECK(has(table, "\"state\": \"active\""));
    CHECK(has(table, "\"address\": \"10.0.0.1:1\""));
    CHECK(has(table, "\"topics\": 1"));
    CHECK(has(table, "\"round_trip_ms\": null"));
    const HttpAnswer one = get({"api", "v1", "sensors", "s/1"});
    CHECK(has(one, R"("topic": "a/\"b")"));
    CHECK(has(get({"api", "v1", "sensors", "s/1", "buffer"}), "\"messages\": []"));
    CHECK(ask(HttpMethod::post, {"api", "v1", "sensors", "s/1", "disconnect"}).status == 204);
    CHECK(ask(HttpMethod::post, {"api", "v1", "sensors", "s/1", "disconnect"}).status == 404);
    connect("s/1");
    CHECK(ask(HttpMethod::del, {"api", "v1", "sensors", "s/1"}).status == 204);
    CHECK(ask(HttpMethod::del, {"api", "v1", "sensors", "s/1"}).status == 404);
    CHECK(core.sensor_count() == 0);
}

TEST_CASE("gateway pages: a sensor behind a forwarder has the forwarder's address, and its Wireless Node Id") {
    Settings settings;
    settings.forwarders = {{Address::v4(10, 0, 0, 9, 0)}};
    SensorPagesFixture fixture;
    Gateway core{settings};
    AdminPages pages{{{core, fixture.trace}}, fixture.log, std::nullopt};
    const std::byte node[] = {std::byte{0x0a}, std::byte{0xff}};
    const auto connect = mqttsn::encode(mqttsn::Connect{.duration_seconds = 60, .client_id = "ps-117"});
    core.received(Address::v4(10, 0, 0, 9, 1884), mqttsn::wrap({0, node, connect}), fixture.clock.now());
    HttpRequest request;
    REQUIRE(read_target("/", request));
    request.method = HttpMethod::get;
    request.path = {"api", "v1", "sensors"};
    request.host = "localhost";
    const HttpAnswer answer = pages.answer(request);
    CHECK(has(answer, "10.0.0.9:1884"));
    CHECK(has(answer, "0aff"));
}

TEST_CASE_FIXTURE(SensorPagesFixture, "gateway pages: a trace is begun and ended, of a bounded number of sensors") {
    for (std::size_t sensor = 0; sensor < Trace::limit; ++sensor)
        CHECK(ask(HttpMethod::post, {"api", "v1", "sensors", "s" + std::to_string(sensor), "trace"}).status == 204);
    CHECK(trace.is_on());
    CHECK(ask(HttpMethod::post, {"api", "v1", "sensors", "s0", "trace"}).status == 204);
    CHECK(ask(HttpMethod::post, {"api", "v1", "sensors", "more", "trace"}).status == 503);
    CHECK(ask(HttpMethod::del, {"api", "v1", "sensors", "s0", "trace"}).status == 204);
    CHECK(ask(HttpMethod::del, {"api", "v1", "sensors", "s0", "trace"}).status == 404);
}

TEST_CASE_FIXTURE(SensorPagesFixture, "gateway pages: metrics name every type, state and cause") {
    connect("s1");
    const HttpAnswer page = get({"metrics"});
    CHECK(has(page, "trunkline_gateway_messages_total{direction=\"received\",type=\"CONNECT\"} 1\n"));
    CHECK(has(page, "trunkline_gateway_messages_total{direction=\"sent\",type=\"CONNACK\"} 1\n"));
    CHECK(has(page, "trunkline_gateway_messages_total{direction=\"sent\",type=\"WILLMSGRESP\"} 0\n"));
    CHECK(has(page, "trunkline_gateway_sensors{state=\"active\"} 1\n"));
    CHECK(has(page, "trunkline_gateway_sensors{state=\"lost\"} 0\n"));
    CHECK(has(page, "trunkline_gateway_dropped_total{cause=\"unsubscribed\"} 0\n"));
    CHECK(has(page, "trunkline_gateway_sensors_refused_total{cause=\"store_behind\"} 0\n"));
    CHECK(has(page, "trunkline_gateway_upstream_connected_sensors 1\n"));
    CHECK(has(page, "trunkline_gateway_sensor_round_trip_seconds_count 0\n"));
}

}  // namespace trunkline::gateway
