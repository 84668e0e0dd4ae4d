// A message of a shared subscription changes hands: wherever the broker's process ends meanwhile, somebody gets it.

#include <algorithm>
#include <set>
#include <string>

#include <doctest/doctest.h>

#include "tests/broker/store/at_least_once_peer.hpp"

using namespace trunkline;
using namespace trunkline::broker;
using namespace trunkline::broker::test;

namespace {

constexpr const char* shared_filter = "$share/team/plant/#";

/// Two members that acknowledge nothing by themselves, and a publisher.
struct Team {
    AtLeastOncePeer publisher{"publisher"};
    AtLeastOncePeer first{"first", false};
    AtLeastOncePeer second{"second", false};
};

void join(BrokerOnDisk& broker, AtLeastOncePeer& peer) {
    broker.connect(peer);
    if (!peer.connection) return;
    peer.client.subscribe(shared_filter, mqtt::QoS::at_least_once, broker.now());
    broker.run();
}

void publish(BrokerOnDisk& broker, Team& team, const char* name, int messages) {
    for (int message = 0; message < messages; ++message)
        team.publisher.publish(name + std::to_string(message), broker.now());
    broker.run();
}

/// Messages go to both, from one to the other, to nobody for a while, and to the first who comes back.
void play(BrokerOnDisk& broker, Team& team) {
    broker.start();
    join(broker, team.first);
    join(broker, team.second);
    broker.connect(team.publisher);
    publish(broker, team, "to both ", 4);
    team.second.acknowledge(1);
    broker.run();
    broker.cut(team.first);  // what it had goes to the second
    broker.run();
    broker.cut(team.second);
    publish(broker, team, "to nobody ", 3);
    broker.connect(team.first);  // all of it goes to the first
    broker.run();
    team.first.acknowledge(2);
    broker.run();
}

/// True: the script came to its end before that change.
bool play_until(std::uint64_t change, std::optional<std::uint64_t> crash_seed, std::size_t window = 1'000) {
    runtime::VirtualDisk disk;
    BrokerOnDisk broker(disk, Durability::sync, window);
    Team team;
    disk.stop_at(change);
    play(broker, team);
    const bool is_complete = !disk.is_stopped();
    disk.stop();
    broker.end();
    if (crash_seed) disk.crash(*crash_seed);
    else disk.kill();
    const bool somebody_was_owed = team.first.is_subscribed || team.second.is_subscribed;

    REQUIRE_MESSAGE(broker.start(), broker.start_error());
    CHECK(broker.was_whole());
    const std::size_t acknowledged = team.publisher.acknowledged.size();
    for (AtLeastOncePeer* member : {&team.second, &team.first}) {
        REQUIRE(broker.connect(*member));
        broker.run();
        for (std::size_t settled = 0; settled != member->deliveries.size();) {
            settled = member->deliveries.size();
            member->acknowledge(100);
            broker.run();
        }
    }
    std::set<std::string> delivered;
    for (const AtLeastOncePeer* member : {&team.first, &team.second}) {
        for (const Delivery& delivery : member->deliveries) delivered.insert(delivery.payload);
    }
    for (std::size_t index = 0; somebody_was_owed && index < acknowledged; ++index) {
        CAPTURE(team.publisher.acknowledged[index].payload);
        CHECK(delivered.contains(team.publisher.acknowledged[index].payload));
    }
    CHECK(broker.core().queue_length("first") == 0);
    CHECK(broker.core().queue_length("second") == 0);
    return is_complete;
}

}  // namespace

TEST_CASE("§4.8.2 power loss at every change: each acknowledged message of a shared subscription reaches a member") {
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
        for (std::uint64_t change = 1;; ++change) {
            CAPTURE(seed);
            CAPTURE(change);
            if (play_until(change, seed * 1'000'003 + change)) break;
        }
    }
}

TEST_CASE(
    "§4.8.2 power loss at every change, with queues deeper than memory: each acknowledged message reaches a member") {
    for (const std::size_t window : {1U, 2U}) {
        for (std::uint64_t change = 1;; ++change) {
            CAPTURE(window);
            CAPTURE(change);
            if (play_until(change, 2 * change + window, window)) break;
        }
    }
}

TEST_CASE("§4.8.2 kill -9 at every change: each acknowledged message of a shared subscription reaches a member") {
    for (std::uint64_t change = 1;; ++change) {
        CAPTURE(change);
        if (play_until(change, std::nullopt)) break;
    }
}
