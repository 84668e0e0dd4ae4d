// Whatever was acknowledged survives: power fails, or the process is killed, at every change of a scripted run.

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include <doctest/doctest.h>

#include "tests/broker/store/at_least_once_peer.hpp"

using namespace trunkline;
using namespace trunkline::broker;
using namespace trunkline::broker::test;

namespace {

/// A publisher; a subscriber who comes, goes and acknowledges part of what it gets; one who is away until the end.
struct Cast {
    AtLeastOncePeer publisher{"publisher"};
    AtLeastOncePeer slow{"slow", false};
    AtLeastOncePeer absent{"absent"};
};

void subscribe(BrokerOnDisk& broker, AtLeastOncePeer& peer) {
    if (!peer.connection) return;
    peer.client.subscribe("plant/#", mqtt::QoS::at_least_once, broker.now());
    broker.run();
}

/// A few at once make one batch.
void publish(BrokerOnDisk& broker, AtLeastOncePeer& peer, const char* name, int messages) {
    for (int message = 0; message < messages; ++message) peer.publish(name + std::to_string(message), broker.now());
    broker.run();
}

/// The run in which power fails somewhere. Each line is harmless once the broker is gone.
void play(BrokerOnDisk& broker, Cast& cast) {
    broker.start();
    for (AtLeastOncePeer* peer : {&cast.absent, &cast.slow}) {
        broker.connect(*peer);
        subscribe(broker, *peer);
    }
    broker.cut(cast.absent);
    broker.connect(cast.publisher);
    publish(broker, cast.publisher, "one at a time ", 1);
    publish(broker, cast.publisher, "together ", 3);
    cast.slow.acknowledge(2);
    broker.run();
    broker.cut(cast.slow);
    publish(broker, cast.publisher, "while both are away ", 3);
    broker.connect(cast.slow);
    cast.slow.acknowledge(3);
    broker.run();
    if (broker.is_running()) {
        broker.end_orderly();  // moves the log into the file
        broker.start();
    }
    for (AtLeastOncePeer* peer : {&cast.publisher, &cast.slow}) broker.connect(*peer);
    publish(broker, cast.publisher, "after a restart ", 2);
    cast.slow.acknowledge(2);
    broker.run();
}

/// What a new process makes of it: everybody comes back, and the messages go where they are owed.
void recover(BrokerOnDisk& broker, Cast& cast) {
    REQUIRE_MESSAGE(broker.start(), broker.start_error());
    CHECK(broker.was_whole());
    for (AtLeastOncePeer* peer : {&cast.publisher, &cast.slow, &cast.absent}) REQUIRE(broker.connect(*peer));
    for (AtLeastOncePeer* peer : {&cast.slow, &cast.absent}) {
        if (!peer->session_present || !peer->is_subscribed) subscribe(broker, *peer);
    }
    publish(broker, cast.publisher, "last ", 1);
    for (std::size_t settled = 0; settled != cast.slow.deliveries.size();) {
        settled = cast.slow.deliveries.size();
        cast.slow.acknowledge(100);
        broker.run();
    }
}

bool holds(const std::vector<std::string>& payloads, const std::string& payload) {
    return std::find(payloads.begin(), payloads.end(), payload) != payloads.end();
}

/// Every message once, in the order of its first delivery.
std::vector<std::string> first_deliveries(const AtLeastOncePeer& peer) {
    std::vector<std::string> first;
    for (const Delivery& delivery : peer.deliveries) {
        if (!holds(first, delivery.payload)) first.push_back(delivery.payload);
    }
    return first;
}

/// The promises of the broker to a subscriber whose SUBACK came before the first message, each broken one in a word.
std::set<std::string> broken_promises(const AtLeastOncePeer& publisher, const AtLeastOncePeer& subscriber) {
    std::set<std::string> broken;
    const std::vector<std::string> first = first_deliveries(subscriber);
    std::map<std::string, int> acknowledged;  // in which life
    for (const auto& [payload, life] : publisher.acknowledged) {
        acknowledged[payload] = life;
        if (!holds(first, payload)) broken.insert("acknowledged and lost: " + payload);
    }
    std::vector<std::string> in_order;
    for (const std::string& payload : publisher.published) {
        if (holds(first, payload)) in_order.push_back(payload);
    }
    if (first != in_order) broken.insert("out of order");  // [MQTT-4.6.0-6]
    std::set<std::string> delivered;
    for (const auto& [payload, dup, life, comes_late, settled] : subscriber.deliveries) {
        if (comes_late) broken.insert("settled and sent again: " + payload);
        // What its publisher had to send again is another message, and its first delivery has no DUP.
        const auto found = acknowledged.find(payload);
        const bool is_the_same = found != acknowledged.end() && found->second < life;
        if (is_the_same && delivered.contains(payload) && !dup) broken.insert("again without DUP: " + payload);
        delivered.insert(payload);
    }
    return broken;
}

/// How the run ends at a change of the disk.
enum class End { power_loss, kill };

/// What became of one broken run.
struct Outcome {
    bool is_complete = false;  // the script came to its end before that change
    std::set<std::string> broken;
};

constexpr std::size_t usual_window = 1'000;
constexpr std::size_t small_window = 2;  // queues are deeper than that

Outcome play_until(std::uint64_t change, Durability durability, End end, std::uint64_t seed,
                   std::size_t window = usual_window) {
    runtime::VirtualDisk disk;
    BrokerOnDisk broker(disk, durability, window);
    Cast cast;
    disk.stop_at(change);
    play(broker, cast);
    Outcome outcome;
    outcome.is_complete = !disk.is_stopped();
    disk.stop();
    broker.end();
    if (end == End::power_loss) disk.crash(seed);
    else disk.kill();
    const bool slow_is_owed = cast.slow.is_subscribed;
    const bool absent_is_owed = cast.absent.is_subscribed;
    recover(broker, cast);
    for (const auto& [subscriber, is_owed] :
         {std::pair(&cast.slow, slow_is_owed), std::pair(&cast.absent, absent_is_owed)}) {
        if (is_owed && !subscriber->session_present) outcome.broken.insert("no session");
        outcome.broken.merge(broken_promises(cast.publisher, *subscriber));
        CHECK(first_deliveries(*subscriber).back() == "last 0");
    }
    return outcome;
}

/// At every change in turn. Returns in how many runs a promise was broken.
int broken_runs(Durability durability, End end, std::uint64_t seeds, std::size_t window = usual_window) {
    int broken = 0;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        for (std::uint64_t change = 1;; ++change) {
            CAPTURE(seed);
            CAPTURE(change);
            const Outcome outcome = play_until(change, durability, end, seed * 1'000'003 + change, window);
            if (!outcome.broken.empty()) {
                ++broken;
                INFO(*outcome.broken.begin());
                CHECK((durability == Durability::os && end == End::power_loss));
            }
            if (outcome.is_complete) break;
        }
    }
    return broken;
}

}  // namespace

TEST_CASE("the run that is broken has something to lose: messages kept, messages sent again, messages settled") {
    runtime::VirtualDisk disk;
    BrokerOnDisk broker(disk, Durability::sync);
    Cast cast;
    play(broker, cast);
    CHECK(disk.changes() > 100);
    CHECK(cast.publisher.acknowledged.size() == 9);
    CHECK(cast.absent.deliveries.empty());
    const std::vector<Delivery>& got = cast.slow.deliveries;
    CHECK(std::count_if(got.begin(), got.end(), [](const Delivery& delivery) { return delivery.settled; }) == 7);
    CHECK(std::count_if(got.begin(), got.end(), [](const Delivery& delivery) { return delivery.dup; }) > 0);
    CHECK(broker.core().queue_length("absent") == 9);
    CHECK(broker.core().queue_length("slow") == 2);
}

TEST_CASE("power loss at every change of the disk: what was acknowledged is kept") {
    CHECK(broken_runs(Durability::sync, End::power_loss, 10) == 0);
}

TEST_CASE("power loss at every change of the disk with queues deeper than memory: what was acknowledged is kept") {
    runtime::VirtualDisk disk;
    BrokerOnDisk broker(disk, Durability::sync, small_window);
    Cast cast;
    play(broker, cast);
    CHECK(broker.core().queue_length("absent") == 9);
    CHECK(broker.core().queue_in_memory("absent") == 2);
    CHECK(broken_runs(Durability::sync, End::power_loss, 5, small_window) == 0);
    CHECK(broken_runs(Durability::os, End::kill, 1, small_window) == 0);
}

TEST_CASE("kill -9 at every change of the disk: what was acknowledged is kept, with `sync` and with `os`") {
    CHECK(broken_runs(Durability::sync, End::kill, 1) == 0);
    CHECK(broken_runs(Durability::os, End::kill, 1) == 0);
}

TEST_CASE("power loss with `os`: promises are broken, as its name says, but the file is whole") {
    CHECK(broken_runs(Durability::os, End::power_loss, 2) > 0);
}

TEST_CASE("`memory` promises nothing beyond the process") {
    const Outcome outcome = play_until(1'000'000, Durability::memory, End::kill, 1);
    CHECK(outcome.is_complete);
    CHECK(outcome.broken.contains("no session"));
    CHECK(outcome.broken.contains("acknowledged and lost: after a restart 0"));
}
