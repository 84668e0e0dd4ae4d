// §4.3.3 across the end of the broker's process, at every change of the disk: exactly once, in order.

#include <algorithm>

#include <doctest/doctest.h>

#include "tests/broker/store/exactly_once_peer.hpp"

using namespace trunkline;
using namespace trunkline::broker;
using namespace trunkline::broker::test;

namespace {

struct Qos2Cast {
    ExactlyOncePeer publisher{"publisher"};
    ExactlyOncePeer present{"present"};
    ExactlyOncePeer absent{"absent"};
};

void publish(BrokerOnDisk& broker, ExactlyOncePeer& peer, const char* name, int messages) {
    for (int message = 0; message < messages; ++message) peer.publish(name + std::to_string(message));
    if (broker.is_running()) broker.run();
}

void join(BrokerOnDisk& broker, ExactlyOncePeer& peer) {
    if (!broker.connect(peer)) return;
    if (!peer.session_present || !peer.is_subscribed) peer.subscribe("plant/#");
    broker.run();
}

/// The run in which the process ends somewhere. Each line is harmless once the broker is gone.
void play(BrokerOnDisk& broker, Qos2Cast& cast) {
    broker.start();
    join(broker, cast.absent);
    join(broker, cast.present);
    broker.cut(cast.absent);
    broker.connect(cast.publisher);
    publish(broker, cast.publisher, "one at a time ", 1);
    publish(broker, cast.publisher, "together ", 3);
    broker.cut(cast.present);
    publish(broker, cast.publisher, "while both are away ", 2);
    join(broker, cast.present);
    if (broker.is_running()) {
        broker.end_orderly();  // moves the log into the file
        broker.start();
    }
    broker.connect(cast.publisher);
    join(broker, cast.present);
    publish(broker, cast.publisher, "after a restart ", 2);
}

/// True: the script came to its end before that change.
bool play_until(std::uint64_t change, Durability durability, std::optional<std::uint64_t> crash_seed,
                std::size_t window = 1'000) {
    runtime::VirtualDisk disk;
    BrokerOnDisk broker(disk, durability, window);
    Qos2Cast cast;
    disk.stop_at(change);
    play(broker, cast);
    const bool is_complete = !disk.is_stopped();
    disk.stop();
    broker.end();
    if (crash_seed) disk.crash(*crash_seed);
    else disk.kill();

    const bool present_is_owed = cast.present.is_subscribed;
    const bool absent_is_owed = cast.absent.is_subscribed;
    REQUIRE_MESSAGE(broker.start(), broker.start_error());
    CHECK(broker.was_whole());
    join(broker, cast.absent);
    join(broker, cast.present);
    REQUIRE(broker.connect(cast.publisher));
    publish(broker, cast.publisher, "last ", 1);

    CHECK(cast.publisher.in_flight() == 0);
    CHECK(cast.publisher.taken == cast.publisher.published);
    CHECK(cast.absent.deliveries == cast.publisher.published);
    CHECK(cast.present.deliveries == cast.publisher.published);
    if (absent_is_owed) CHECK(cast.absent.session_present);
    if (present_is_owed) CHECK(cast.present.session_present);
    return is_complete;
}

}  // namespace

TEST_CASE("QoS 2, power loss at every change of the disk: each message once and in order") {
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
        for (std::uint64_t change = 1;; ++change) {
            CAPTURE(seed);
            CAPTURE(change);
            if (play_until(change, Durability::sync, seed * 1'000'003 + change)) break;
        }
    }
}

TEST_CASE(
    "QoS 2, power loss at every change of the disk with queues deeper than memory: each message once and in order") {
    for (const std::size_t window : {1U, 2U}) {
        for (std::uint64_t change = 1;; ++change) {
            CAPTURE(window);
            CAPTURE(change);
            if (play_until(change, Durability::sync, 2 * change + window, window)) break;
        }
    }
}

TEST_CASE("QoS 2, kill -9 at every change of the disk: each message once and in order, with `sync` and with `os`") {
    for (const Durability durability : {Durability::sync, Durability::os}) {
        for (std::uint64_t change = 1;; ++change) {
            CAPTURE(change);
            if (play_until(change, durability, std::nullopt)) break;
        }
    }
}
