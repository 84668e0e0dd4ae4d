// Wills outlive the broker: a client that does not come back after its end has died, and its will is published.

#include <algorithm>
#include <chrono>
#include <optional>

#include <doctest/doctest.h>

#include "tests/broker/store/at_least_once_peer.hpp"

using namespace trunkline;
using namespace trunkline::broker;
using namespace trunkline::broker::test;

namespace {

mqtt::ClientWill will() {
    const ByteView payload = as_byte_view("lost");
    mqtt::ClientWill will;
    will.topic = "plant/alarm";
    will.payload.assign(payload.begin(), payload.end());
    will.qos = mqtt::QoS::at_least_once;
    return will;
}

/// How the sensor leaves, before the end of the broker.
enum class Leaving { stays, disconnects, is_cut };

struct WillCast {
    AtLeastOncePeer sensor{"sensor", true, will()};
    AtLeastOncePeer watcher{"watcher"};
    bool has_left = false;  // and the broker has written down what that means
};

void play(BrokerOnDisk& broker, WillCast& cast, Leaving leaving) {
    broker.start();
    if (broker.connect(cast.watcher)) cast.watcher.client.subscribe("plant/#", mqtt::QoS::at_least_once, broker.now());
    broker.run();
    broker.connect(cast.sensor);
    for (const char* reading : {"1 bar", "2 bar"}) {
        cast.sensor.publish(reading, broker.now());
        broker.run();
    }
    if (leaving == Leaving::disconnects) cast.sensor.client.disconnect(mqtt::ReasonCode::success, broker.now());
    if (leaving == Leaving::is_cut) broker.cut(cast.sensor);
    broker.run();
    cast.has_left = broker.is_running() && leaving != Leaving::stays;
    broker.cut(cast.watcher);
}

std::ptrdiff_t wills_seen(const AtLeastOncePeer& watcher) {
    return std::count_if(watcher.deliveries.begin(), watcher.deliveries.end(),
                         [](const Delivery& delivery) { return delivery.payload == "lost"; });
}

/// How often the watcher may see the will.
struct Bounds {
    std::ptrdiff_t least = 0;
    std::ptrdiff_t most = 1;
};
Bounds bounds_of(const WillCast& cast, Leaving leaving) {
    if (!cast.sensor.is_accepted) return {};
    if (cast.has_left) return leaving == Leaving::is_cut ? Bounds{1, 1} : Bounds{0, 0};  // [MQTT-3.14.4-3]
    if (leaving == Leaving::stays) return {1, 1};                                        // [MQTT-3.1.2-8]
    // Power failed while the broker was at it: DISCONNECT may be forgotten, and a will that is sent but not yet written
    // down is sent again.
    return leaving == Leaving::is_cut ? Bounds{1, 2} : Bounds{};
}

/// True: the script came to its end before that change.
bool play_until(std::uint64_t change, Leaving leaving, std::optional<std::uint64_t> crash_seed) {
    runtime::VirtualDisk disk;
    BrokerOnDisk broker(disk, Durability::sync);
    WillCast cast;
    disk.stop_at(change);
    play(broker, cast, leaving);
    const bool is_complete = !disk.is_stopped();
    disk.stop();
    broker.end();
    if (crash_seed) disk.crash(*crash_seed);
    else disk.kill();

    REQUIRE_MESSAGE(broker.start(), broker.start_error());
    CHECK(broker.was_whole());
    broker.wait(Settings().will_grace + std::chrono::seconds(1));  // nobody comes back in time
    REQUIRE(broker.connect(cast.watcher));
    if (!cast.sensor.is_accepted) return is_complete;
    const Bounds bounds = bounds_of(cast, leaving);
    CHECK(cast.watcher.session_present);
    CHECK(wills_seen(cast.watcher) >= bounds.least);
    CHECK(wills_seen(cast.watcher) <= bounds.most);
    return is_complete;
}

void play_all(Leaving leaving) {
    for (std::uint64_t seed = 0; seed <= 4; ++seed) {  // 0: kill -9
        for (std::uint64_t change = 1;; ++change) {
            CAPTURE(seed);
            CAPTURE(change);
            std::optional<std::uint64_t> crash_seed;
            if (seed != 0) crash_seed = seed * 1'000'003 + change;
            if (play_until(change, leaving, crash_seed)) break;
        }
    }
}

}  // namespace

TEST_CASE("[MQTT-3.1.2-8] the will of an accepted client goes out once when the broker ends at any change") {
    play_all(Leaving::stays);
}

TEST_CASE("[MQTT-3.14.4-3] the will of a client that said goodbye stays withdrawn when the broker ends at any change") {
    play_all(Leaving::disconnects);
}

TEST_CASE("[MQTT-3.1.2-8] a will that went out does not go out again when the broker ends at any change") {
    play_all(Leaving::is_cut);
}
