#include "gateway/core/spare_connections.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "tests/gateway/core/broker_rig.hpp"
#include "tests/gateway/core/scene.hpp"

namespace trunkline::gateway {

using namespace std::chrono_literals;

namespace {

constexpr std::size_t three = 3;

Settings with_spares(Settings settings = {}) {
    settings.spare_connections = three;
    return settings;
}

/// Lets time pass until all spare connections were asked for, and opens them.
std::vector<UpstreamId> filled(Scene& scene) {
    std::vector<UpstreamId> all;
    const Instant start = scene.now;
    while (all.size() < three) {
        REQUIRE(scene.now - start < 8s);
        scene.pass(100ms);
        for (const UpstreamId id : scene.asked()) {
            scene.open(id);
            all.push_back(id);
        }
    }
    return all;
}

void wants_in(Scene& scene, const Address& from, std::string_view client_id, bool clean_session = true) {
    scene.send(from, mqttsn::Connect{.clean_session = clean_session, .duration_seconds = 600, .client_id = client_id});
}

std::uint64_t spares(const Scene& scene) { return scene.gateway.gauges().spare_connections; }

}  // namespace

TEST_CASE("spare: there are none unless they are wanted") {
    Scene scene;
    scene.pass(1min);
    CHECK(scene.asked().empty());
    CHECK(!scene.gateway.next_deadline());
}

TEST_CASE("spare: a sensor's CONNECT leaves at once on a connection that is open, and another one takes its place") {
    Scene scene(with_spares());
    const std::vector<UpstreamId> ids = filled(scene);
    CHECK(spares(scene) == three);
    wants_in(scene, sensor_a, "s1");
    CHECK(scene.asked().empty());
    CHECK(scene.got(ids.back()) == "CONNECT s1 clean=0 expiry=60");  // the youngest
    scene.accept(ids.back());
    CHECK(scene.heard(sensor_a) == "CONNACK code=0");
    CHECK(scene.gateway.counters().spares_taken == 1);
    CHECK(spares(scene) == 2);
    // Not in the storm that has taken it, of which that may be the first.
    scene.pass(1ms);
    CHECK(scene.asked().empty());
    scene.pass(2s);
    CHECK(scene.asked().size() == 1);
    CHECK(spares(scene) == three);
    CHECK(scene.gateway.upstream_client_id(ids.back()) == "s1");
}

TEST_CASE("spare: one that is not open yet is nobody's, and beyond the last one connections are opened as ever") {
    Scene scene(with_spares());
    scene.pass(1ms);
    const UpstreamId opening = scene.asked_one();
    wants_in(scene, sensor_a, "s1");
    const UpstreamId own = scene.asked_one();
    CHECK(own != opening);
    scene.open(own);
    CHECK(scene.got(own).starts_with("CONNECT s1"));
    CHECK(scene.got(opening).empty());
}

TEST_CASE("spare: one that the broker has closed at the moment of its use costs the sensor nothing") {
    Scene scene(with_spares());
    const std::vector<UpstreamId> ids = filled(scene);
    wants_in(scene, sensor_a, "s1");
    CHECK(scene.got(ids.back()).starts_with("CONNECT s1"));
    scene.close(ids.back());  // CONNECT has crossed it
    CHECK(scene.heard(sensor_a).empty());
    const UpstreamId fresh = scene.asked_one();  // not another spare one, which may be as dead
    scene.open(fresh);
    CHECK(scene.got(fresh) == "CONNECT s1 clean=0 expiry=60");
    scene.accept(fresh);
    CHECK(scene.heard(sensor_a) == "CONNACK code=0");
    CHECK(scene.facts() == "connected s1");
    CHECK(scene.gateway.counters().spares_lost == 1);
    // Nothing was learned of the broker: it is not taken for one of 3.1.1, and the next one is served as well.
    wants_in(scene, sensor_b, "s2");
    CHECK(scene.got(ids[1]) == "CONNECT s2 clean=0 expiry=60");
    scene.close(fresh);  // a connection that has been used is lost as ever
    CHECK(scene.facts() == "upstream lost s1");
    CHECK(scene.asked().empty());
}

TEST_CASE("spare: each is replaced before the broker tires of it, and never are there more than were wanted") {
    Scene scene(with_spares());
    std::vector<UpstreamId> old = filled(scene);
    std::size_t replaced = 0;
    for (int step = 0; step < 200; ++step) {
        scene.pass(100ms);
        for (const UpstreamId id : scene.gateway.take_upstream_closes()) {
            ++replaced;
            scene.close(id);
        }
        for (const UpstreamId id : scene.asked()) scene.open(id);
        CHECK(spares(scene) <= three);
        CHECK(scene.gateway.upstream_count() <= three);
    }
    CHECK(replaced >= 2 * three - 2);
    CHECK(replaced <= 2 * three + 1);
    CHECK(scene.gateway.counters().spares_lost == 0);
}

TEST_CASE("spare: a broker that closes them, or is away, is asked less and less often") {
    Scene scene(with_spares());
    std::size_t asked = 0;
    for (int step = 0; step < 3'600; ++step) {
        scene.pass(100ms);
        for (const UpstreamId id : scene.asked()) {
            ++asked;
            scene.close(id);
        }
    }
    CHECK(asked >= 8);  // in six minutes: after 1, 2, 4, … 60 s
    CHECK(asked <= 12);
    CHECK(scene.gateway.counters().spares_lost == asked);
    CHECK(scene.heard(sensor_a).empty());
}

TEST_CASE("spare: in aggregating mode, too, and orderly closed at the end") {
    Settings settings = with_spares();
    settings.modes.otherwise = Mode::aggregating;
    settings.upstream_connections = 1;
    Scene scene(settings);
    const std::vector<UpstreamId> ids = filled(scene);
    wants_in(scene, sensor_a, "s1");
    CHECK(scene.got(ids.back()).starts_with("CONNECT trunkline-gateway-1-shared-1"));
    scene.gateway.shut_down(scene.now);
    CHECK(scene.gateway.take_upstream_closes().size() == three);
}

TEST_CASE("spare: they belong to the broker that is chosen") {
    Settings settings = with_spares();
    settings.brokers = {"mqtt://one", "mqtt://two"};
    BrokerRig rig(settings);
    rig.pass(5s);
    CHECK(spares(rig.scene) == three);
    rig.connect(sensor_a, "s1");
    CHECK(rig.scene.gateway.counters().spares_taken == 1);
    rig.kill(BrokerId{0});
    rig.pass(5s);
    CHECK(spares(rig.scene) == three);
    const std::uint64_t before = rig.scene.gateway.counters().spares_taken;
    rig.connect(sensor_b, "s2");
    CHECK(rig.scene.gateway.counters().spares_taken == before + 1);
    CHECK(rig.sensors_at(BrokerId{1}) == 2);
}

}  // namespace trunkline::gateway
