#include "gateway/net/shard_post.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "gateway/core/ways.hpp"
#include "protocol/mqttsn/codec.hpp"
#include "runtime/time/real_clock.hpp"

namespace trunkline::gateway {

namespace {

const Address plain = Address::v4(10, 0, 0, 1, 5001);

Address secured() {
    Address address = plain;
    address.via = first_named_way;
    return address;
}

/// A ClientId of that one of two shards.
std::string client_of(ShardIndex shard) {
    for (int number = 0;; ++number) {
        std::string client_id = "s" + std::to_string(number);
        if (shard_of(client_id, 2) == shard) return client_id;
    }
}

std::vector<std::byte> connect_as(std::string_view client_id) {
    mqttsn::Connect connect;
    connect.client_id = client_id;
    return mqttsn::encode(connect);
}

std::vector<std::unique_ptr<runtime::EventLoop>> two_loops() {
    std::vector<std::unique_ptr<runtime::EventLoop>> loops;
    loops.push_back(std::make_unique<runtime::EventLoop>());
    loops.push_back(std::make_unique<runtime::EventLoop>());
    return loops;
}

struct Pair {
    /// What the second one has got: "name text", of sensors' sessions with "to " in front.
    std::vector<std::string> taken(ShardPost& post) {
        std::vector<std::string> all;
        post.take_each(
            [&](const Address&, std::string_view name, ByteView datagram) {
                all.push_back(std::string(name) + " " + std::string(as_text(datagram)));
            },
            [&](const Address&, ByteView datagram) { all.push_back("to " + std::string(as_text(datagram))); },
            [&](const ShardClaim& claim) {
                CHECK(claim.way == first_named_way);
                CHECK(claim.since == Instant{std::chrono::seconds(5)});
                all.push_back(claim.name + " is elsewhere");
            },
            [&](const TakenPlace& taken) { all.push_back(to_string(taken.place.address) + " is taken"); });
        return all;
    }

    std::vector<std::unique_ptr<runtime::EventLoop>> loops = two_loops();
    ShardBoxes boxes{loops};
    ShardPost first{boxes, 0, 100, 7};
    ShardPost second{boxes, 1, 100, 7};
};

}  // namespace

TEST_CASE_FIXTURE(Pair, "shard post: what is another shard's goes there in order, and what is its own stays") {
    CHECK(!first.forwards(plain, {}, as_byte_view("\x02\x16")));
    CHECK(first.forwards(plain, {}, connect_as(client_of(1))));
    CHECK(first.forwards(plain, {}, as_byte_view("\x02\x16")));
    CHECK(taken(second).empty());  // not before the round ends
    first.send();
    const std::vector<std::string> all = taken(second);
    REQUIRE(all.size() == 2);
    CHECK(all[0] == " \x02\x16");                           // CONNECT waits behind all others
    CHECK(!second.returns(plain, as_byte_view("answer")));  // from its own socket
}

TEST_CASE_FIXTURE(Pair, "shard post: answers to a sensor with DTLS go back to where its session is") {
    const std::string name = client_of(1);
    CHECK(first.forwards(secured(), name, as_byte_view("reading")));
    first.send();
    CHECK(taken(second) == std::vector<std::string>{name + " reading"});
    CHECK(second.returns(secured(), as_byte_view("answer")));
    second.send();
    CHECK(taken(first) == std::vector<std::string>{"to answer"});
    CHECK(!second.forwards(secured(), name, as_byte_view("reading")));  // it has shaken hands here
    CHECK(!second.returns(secured(), as_byte_view("answer")));
}

TEST_CASE_FIXTURE(Pair, "shard post: where a name has shaken hands all others are told, and nobody else") {
    first.claims(first_named_way, "ps-117", Instant{std::chrono::seconds(5)});
    first.send();
    CHECK(taken(first).empty());
    CHECK(taken(second) == std::vector<std::string>{"ps-117 is elsewhere"});
    CHECK(taken(second).empty());
}

TEST_CASE_FIXTURE(Pair, "shard post: where a client has come to be all others are told before anything else") {
    CHECK(first.forwards(secured(), client_of(1), as_byte_view("reading")));
    first.taken({{plain, {}}, Instant{}});
    first.send();
    CHECK(taken(first).empty());
    CHECK(taken(second) == std::vector<std::string>{"10.0.0.1:5001 is taken", client_of(1) + " reading"});
}

TEST_CASE_FIXTURE(Pair, "shard post: a shard that does not get on loses datagrams, and holds up nobody") {
    const std::string text(1'400, 'x');
    CHECK(first.forwards(plain, {}, connect_as(client_of(1))));
    for (int count = 0; count < 10'000; ++count) {
        CHECK(first.forwards(plain, {}, as_byte_view(text)));
        first.send();
    }
    CHECK(first.lost() > 0);
    CHECK(taken(second).size() == 10'001 - first.lost());
    CHECK(first.forwards(plain, {}, as_byte_view(text)));
    first.send();
    CHECK(taken(second).size() == 1);
}

TEST_CASE_FIXTURE(Pair, "shard post: a flood of CONNECTs takes neither room nor much time from what sensors say") {
    const std::string known = client_of(1);
    CHECK(first.forwards(plain, {}, connect_as(known)));
    first.send();
    CHECK(taken(second).size() == 1);
    constexpr std::size_t rounds = 5'000, of_each = 20;
    for (std::size_t round = 0; round < rounds; ++round) {
        for (std::uint16_t port = 1; port <= of_each; ++port)
            CHECK(first.forwards(Address::v4(10, 1, 0, 0, port), {}, connect_as(known)));
        CHECK(first.forwards(plain, {}, as_byte_view("reading")));
        first.send();
    }
    std::vector<std::string> all = taken(second);
    REQUIRE(all.size() == rounds + 8);
    CHECK(std::all_of(all.begin(), all.end() - 8, [](const std::string& text) { return text == " reading"; }));
    std::size_t connects = 8;
    while (second.has_waiting()) {
        CHECK(first.forwards(plain, {}, as_byte_view("reading")));
        first.send();
        all = taken(second);
        CHECK(all.front() == " reading");
        REQUIRE(all.size() <= 9);
        connects += all.size() - 1;
    }
    CHECK(connects > 10'000);  // a burst is not refused
    CHECK(first.lost() == rounds * of_each - connects);
}

TEST_CASE_FIXTURE(Pair, "shard post: CONNECTs that come while others are taken wait for no other wake-up") {
    const auto give = [&](int count) {
        for (int n = 0; n < count; ++n) CHECK(first.forwards(plain, {}, connect_as(client_of(1))));
        first.send();
    };
    give(12);
    CHECK(taken(second).size() == 8);
    give(3);  // nobody is woken for these: something waited
    CHECK(taken(second).size() == 4);
    CHECK(second.has_waiting());
    CHECK(taken(second).size() == 3);
    CHECK(!second.has_waiting());
}

TEST_CASE_FIXTURE(Pair, "shard post: two threads give to each other") {
    constexpr int wanted = 2'000;
    const runtime::RealClock clock;
    const Instant give_up = clock.now() + std::chrono::seconds(20);
    const auto exchange = [&](ShardPost& own, runtime::EventLoop& loop, ShardIndex other) {
        own.forwards(plain, {}, connect_as(client_of(other)));
        int got = 0;
        for (int round = 0; (round < wanted || got <= wanted) && clock.now() < give_up; ++round) {
            if (round < wanted) own.forwards(plain, {}, as_byte_view("reading"));
            own.send();
            own.take_each([&](const Address&, std::string_view, ByteView) { ++got; }, [](const Address&, ByteView) {},
                          [](const ShardClaim&) {}, [](const TakenPlace&) {});
            // One that has nothing to give waits to be woken.
            if (round >= wanted && got <= wanted) loop.run_round(clock.now() + std::chrono::milliseconds(100));
        }
        return got;
    };
    int got_by_second = 0;
    std::thread thread([&] { got_by_second = exchange(second, *loops[1], 0); });
    const int got_by_first = exchange(first, *loops[0], 1);
    thread.join();
    CHECK(got_by_first == wanted + 1);
    CHECK(got_by_second == wanted + 1);
}

}  // namespace trunkline::gateway
