#include "broker/core/message_queue.hpp"

#include <chrono>
#include <vector>

#include <doctest/doctest.h>

using namespace trunkline;
using namespace trunkline::broker;

namespace {

QueueEntry entry(std::uint64_t sequence, std::string_view topic = "t") {
    Message::Parts parts;
    parts.topic = topic;
    QueueEntry made;
    made.message = Message::make(parts);
    made.sequence = sequence;
    return made;
}

mqtt::PacketId id_of(std::uint64_t sequence) { return entry(sequence).packet_id(); }

/// Sends as many as may be sent; their sequences.
std::vector<std::uint64_t> send(MessageQueue& queue, std::size_t count) {
    std::vector<std::uint64_t> sent;
    while (sent.size() < count) {
        const QueueEntry* next = queue.next_to_send();
        if (next == nullptr) break;
        sent.push_back(next->sequence);
        queue.sent_next();
    }
    return sent;
}

}  // namespace

TEST_CASE("[MQTT-2.2.1-3] packet identifiers run from 1 to 65535 and begin again, never zero") {
    CHECK(id_of(0) == mqtt::PacketId{1});
    CHECK(id_of(65534) == mqtt::PacketId{65535});
    CHECK(id_of(65535) == mqtt::PacketId{1});
}

TEST_CASE("[MQTT-4.3.2-1] an identifier that is still in flight makes sending wait") {
    MessageQueue queue;
    for (std::uint64_t sequence = 100; sequence <= 100 + 65535; ++sequence) queue.push(entry(sequence));
    CHECK(send(queue, 70'000).size() == 65535);
    CHECK(queue.next_to_send() == nullptr);
    REQUIRE(queue.acknowledged(id_of(101)));
    CHECK(queue.next_to_send() == nullptr);  // the oldest still has the identifier of the next
    REQUIRE(queue.acknowledged(id_of(100)));
    REQUIRE(queue.next_to_send() != nullptr);
    CHECK(queue.next_to_send()->packet_id() == id_of(100));
}

TEST_CASE("acknowledgements come in any order, each counts once") {
    MessageQueue queue;
    for (std::uint64_t sequence = 65530; sequence < 65540; ++sequence) queue.push(entry(sequence));
    CHECK(send(queue, 8).size() == 8);
    CHECK(queue.in_flight() == 8);
    CHECK_FALSE(queue.acknowledged(id_of(65538)));  // not sent yet
    CHECK_FALSE(queue.acknowledged(mqtt::PacketId{0}));
    for (const std::uint64_t sequence : {65535U, 65530U, 65537U, 65531U, 65533U}) {
        const auto taken = queue.acknowledged(id_of(sequence));
        REQUIRE(taken);
        CHECK(taken->sequence == sequence);
        CHECK_FALSE(queue.acknowledged(id_of(sequence)));
    }
    CHECK(queue.in_flight() == 3);
    CHECK(queue.size() == 5);
    CHECK(send(queue, 9) == std::vector<std::uint64_t>{65538, 65539});
}

TEST_CASE(
    "[MQTT-4.4.0-1] after a rewind the unacknowledged go out again in order, with DUP, then the new ones without") {
    MessageQueue queue;
    for (std::uint64_t sequence = 0; sequence < 6; ++sequence) queue.push(entry(sequence));
    send(queue, 4);
    REQUIRE(queue.acknowledged(id_of(1)));
    queue.rewind();
    CHECK(queue.in_flight() == 0);
    std::vector<std::pair<std::uint64_t, bool>> sent;
    while (const QueueEntry* next = queue.next_to_send()) {
        sent.emplace_back(next->sequence, queue.next_is_dup());
        queue.sent_next();
    }
    CHECK(sent == std::vector<std::pair<std::uint64_t, bool>>{{0, true}, {2, true}, {3, true}, {4, false}, {5, false}});
}

TEST_CASE("planted: the newest message and the last one before it on its topic change places, sequences do not") {
    MessageQueue queue;
    for (const QueueEntry& each : {entry(0), entry(1), entry(2, "other"), entry(3)}) queue.push(each);
    queue.push(entry(4, "alone"));
    CHECK(!queue.misplace_newest());
    const QueueEntry newest = entry(5);
    queue.push(newest);
    CHECK(queue.misplace_newest());
    std::vector<std::uint64_t> sequences;
    std::vector<bool> is_newest;
    while (const QueueEntry* next = queue.next_to_send()) {
        sequences.push_back(next->sequence);
        is_newest.push_back(&*next->message == &*newest.message);
        queue.sent_next();
    }
    CHECK(sequences == std::vector<std::uint64_t>{0, 1, 2, 3, 4, 5});
    CHECK(is_newest == std::vector<bool>{false, false, false, true, false, false});
    queue.push(entry(6));
    CHECK(!queue.misplace_newest());  // all before it were sent
}

TEST_CASE("the oldest that gives way is the oldest that was never sent") {
    MessageQueue queue;
    for (std::uint64_t sequence = 0; sequence < 5; ++sequence) queue.push(entry(sequence));
    send(queue, 2);
    CHECK(queue.take_oldest_unsent()->sequence == 2);
    queue.rewind();
    CHECK(queue.take_oldest_unsent()->sequence == 3);
    CHECK(send(queue, 9) == std::vector<std::uint64_t>{0, 1, 4});
    CHECK_FALSE(queue.take_oldest_unsent());
    CHECK(queue.size() == 3);
}

TEST_CASE("bytes and size follow every way in and out, and an empty queue is as new") {
    MessageQueue queue;
    const std::size_t footprint = entry(0).message->footprint();
    for (std::uint64_t sequence = 0; sequence < 4; ++sequence) queue.push(entry(sequence), sequence < 2);
    CHECK(queue.bytes() == 4 * footprint);
    REQUIRE(queue.next_to_send() != nullptr);
    CHECK(queue.next_is_dup());
    CHECK(queue.take_next().sequence == 0);
    CHECK(queue.take_oldest_unsent()->sequence == 2);
    CHECK(send(queue, 1) == std::vector<std::uint64_t>{1});
    CHECK(queue.acknowledged(id_of(1)));
    CHECK(queue.take_front()->sequence == 3);
    CHECK_FALSE(queue.take_front());
    CHECK(queue.empty());
    CHECK(queue.bytes() == 0);
    CHECK(queue.in_flight() == 0);
    queue.push(entry(70'000));
    CHECK(send(queue, 2) == std::vector<std::uint64_t>{70'000});
}

TEST_CASE("a stuck head and many departures behind it cost no memory and no order") {
    MessageQueue queue;
    queue.push(entry(0));
    queue.push(entry(1));
    send(queue, 2);
    for (std::uint64_t sequence = 2; sequence < 60'000; ++sequence) {
        queue.push(entry(sequence));
        REQUIRE(send(queue, 1) == std::vector<std::uint64_t>{sequence});
        REQUIRE(queue.acknowledged(id_of(sequence)));
    }
    CHECK(queue.size() == 2);
    CHECK(queue.acknowledged(id_of(1)));
    CHECK(queue.acknowledged(id_of(0)));
    CHECK(queue.empty());
}

TEST_CASE("entries that somebody else may have leave from wherever they stand, but never those in flight") {
    MessageQueue queue;
    for (std::uint64_t sequence = 0; sequence < 100; ++sequence) queue.push(entry(sequence), sequence < 10);
    send(queue, 5);
    std::vector<std::uint64_t> offered;
    std::size_t sent = 0;
    queue.take_if([&](const QueueEntry& candidate, bool was_sent) {
        offered.push_back(candidate.sequence);
        sent += was_sent ? 1 : 0;
        return candidate.sequence % 2 == 1;
    });
    CHECK(offered.size() == 95);
    CHECK(offered.front() == 5);
    CHECK(sent == 5);
    CHECK(queue.size() == 5 + 47);
    CHECK(queue.in_flight() == 5);
    CHECK(send(queue, 3) == std::vector<std::uint64_t>{6, 8, 10});
    CHECK_FALSE(queue.next_is_dup());
    REQUIRE(queue.acknowledged(id_of(6)));
    queue.rewind();
    CHECK(send(queue, 6) == std::vector<std::uint64_t>{0, 1, 2, 3, 4, 8});
    queue.rewind();
    queue.take_if([](const QueueEntry&, bool) { return true; });
    CHECK(queue.empty());
    CHECK(queue.bytes() == 0);
}

TEST_CASE("[MQTT-3.3.2-5] what has expired leaves, unless it was sent") {
    MessageQueue queue;
    const Instant start{};
    const auto expiring = [](std::uint64_t sequence, Instant at) {
        Message::Parts parts;
        parts.topic = "t";
        parts.expires_at = at;
        QueueEntry made;
        made.message = Message::make(parts);
        made.sequence = sequence;
        return made;
    };
    using std::chrono::seconds;
    queue.push(expiring(0, start + seconds(1)), true);
    queue.push(expiring(1, start + seconds(3)));
    queue.push(expiring(2, start + seconds(2)));
    queue.push(entry(3));
    std::vector<std::uint64_t> expired;
    const auto see = [&](const QueueEntry& gone) { expired.push_back(gone.sequence); };
    queue.take_expired(start + seconds(2) - Duration(1), see);
    CHECK(expired.empty());
    queue.take_expired(start + seconds(2), see);
    CHECK(expired == std::vector<std::uint64_t>{2});
    queue.take_expired(start + seconds(100), see);
    CHECK(expired == std::vector<std::uint64_t>{2, 1});
    CHECK(send(queue, 10) == std::vector<std::uint64_t>{0, 3});
}
