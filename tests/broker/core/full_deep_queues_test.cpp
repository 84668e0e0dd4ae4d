// Queues deeper than memory that are full, or that the store cannot give back.

#include <string>

#include <doctest/doctest.h>

#include "tests/broker/core/message_line.hpp"

using namespace trunkline;
using namespace trunkline::broker;
using namespace trunkline::broker::test;

TEST_CASE("[MQTT-3.3.2-5] what is kept of the newest is not kept when the store has dropped some of it") {
    Settings settings = with_window(4);
    settings.queue_limit_messages = 10;
    Line line(settings);
    line.publish("abcdefg");
    line.publish_expiring('H', 10);
    line.publish("ij");
    line.driver.sleep(11s);
    line.publish("k");
    CHECK(line.dropped(DropCause::expired) == 1);
    CHECK(line.drain() == "abcdefgijk");
    CHECK(line.queued() == 0);
}

TEST_CASE("a full queue drops the newest, however deep it is") {
    Settings settings = with_window(3);
    settings.queue_limit_messages = 10;
    Line line(settings);
    line.leave();
    line.publish("abcdefghijKLM");
    CHECK(line.dropped(DropCause::queue_full_messages) == 3);
    line.come_back();
    CHECK(line.drain() == "abcdefghij");
}

TEST_CASE("a full queue drops the oldest, which may have to be read first") {
    Settings settings = with_window(3);
    settings.queue_limit_messages = 10;
    settings.queue_policy = QueuePolicy::drop_oldest;
    Line line(settings);
    line.leave();
    line.publish(alphabet);
    CHECK(line.queued() == 10);
    CHECK(line.dropped(DropCause::queue_full_messages) == 16);
    line.come_back();
    CHECK(line.drain() == "qrstuvwxyz");
    CHECK(line.driver.ledger.entry_count() == 0);
}

TEST_CASE("a store that cannot be read lends a window of room and no more") {
    Settings settings = with_window(3);
    settings.queue_limit_messages = 10;
    settings.queue_policy = QueuePolicy::drop_oldest;
    Line line(settings);
    line.leave();
    line.driver.store_reads = false;
    line.publish(alphabet);
    CHECK(line.queued() == 13);
    line.driver.store_reads = true;
    line.publish("0");
    CHECK(line.queued() <= 10);
}

TEST_CASE("[MQTT-3.3.2-5] what has expired on disk makes room for the living, and is not sent") {
    for (const QueuePolicy policy : {QueuePolicy::drop_newest, QueuePolicy::drop_oldest}) {
        Settings settings = with_window(2);
        settings.queue_limit_messages = 8;
        settings.queue_policy = policy;
        Line line(settings);
        line.leave();
        line.publish("ab");
        line.publish_expiring('C', 10);
        line.publish("d");
        line.publish_expiring('E', 10);
        line.publish_expiring('F', 1000);
        line.publish("gh");
        line.driver.sleep(11s);
        line.publish("ij");
        CHECK(line.dropped(DropCause::expired) == 2);
        CHECK(line.dropped(DropCause::queue_full_messages) == 0);
        line.driver.sleep(1000s);
        line.come_back();
        CHECK(line.drain() == "abdghij");
        CHECK(line.queued() == 0);
    }
}

TEST_CASE("[MQTT-4.4.0-1] what may have been sent makes no room when it has expired, on disk as in memory") {
    Settings settings = with_window(1);
    settings.queue_limit_messages = 5;
    Line line(settings);
    line.publish_expiring('a', 10);
    line.publish_expiring('b', 10);
    line.publish_expiring('c', 10);
    line.driver.restart();
    line.publisher = line.driver.connect("p");
    line.driver.sleep(11s);
    line.publish("defg");
    CHECK(line.dropped(DropCause::expired) == 0);
    CHECK(line.dropped(DropCause::queue_full_messages) == 1);
    line.come_back();
    CHECK(line.drain() == "!a!b!cdef");
}

TEST_CASE("a damaged row at the end of a part is told once, and counts once") {
    for (const std::uint64_t damaged : {3U, 4U, 5U, 6U, 7U, 8U}) {
        CAPTURE(damaged);
        Line line(with_window(2));  // parts of one message
        line.leave();
        line.publish("abcdefgh");
        line.driver.damaged = ArrivalNumber{damaged};
        line.come_back();
        std::string rest = "abcdefgh";
        rest.erase(damaged - 1, 1);
        CHECK(line.drain() == rest);
        CHECK(line.queued() == 0);
        CHECK(line.driver.facts<StoreTrouble>().size() == 1);
    }
}

TEST_CASE("trouble while a queue is read is told once, and so is its end") {
    Line line(with_window(2));
    line.leave();
    line.publish("abcd");
    line.driver.store_reads = false;
    line.come_back();
    CHECK(line.drain() == "ab");
    line.driver.fail_reading();
    line.driver.fail_reading();
    REQUIRE(line.driver.facts<StoreTrouble>().size() == 1);
    CHECK(line.driver.facts<StoreTrouble>()[0].text == "the queue of s cannot be read: disk I/O error");
    line.driver.store_reads = true;
    line.driver.round();
    CHECK(line.drain() == "cd");
    REQUIRE(line.driver.facts<StoreTrouble>().size() == 2);
    CHECK(line.driver.facts<StoreTrouble>()[1].healed);
}

TEST_CASE("messages that the store has lost are told by number, and the queue goes on behind them") {
    Line line(with_window(2));
    line.leave();
    line.publish("abcdef");
    REQUIRE(line.driver.ledger.apply({Ticket{1000}, {DropEntry{ArrivalNumber{4}}, DropEntry{ArrivalNumber{5}}}})
                .has_value());
    line.come_back();
    CHECK(line.drain() == "abcf");
    CHECK(line.queued() == 0);
    REQUIRE(line.driver.facts<StoreTrouble>().size() == 1);
    CHECK(line.driver.facts<StoreTrouble>()[0].text == "2 messages in the queue of s are not in the store");
    line.publish("g");
    CHECK(line.drain() == "g");
}
