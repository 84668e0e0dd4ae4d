// ClientIds that belong to whoever has proved to have that name.

#include <doctest/doctest.h>

#include "gateway/core/ways.hpp"
#include "tests/gateway/core/scene.hpp"

namespace trunkline::gateway {

namespace {

Address named(Address address, Way way = first_named_way) {
    address.via = way;
    return address;
}

struct Binding : Scene {
    void say(const Address& from, std::string_view name, const mqttsn::Message& message) {
        gateway.received(from, mqttsn::encode(message), now, name);
    }
    UpstreamId connect_named(const Address& from, std::string_view name) {
        say(from, name, mqttsn::Connect{.clean_session = true, .duration_seconds = 60, .client_id = name});
        const UpstreamId id = asked_one();
        open(id);
        accept(id);
        got(id);
        CHECK(heard(from) == "CONNACK code=0");
        facts();
        return id;
    }
    std::uint64_t refused() const {
        return gateway.counters().refused_for[static_cast<std::size_t>(SensorRefused::Cause::of_another)];
    }
    const Address home = named(sensor_a);
    const Address elsewhere = named(sensor_b);
};

mqttsn::Connect connect_as(std::string_view client_id) {
    return {.clean_session = true, .duration_seconds = 60, .client_id = client_id};
}

}  // namespace

TEST_CASE_FIXTURE(Binding, "binding: a ClientId that is not the sender's name is refused and counted") {
    say(home, "s1", connect_as("s2"));
    CHECK(heard(home) == "CONNACK code=3");
    CHECK(refused() == 1);
    CHECK(asked().empty());
    connect_named(home, "s1");
    CHECK(refused() == 1);
}

TEST_CASE_FIXTURE(Binding, "binding: nobody takes over a client with a name who has not proved to have it") {
    const UpstreamId id = connect_named(home, "s1");
    send(sensor_c, connect_as("s1"));
    CHECK(heard(sensor_c) == "CONNACK code=3");
    CHECK(refused() == 1);
    send(sensor_c, mqttsn::PingReq{"s1"});
    CHECK(heard(sensor_c) == "DISCONNECT");
    send(sensor_a, qos_0(mqttsn::TopicId{1}));  // the same address and port, without its secret
    CHECK(heard(sensor_a) == "DISCONNECT");
    say(home, "s1", mqttsn::PingReq{});
    CHECK(heard(home) == "PINGRESP");
    CHECK(got(id).empty());
}

TEST_CASE("binding: networks that are trusted do not move a client that has a name") {
    Settings settings;
    settings.trusted_networks = {Network{sensor_c, 96}};
    Scene scene(settings);
    const Address home = named(sensor_a);
    scene.gateway.received(home, mqttsn::encode(connect_as("s1")), scene.now, "s1");
    scene.accept(scene.asked_one());
    scene.heard(home);
    scene.send(sensor_c, mqttsn::PingReq{"s1"});
    CHECK(scene.heard(sensor_c) == "DISCONNECT");
}

TEST_CASE_FIXTURE(Binding, "G16: a client that proves its name at another address goes on there, whatever it says") {
    const UpstreamId id = connect_named(home, "s1");
    SUBCASE("PINGREQ") {
        say(elsewhere, "s1", mqttsn::PingReq{});
        CHECK(heard(elsewhere) == "PINGRESP");
    }
    SUBCASE("REGISTER") {
        say(elsewhere, "s1", mqttsn::Register{{}, mqttsn::MsgId{1}, "p"});
        CHECK(heard(elsewhere) == "REGACK id=1 msg=1 code=0");
    }
    CHECK(facts() == "moved s1");
    CHECK(got(id).empty());  // the broker has not noticed
    say(home, "s1", mqttsn::PingReq{});
    CHECK(heard(home) == "PINGRESP");  // and back
    CHECK(heard(elsewhere).empty());
}

TEST_CASE_FIXTURE(Binding, "binding: by another listener with names it goes on as well") {
    connect_named(home, "s1");
    const Address other_listener = named(sensor_a, first_named_way + 1);
    say(other_listener, "s1", mqttsn::PingReq{});
    CHECK(heard(other_listener) == "PINGRESP");
    CHECK(heard(home).empty());
}

TEST_CASE_FIXTURE(Binding, "binding: a name that has no client is a stranger's like others") {
    say(home, "s1", mqttsn::PingReq{});
    CHECK(heard(home) == "DISCONNECT");
    CHECK(facts().empty());
}

TEST_CASE_FIXTURE(Binding, "binding: an address that a name has left is another client's like any") {
    connect_named(home, "s1");
    say(home, "s2", connect_as("s2"));
    const UpstreamId id = asked_one();
    open(id);
    accept(id);
    CHECK(heard(home) == "CONNACK code=0");
    CHECK(gateway.sensor_count() == 1);
}

}  // namespace trunkline::gateway
