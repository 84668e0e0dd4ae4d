// A disk that fails, or is full, at each of its operations in turn, and heals: what the broker says meanwhile is true.

#include <doctest/doctest.h>

#include "tests/broker/store/at_least_once_peer.hpp"

using namespace trunkline;
using namespace trunkline::broker;
using namespace trunkline::broker::test;

namespace {

std::vector<std::string> payloads_of(const AtLeastOncePeer& subscriber) {
    std::vector<std::string> payloads;
    for (const Delivery& delivery : subscriber.deliveries) payloads.push_back(delivery.payload);
    return payloads;
}

std::vector<std::string> payloads_acknowledged(const AtLeastOncePeer& publisher) {
    std::vector<std::string> payloads;
    for (const Acknowledged& acknowledged : publisher.acknowledged) payloads.push_back(acknowledged.payload);
    return payloads;
}

/// A broker with a subscriber that is away and publishers that are there.
struct Scene {
    explicit Scene(runtime::VirtualDisk& on) : disk(on), broker(on, Durability::sync) {
        REQUIRE_MESSAGE(broker.start(), broker.start_error());
        REQUIRE(broker.connect(absent));
        absent.client.subscribe("plant/#", mqtt::QoS::at_least_once, broker.now());
        broker.run();
        broker.cut(absent);
        REQUIRE(broker.connect(publisher));
        REQUIRE(broker.connect(newcomer));
        publish("before");
    }
    void publish(const std::string& payload) {
        publisher.publish(payload, broker.now());
        broker.run();
    }
    /// Until a batch fails. Returns how many were acknowledged.
    int publish_until_trouble(int messages) {
        for (int message = 0; message < messages; ++message) {
            publish("during " + std::to_string(message));
            if (broker.has_failed_batch()) return message;
        }
        return messages;
    }

    runtime::VirtualDisk& disk;
    BrokerOnDisk broker;
    AtLeastOncePeer publisher{"publisher"};
    AtLeastOncePeer newcomer{"newcomer"};  // publishes nothing before there is trouble
    AtLeastOncePeer absent{"absent"};
};

constexpr int messages = 6;

/// Publishes while the disk is in trouble and after it has healed; then power fails, and everything that was
/// acknowledged is there, and nothing that was refused. Returns whether the trouble was felt.
bool live_through(Scene& scene, std::uint64_t seed) {
    const int before_trouble = scene.publish_until_trouble(messages);
    const bool was_felt = scene.broker.has_failed_batch();
    std::vector<std::string> expected{"before"};
    for (int message = 0; message < before_trouble; ++message) expected.push_back("during " + std::to_string(message));
    CHECK(payloads_acknowledged(scene.publisher) == expected);
    if (was_felt) {
        // 5.0 can say so, and at once to whoever does not wait for an earlier answer. [MQTT-4.6.0-2]
        scene.newcomer.publish("refused", scene.broker.now());
        scene.broker.run();
        CHECK(scene.newcomer.refused == std::vector<std::string>{"refused"});
        scene.broker.offer_again();
        CHECK(scene.broker.has_failed_batch());
        CHECK(payloads_acknowledged(scene.publisher) == expected);
        expected.push_back("during " + std::to_string(before_trouble));
    }
    scene.disk.heal();
    scene.broker.offer_again();
    CHECK_FALSE(scene.broker.has_failed_batch());
    scene.publish("after");
    expected.emplace_back("after");
    CHECK(payloads_acknowledged(scene.publisher) == expected);

    scene.disk.stop();
    scene.broker.end();
    scene.disk.crash(seed);
    REQUIRE_MESSAGE(scene.broker.start(), scene.broker.start_error());
    CHECK(scene.broker.was_whole());
    REQUIRE(scene.broker.connect(scene.absent));
    CHECK(scene.absent.session_present);
    CHECK(payloads_of(scene.absent) == expected);
    return was_felt;
}

}  // namespace

TEST_CASE("a disk that fails from any operation on: nothing is acknowledged until it has healed, nothing is lost") {
    for (const runtime::DiskError error : {runtime::DiskError::full, runtime::DiskError::io_error}) {
        for (std::uint64_t operation = 1;; ++operation) {
            CAPTURE(operation);
            runtime::VirtualDisk disk;
            Scene scene(disk);
            disk.fail({error, disk.changes() + operation});
            const bool was_felt = live_through(scene, operation);
            if (was_felt) continue;
            CHECK(operation > 3 * messages);  // each commit writes and syncs
            break;
        }
    }
}

TEST_CASE("a disk without room: what fits is acknowledged, the rest waits until there is room") {
    int felt = 0;
    for (std::uint64_t room = 0;; room += 1024) {
        CAPTURE(room);
        runtime::VirtualDisk disk;
        Scene scene(disk);
        disk.set_capacity(disk.used_bytes() + room);
        if (!live_through(scene, room)) break;
        ++felt;
    }
    CHECK(felt > 10);
}

TEST_CASE("a broker that cannot start because of its disk says so, and starts when the disk has healed") {
    for (const runtime::DiskError error : {runtime::DiskError::full, runtime::DiskError::io_error}) {
        for (std::uint64_t operation = 1;; ++operation) {
            CAPTURE(operation);
            runtime::VirtualDisk disk;
            disk.fail({error, operation});
            BrokerOnDisk broker(disk, Durability::sync);
            if (broker.start()) {
                CHECK(operation > 10);
                break;
            }
            CHECK(broker.start_error().find("broker.db: ") == 0);
            disk.heal();
            REQUIRE_MESSAGE(broker.start(), broker.start_error());
            CHECK(broker.was_whole());
        }
    }
}
