// Queues deeper than their window in memory: what comes back from the store, in which order.

#include <algorithm>
#include <string>

#include <doctest/doctest.h>

#include "tests/broker/core/message_line.hpp"

using namespace trunkline;
using namespace trunkline::broker;
using namespace trunkline::broker::test;
using mqtt::PacketType;
using mqtt::QoS;

TEST_CASE("[MQTT-4.6.0-6] a queue deeper than its window comes in order, and no more of it is in memory") {
    for (const std::size_t window : {1U, 2U, 3U, 4U, 8U, 25U, 26U, 27U}) {
        CAPTURE(window);
        Line line(with_window(window));
        line.leave();
        line.publish(alphabet);
        CHECK(line.in_memory() == std::min<std::size_t>(window, 26));
        CHECK(line.queued() == 26);
        CHECK(line.driver.ledger.entry_count() == 26);
        line.come_back();
        CHECK(line.drain() == alphabet);
        CHECK(line.queued() == 0);
        CHECK(line.driver.ledger.entry_count() == 0);
    }
}

TEST_CASE("a window of 0 keeps everything in memory, and so does a broker without a store") {
    Settings settings = with_window(0);
    for (const Durability durability : {Durability::sync, Durability::memory}) {
        settings.durability = durability;
        settings.queue_window_messages = durability == Durability::memory ? 2 : 0;
        Line line(settings);
        line.leave();
        line.publish(alphabet);
        CHECK(line.in_memory() == 26);
        line.come_back();
        CHECK(line.drain() == alphabet);
        CHECK(line.driver.broker.counters().entries_fetched == 0);
    }
}

TEST_CASE("a window in octets bounds the memory of large messages, one of which is always let in") {
    Settings settings = with_window(100);
    settings.queue_window_bytes = 10'000;
    Line line(settings);
    line.leave();
    for (const char payload : {'a', 'b', 'c', 'd'})
        line.driver.publish(line.publisher, "x", std::string(20'000, payload), QoS::at_least_once,
                            ++line.last_packet_id);
    CHECK(line.in_memory() == 1);
    CHECK(line.queued() == 4);
    line.come_back();
    std::string first_letters;
    for (const char c : line.drain()) {
        if (first_letters.empty() || first_letters.back() != c) first_letters += c;
    }
    CHECK(first_letters == "abcd");
}

TEST_CASE("[MQTT-4.6.0-6] what arrives while a deep queue drains comes behind it") {
    Line line(with_window(4));
    line.leave();
    line.publish("abcdefghij");
    line.come_back();
    std::string got;
    for (const char payload : {'k', 'l', 'm', 'n'}) {
        for (const Got& message : line.driver.take(line.subscriber, PacketType::publish)) {
            got += message.payload;
            line.driver.acknowledge(line.subscriber, message.id);
        }
        line.publish({&payload, 1});
    }
    CHECK(got + line.drain() == "abcdefghijklmn");
    line.publish("o");
    CHECK(line.drain() == "o");
    CHECK(line.in_memory() == 0);
}

TEST_CASE("a client that is there and not far behind gets what went beyond its window without the disk") {
    Line line(with_window(4));
    line.publish("abcdefghij");  // two in flight, four wait, four more
    CHECK(line.in_memory() == 6);
    CHECK(line.queued() == 10);
    CHECK(line.drain() == "abcdefghij");
    CHECK(line.driver.broker.counters().entries_fetched == 0);
    CHECK(line.queued() == 0);
    CHECK(line.driver.ledger.entry_count() == 0);
}

TEST_CASE("a client that has fallen far behind catches up by the disk, and then follows without it") {
    Line line(with_window(4));
    line.publish("abcdefghijklmnop");  // ten beyond memory: more than are kept of the newest
    line.publish("q");
    CHECK(line.drain() == "abcdefghijklmnopq");
    const std::uint64_t fetched = line.driver.broker.counters().entries_fetched;
    CHECK(fetched > 0);
    CHECK(fetched < 11);
    for (const char payload : alphabet) {
        line.publish({&payload, 1});
        CHECK(line.drain() == std::string(1, payload));
    }
    CHECK(line.driver.broker.counters().entries_fetched == fetched);
    CHECK(line.driver.ledger.entry_count() == 0);
}

TEST_CASE("what is in no durable batch yet is asked for when it is") {
    Line line(with_window(2));
    line.leave();
    line.publish("ab");
    line.driver.store_works = false;
    line.publish("cdef");
    line.come_back();
    CHECK(line.driver.take(line.subscriber).empty());  // CONNACK waits for the store
    line.driver.store_now();
    CHECK(line.drain() == "abcdef");
    CHECK(line.driver.facts<StoreTrouble>().empty());
}

TEST_CASE("the next part is read while half a window is still to be sent") {
    Settings settings = with_window(8);
    settings.maximum_inflight = 1;
    Line line(settings);
    line.leave();
    line.publish(alphabet);
    line.driver.store_reads = false;
    line.come_back();
    const auto acknowledge_one = [&] {
        for (const Got& message : line.driver.take(line.subscriber, PacketType::publish))
            line.driver.acknowledge(line.subscriber, message.id);
    };
    for (int sent = 0; sent < 3; ++sent) acknowledge_one();
    CHECK(line.in_memory() == 5);
    line.driver.store_reads = true;
    acknowledge_one();
    CHECK(line.in_memory() == 8);
}

TEST_CASE("a client that comes, goes and is taken over while its queue is being read loses and doubles nothing") {
    Line line(with_window(2));
    line.leave();
    line.publish(alphabet);
    line.driver.store_reads = false;
    line.come_back();
    CHECK(line.drain() == "ab");
    line.leave();
    line.come_back();  // asked for once: the first answer serves
    const ConnectionId other = line.driver.connect_persistent("s");
    CHECK(line.driver.closed(line.subscriber) == CloseCause::taken_over);
    line.subscriber = other;
    line.driver.store_reads = true;
    line.driver.round();
    CHECK(line.drain() == alphabet.substr(2));
    CHECK(line.queued() == 0);
}

TEST_CASE("[MQTT-3.1.2-4] a session that ends while its queue is being read takes it along, also from the store") {
    Line line(with_window(2));
    line.leave();
    line.publish(alphabet);
    line.driver.store_reads = false;
    line.come_back();
    CHECK(line.drain() == "ab");
    const ConnectionId fresh = line.driver.connect("s", mqtt::ProtocolVersion::v5, true, 3600);
    CHECK(line.driver.facts<SessionEnded>().back().messages_lost == 24);
    CHECK(line.driver.ledger.entry_count() == 0);
    line.driver.subscribe(fresh, "x", QoS::at_least_once);
    line.subscriber = fresh;
    line.publish("0123456789");
    line.driver.store_reads = true;
    CHECK(line.drain() == "0123456789");  // the late answer belongs to nobody
}

TEST_CASE("[MQTT-3.3.1-1] after a crash a deep queue has DUP where it may have been sent, and only there") {
    Line line(with_window(3));
    line.publish("abc");  // two of them in flight
    line.leave();
    line.driver.sleep(1s);
    line.publish("defghij");
    line.driver.restart();
    CHECK(line.in_memory() == 3);
    CHECK(line.queued() == 10);
    line.come_back();
    CHECK(line.drain() == "!a!b!cdefghij");
}

TEST_CASE("[MQTT-3.3.1-1] of a client that was connected at the crash nobody knows what it was sent") {
    Line line(with_window(3));
    line.publish("abcdefgh");
    line.driver.restart();
    line.come_back();
    CHECK(line.drain() == "!a!b!c!d!e!f!g!h");
}

TEST_CASE("a window that is smaller after a restart takes what the larger one had kept in memory") {
    Settings settings = with_window(20);
    Line line(settings);
    line.leave();
    line.driver.sleep(1s);
    line.publish(alphabet);
    line.driver.use(with_window(5));
    line.driver.restart();
    line.publisher = line.driver.connect("p");
    CHECK(line.in_memory() == 5);
    CHECK(line.queued() == 26);
    line.publish("0");
    line.come_back();
    CHECK(line.drain() == std::string(alphabet) + "0");
    CHECK(line.driver.ledger.entry_count() == 0);
}

TEST_CASE("[MQTT-4.3.3-4] QoS 2 from a deep queue keeps its identifiers over a crash, and PUBREL is repeated") {
    Settings settings = with_window(2);
    settings.maximum_inflight = 4;
    Line line(settings, QoS::exactly_once);
    line.publish("abcdefgh", QoS::exactly_once);
    std::vector<Got> got = line.driver.take(line.subscriber, PacketType::publish);
    REQUIRE(payloads(got) == "abcd");
    line.driver.send_id<mqtt::PubRec>(line.subscriber, got[0].id);
    line.driver.use(with_window(1));
    line.driver.restart();
    line.come_back();
    std::string all;
    for (int turn = 0; turn < 40; ++turn) {
        for (const Got& packet : line.driver.take(line.subscriber)) {
            if (packet.type == PacketType::pubrel) {
                if (turn == 0) CHECK(packet.id == got[0].id);
                line.driver.send_id<mqtt::PubComp>(line.subscriber, packet.id);
            } else if (packet.type == PacketType::publish) {
                all += packet.payload;
                line.driver.send_id<mqtt::PubRec>(line.subscriber, packet.id);
            }
        }
    }
    CHECK(all == "bcdefgh");
    CHECK(line.queued() == 0);
}

TEST_CASE("[MQTT-4.8.2-3] a shared subscription's deep queue goes to whoever comes first") {
    Driver driver(with_window(2));
    const ConnectionId publisher = driver.connect("p");
    const ConnectionId away = driver.connect_persistent("away");
    driver.subscribe(away, "$share/g/x", QoS::at_least_once);
    driver.cut(away);
    std::uint16_t id = 0;
    for (const char payload : alphabet) driver.publish(publisher, "x", {&payload, 1}, QoS::at_least_once, ++id);
    CHECK(driver.broker.queue_in_memory("away") == 2);
    const ConnectionId comer = driver.connect_persistent("comer");
    driver.subscribe(comer, "$share/g/x", QoS::at_least_once);
    driver.cut(comer);
    const ConnectionId back = driver.connect_persistent("comer");
    std::string all;
    for (int turn = 0; turn < 60; ++turn) {
        for (const Got& got : driver.take(back, PacketType::publish)) {
            all += got.payload;
            driver.acknowledge(back, got.id);
        }
    }
    CHECK(all == alphabet);
    CHECK(driver.broker.queue_length("away") == 0);
}
