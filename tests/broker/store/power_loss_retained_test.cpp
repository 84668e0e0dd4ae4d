// A retained message that was acknowledged outlives the broker's process, whenever it ends.

#include <algorithm>

#include <doctest/doctest.h>

#include "tests/broker/store/at_least_once_peer.hpp"

using namespace trunkline;
using namespace trunkline::broker;
using namespace trunkline::broker::test;

namespace {

/// An empty payload takes the retained message away. [MQTT-3.3.1-6]
const std::vector<std::string> values = {"1 bar", "2 bar", "", "3 bar", "4 bar", ""};

/// Values up to `count`, one batch each; the broker is closed and opened again in between.
void play(BrokerOnDisk& broker, AtLeastOncePeer& publisher, std::size_t count) {
    broker.start();
    broker.connect(publisher);
    for (std::size_t value = 0; value < count; ++value) {
        publisher.publish(values[value], broker.now(), true);
        broker.run();
        if (value != 3 || !broker.is_running()) continue;
        broker.end_orderly();
        broker.start();
        broker.connect(publisher);
    }
}

/// What a new subscriber gets; empty: nothing.
std::string retained_value(BrokerOnDisk& broker, const char* client_id) {
    AtLeastOncePeer reader(client_id);
    REQUIRE(broker.connect(reader));
    reader.client.subscribe("plant/#", mqtt::QoS::at_least_once, broker.now());
    broker.run();
    REQUIRE(reader.is_subscribed);
    broker.cut(reader);
    REQUIRE(reader.deliveries.size() <= 1);
    return reader.deliveries.empty() ? "" : reader.deliveries.front().payload;
}

/// True: the script came to its end before that change.
bool play_until(std::uint64_t change, std::size_t count, Durability durability,
                std::optional<std::uint64_t> crash_seed) {
    runtime::VirtualDisk disk;
    BrokerOnDisk broker(disk, durability);
    AtLeastOncePeer publisher("publisher");
    disk.stop_at(change);
    play(broker, publisher, count);
    const bool is_complete = !disk.is_stopped();
    disk.stop();
    broker.end();
    if (crash_seed) disk.crash(*crash_seed);
    else disk.kill();

    REQUIRE_MESSAGE(broker.start(), broker.start_error());
    CHECK(broker.was_whole());
    // The last that was acknowledged, or one that was on its way. "" stands for none, as at the beginning.
    std::vector<std::string> possible{""};
    possible.insert(possible.end(), publisher.published.begin(), publisher.published.end());
    possible.erase(possible.begin(), possible.begin() + static_cast<std::ptrdiff_t>(publisher.acknowledged.size()));
    CHECK(std::find(possible.begin(), possible.end(), retained_value(broker, "before")) != possible.end());
    // Its publisher comes back and sends again what was not acknowledged.
    REQUIRE(broker.connect(publisher));
    CHECK(publisher.acknowledged.size() == publisher.published.size());
    CHECK(retained_value(broker, "after") == possible.back());
    return is_complete;
}

}  // namespace

TEST_CASE("[MQTT-3.3.1-5] the retained message is the last acknowledged one, after power loss at every change") {
    for (const std::size_t count : {values.size() - 1, values.size()}) {  // with a value at the end, and with none
        for (std::uint64_t seed = 1; seed <= 4; ++seed) {
            for (std::uint64_t change = 1;; ++change) {
                CAPTURE(seed);
                CAPTURE(change);
                if (play_until(change, count, Durability::sync, seed * 1'000'003 + change)) break;
            }
        }
    }
}

TEST_CASE("[MQTT-3.3.1-5] the retained message is the last acknowledged one, after kill -9 at every change") {
    for (const Durability durability : {Durability::sync, Durability::os}) {
        for (std::uint64_t change = 1;; ++change) {
            CAPTURE(change);
            if (play_until(change, values.size(), durability, std::nullopt)) break;
        }
    }
}
