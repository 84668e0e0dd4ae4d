#include "gateway/core/newcomers.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/core/ways.hpp"
#include "protocol/base/random.hpp"
#include "tests/gateway/core/scene.hpp"

namespace trunkline::gateway {

using namespace std::chrono_literals;

namespace {

constexpr std::size_t two = 2;

Address stranger_at(std::uint16_t port) { return Address::v4(10, 9, 0, 1, port); }

mqttsn::Connect wants_in(std::string_view client_id, bool clean_session = true) {
    return {.clean_session = clean_session, .duration_seconds = 60, .client_id = client_id};
}

Settings room_for_two(Settings settings = {}) {
    settings.maximum_newcomers = two;
    return settings;
}

void connected_in_place_of(Scene& scene, const Address& from, std::string_view client_id, std::string_view before) {
    scene.facts();
    scene.send(from, wants_in(client_id));
    CHECK(scene.facts().starts_with("gone " + std::string(before) + " displaced"));
    const UpstreamId id = scene.asked_one();
    scene.open(id);
    scene.accept(id);
    CHECK(scene.heard(from) == "CONNACK code=0");
}

std::uint64_t refused_newcomers(const Scene& scene) {
    return scene.gateway.counters().refused_for[static_cast<std::size_t>(SensorRefused::Cause::too_many_newcomers)];
}

}  // namespace

TEST_CASE("newcomers: the oldest is displaced when it has waited for 10 s, whoever was taken out between") {
    const Instant start{};
    Newcomers newcomers(3);
    CHECK(!newcomers.to_displace(start + 1h));
    for (std::uint32_t id : {7U, 3U, 5U}) newcomers.add(SensorId{id}, start);
    CHECK(newcomers.is_full());
    CHECK(!newcomers.to_displace(start + 10s - 1ns));
    CHECK(newcomers.to_displace(start + 10s) == SensorId{7});
    newcomers.remove(SensorId{3});
    newcomers.remove(SensorId{3});  // of no effect
    newcomers.remove(SensorId{99});
    CHECK(!newcomers.is_full());
    newcomers.remove(SensorId{7});
    CHECK(newcomers.to_displace(start + 10s) == SensorId{5});
    newcomers.add(SensorId{7}, start + 1s);
    newcomers.remove(SensorId{5});
    CHECK(!newcomers.to_displace(start + 10s));
    CHECK(newcomers.to_displace(start + 11s) == SensorId{7});
}

TEST_CASE("newcomers: they come and go like the entries of a list") {
    Random draw(1, "newcomers", "test");
    Newcomers newcomers(1'000);
    std::vector<SensorId> expected;
    for (int step = 0; step < 5'000; ++step) {
        const SensorId id{static_cast<std::uint32_t>(draw.below(64))};
        const auto found = std::find(expected.begin(), expected.end(), id);
        CHECK(newcomers.contains(id) == (found != expected.end()));
        if (found == expected.end()) {
            newcomers.add(id, Instant{});
            expected.push_back(id);
        } else {
            newcomers.remove(id);
            expected.erase(found);
        }
        CHECK(newcomers.size() == expected.size());
        CHECK(newcomers.to_displace(Instant{} + 1h) ==
              (expected.empty() ? std::nullopt : std::optional(expected.front())));
    }
}

TEST_CASE("G21: one CONNECT too many hears congestion, and after 10 s has the place of one that has said no more") {
    Scene scene(both_modes(room_for_two()));
    scene.connected(sensor_a, "s1");
    scene.connected(sensor_b, "s2");
    scene.send(sensor_c, wants_in("s3"));
    CHECK(scene.heard(sensor_c) == "CONNACK code=1");
    CHECK(refused_newcomers(scene) == 1);
    CHECK(scene.gateway.sensor_count() == two);
    scene.now += 10s;
    connected_in_place_of(scene, sensor_c, "s3", "s1");
    CHECK(scene.gateway.sensor_count() == two);
    CHECK(scene.heard(sensor_a).empty());  // nobody may be there
    scene.send(sensor_a, mqttsn::PingReq{});
    CHECK(scene.heard(sensor_a) == "DISCONNECT");  // somebody was
    CHECK(scene.gateway.counters().newcomers_displaced == 1);
}

TEST_CASE("G21: whoever has said a second word keeps its place, however quiet it is") {
    Scene scene(both_modes(room_for_two()));
    scene.connected(sensor_a, "s1");
    scene.send(sensor_a, mqttsn::PingReq{});
    CHECK(scene.heard(sensor_a) == "PINGRESP");
    scene.connected(sensor_b, "s2");
    scene.send(sensor_b, wants_in("s2"));  // the same again is no second word
    scene.heard(sensor_b);
    scene.now += 10s;
    scene.connected(sensor_c, "s3");  // there was room
    CHECK(scene.gateway.sensor_count() == 3);
    connected_in_place_of(scene, stranger_at(1), "s4", "s2");
    scene.now += 10s;
    connected_in_place_of(scene, stranger_at(2), "s5", "s3");
    scene.send(sensor_a, mqttsn::PingReq{});
    CHECK(scene.heard(sensor_a) == "PINGRESP");
}

TEST_CASE("G21: a ClientId with a session here is no newcomer, wherever it comes from") {
    Scene scene(both_modes(room_for_two()));
    scene.connected(sensor_a, "kept", false);
    scene.send(sensor_a, mqttsn::Disconnect{});
    scene.heard(sensor_a);
    scene.now += 10s;
    scene.connected(sensor_b, "s2");
    scene.connected(sensor_c, "s3");  // displaces the one that has said goodbye only if that had said nothing: it had
    CHECK(scene.gateway.sensor_count() == 3);
    scene.send(stranger_at(1), wants_in("s4"));
    CHECK(scene.heard(stranger_at(1)) == "CONNACK code=1");
    scene.connected(stranger_at(2), "kept", false);
}

TEST_CASE("G21: a full table makes room in the same way, also for sensors that have proved who they are") {
    Settings settings;
    settings.maximum_sensors = two;
    Scene scene(both_modes(settings));
    scene.connected(sensor_a, "s1");
    scene.connected(sensor_b, "s2");
    Address secured = sensor_c;
    secured.via = first_secured_way;
    scene.send(secured, wants_in("s3"));
    CHECK(scene.heard(secured) == "CONNACK code=1");
    CHECK(scene.gateway.counters().refused_for[static_cast<std::size_t>(SensorRefused::Cause::too_many_sensors)] == 1);
    scene.now += 10s;
    scene.connected(secured, "s3");
    scene.connected(stranger_at(1), "s4");
    scene.now += 10s;
    scene.connected(stranger_at(2), "s5");  // in the place of s4: s3 came by DTLS
    scene.send(secured, mqttsn::PingReq{});
    CHECK(scene.heard(secured) == "PINGRESP");
}

TEST_CASE("G21: the broker keeps the session of one that was displaced") {
    Scene scene(room_for_two());
    const UpstreamId first = scene.connected(sensor_a, "s1", false);
    scene.connected(sensor_b, "s2");
    scene.now += 10s;
    scene.connected(sensor_c, "s3");
    CHECK(scene.got(first) == "DISCONNECT 0");
}

TEST_CASE("G21: of a flood 20,000 hear congestion in a second, and what is beyond costs no answer and no memory") {
    Settings settings = room_for_two();
    settings.modes.otherwise = Mode::aggregating;
    Scene scene(settings);
    scene.connected(sensor_a, "s1");
    scene.connected(sensor_b, "s2");
    const std::uint64_t before = scene.gateway.counters().datagrams_sent;
    for (std::uint32_t number = 0; number < 30'000; ++number) {
        const Address from = Address::v4(10, static_cast<std::uint8_t>(16 + (number >> 16U)),
                                         static_cast<std::uint8_t>(number >> 8U), static_cast<std::uint8_t>(number), 1);
        scene.send(from, wants_in("flood-" + std::to_string(number)));
    }
    CHECK(scene.gateway.counters().datagrams_sent - before == 20'000);
    CHECK(scene.gateway.counters().strangers_unanswered == 10'000);
    CHECK(refused_newcomers(scene) == 30'000);
    CHECK(scene.gateway.sensor_count() == two);
    CHECK(scene.gateway.facts().size() <= 200);
    scene.send(sensor_a, mqttsn::PingReq{});  // whoever is here is no stranger
    CHECK(scene.heard(sensor_a) == "PINGRESP");
    scene.send(stranger_at(1), mqttsn::PingReq{});
    CHECK(scene.heard(stranger_at(1)).empty());
    scene.now += 1s;
    scene.send(stranger_at(1), mqttsn::PingReq{});
    CHECK(scene.heard(stranger_at(1)) == "DISCONNECT");
}

}  // namespace trunkline::gateway
