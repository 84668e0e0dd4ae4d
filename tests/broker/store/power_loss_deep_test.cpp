// Queues deeper than memory when the disk is in trouble, and when a session ends with one.

#include <doctest/doctest.h>

#include "tests/broker/store/at_least_once_peer.hpp"

using namespace trunkline;
using namespace trunkline::broker;
using namespace trunkline::broker::test;

namespace {

constexpr std::size_t window = 3;
constexpr int waiting = 20;

std::string name_of(int message) { return "message " + std::to_string(message); }

/// A subscriber that is away and whom more messages wait for than memory holds.
struct DeepScene {
    explicit DeepScene(runtime::VirtualDisk& on) : disk(on), broker(on, Durability::sync, window) {
        REQUIRE_MESSAGE(broker.start(), broker.start_error());
        REQUIRE(broker.connect(absent));
        absent.client.subscribe("plant/#", mqtt::QoS::at_least_once, broker.now());
        broker.run();
        broker.cut(absent);
        REQUIRE(broker.connect(publisher));
        for (int message = 0; message < waiting; ++message) {
            publisher.publish(name_of(message), broker.now());
            broker.run();
        }
        REQUIRE(broker.core().queue_in_memory("absent") == window);
    }
    /// Whether the subscriber has everything, once and in order.
    bool has_all() const {
        if (absent.deliveries.size() != waiting) return false;
        for (int message = 0; message < waiting; ++message) {
            if (absent.deliveries[static_cast<std::size_t>(message)].payload != name_of(message)) return false;
        }
        return true;
    }

    runtime::VirtualDisk& disk;
    BrokerOnDisk broker;
    AtLeastOncePeer publisher{"publisher"};
    AtLeastOncePeer absent{"absent"};
};

/// A session that begins anew, whose end the store has to know.
void begin_anew(BrokerOnDisk& broker) {
    if (!broker.is_running()) return;
    Broker& core = broker.core();
    const ConnectionId id{1'000'000};
    core.opened(id, TransportInfo(), broker.now());
    mqtt::Connect connect;
    connect.version = mqtt::ProtocolVersion::v3_1_1;
    connect.clean_start = true;
    connect.client_id = "absent";
    OutputBytes bytes;
    mqtt::encode(connect, connect.version, bytes);
    core.received(id, bytes.view(), broker.now());
    broker.run();
}

}  // namespace

TEST_CASE(
    "a disk that fails from any operation on while a deep queue drains: all of it comes, in order, when it heals") {
    for (const runtime::DiskError error : {runtime::DiskError::full, runtime::DiskError::io_error}) {
        int felt = 0;
        for (std::uint64_t operation = 1;; ++operation) {
            CAPTURE(operation);
            runtime::VirtualDisk disk;
            DeepScene scene(disk);
            scene.broker.end_orderly();  // the pages that are read again come from the disk
            REQUIRE(scene.broker.start());
            disk.fail({error, disk.changes() + operation});
            REQUIRE(scene.broker.connect(scene.absent));
            const bool was_felt = scene.broker.has_failed_batch() || scene.broker.has_failed_reading();
            felt += was_felt ? 1 : 0;
            disk.heal();
            for (int turn = 0; turn < waiting; ++turn) scene.broker.offer_again();
            CHECK(scene.has_all());
            CHECK(scene.broker.core().queue_length("absent") == 0);
            if (!was_felt) break;
        }
        CHECK(felt > 3);
    }
}

TEST_CASE(
    "power loss at every change of the disk while a session ends with its deep queue: all of it is there or none") {
    int kept = 0;
    for (std::uint64_t change = 1;; ++change) {
        CAPTURE(change);
        runtime::VirtualDisk disk;
        DeepScene scene(disk);
        disk.stop_at(disk.changes() + change);
        begin_anew(scene.broker);
        const bool is_complete = !disk.is_stopped();
        disk.stop();
        scene.broker.end();
        disk.crash(change);
        REQUIRE_MESSAGE(scene.broker.start(), scene.broker.start_error());
        CHECK(scene.broker.was_whole());
        const std::size_t left = scene.broker.core().queue_length("absent");
        CHECK((left == 0 || left == waiting));
        kept += left == 0 ? 0 : 1;
        if (left != 0) {
            REQUIRE(scene.broker.connect(scene.absent));
            CHECK(scene.has_all());
        }
        if (is_complete) break;
    }
    CHECK(kept > 0);
}
