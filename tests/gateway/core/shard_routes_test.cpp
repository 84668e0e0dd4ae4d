#include "gateway/core/shard_routes.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>

#include "protocol/mqttsn/forwarding.hpp"
#include "tests/gateway/core/scene.hpp"

namespace trunkline::gateway {

namespace {

constexpr std::size_t shards = 4;

/// A ClientId of that shard.
std::string client_of(ShardIndex shard) {
    for (int number = 0;; ++number) {
        const std::string client_id = "s" + std::to_string(number);
        if (shard_of(client_id, shards) == shard) return client_id;
    }
}

struct Routes {
    ShardIndex owner(const Address& from, const mqttsn::Message& message, std::string_view name = {}) {
        return routes.owner(from, mqttsn::encode(message), name);
    }
    ShardRoutes routes{1, shards, 3, 7};
};

}  // namespace

TEST_CASE("shard routes: ClientIds are spread evenly, and one belongs to one shard") {
    std::array<int, shards> count{};
    for (int number = 0; number < 4'000; ++number) ++count[shard_of("sensor-" + std::to_string(number), shards)];
    for (const int of_shard : count) {
        CHECK(of_shard > 850);
        CHECK(of_shard < 1'150);
    }
    CHECK(shard_of("s1", 1) == 0);
}

TEST_CASE_FIXTURE(Routes, "shard routes: what comes from an address belongs to whom CONNECT has named there") {
    const std::string theirs = client_of(2), ours = client_of(1);
    CHECK(owner(sensor_a, mqttsn::PingReq{}) == 1);
    CHECK(owner(sensor_a, mqttsn::Connect{.client_id = theirs}) == 2);
    CHECK(owner(sensor_a, mqttsn::PingReq{}) == 2);
    CHECK(owner(sensor_b, mqttsn::PingReq{}) == 1);
    CHECK(owner(sensor_a, mqttsn::Connect{.client_id = ours}) == 1);
    CHECK(owner(sensor_a, mqttsn::PingReq{}) == 1);
    CHECK(routes.size() == 0);
}

TEST_CASE_FIXTURE(Routes, "shard routes: a sleeper that wakes elsewhere is its shard's there, too") {
    CHECK(owner(sensor_b, mqttsn::PingReq{client_of(3)}) == 3);
    CHECK(owner(sensor_b, mqttsn::PubAck{}) == 3);
}

TEST_CASE_FIXTURE(Routes, "shard routes: a name that is proved decides, whatever is said") {
    CHECK(owner(sensor_a, mqttsn::PingReq{}, client_of(0)) == 0);
    CHECK(owner(sensor_a, mqttsn::Connect{.client_id = client_of(2)}, client_of(0)) == 0);
    CHECK(routes.size() == 0);
}

TEST_CASE("MQTT-SN 1.2 §5.5-5: shard routes: each node behind a forwarder is its own client's shard's") {
    const Address forwarder = sensor_a;
    ShardRoutes routes(1, shards, 3, 7, {{forwarder, Network::bits}});
    const auto owner = [&](const Address& from, std::string_view node, const mqttsn::Message& message,
                           std::string_view name = {}) {
        return routes.owner(from, mqttsn::wrap({0, as_byte_view(node), mqttsn::encode(message)}), name);
    };
    CHECK(owner(forwarder, "n2", mqttsn::Connect{.client_id = client_of(2)}) == 2);
    CHECK(owner(forwarder, "n3", mqttsn::Connect{.client_id = client_of(3)}) == 3);
    CHECK(owner(forwarder, "n2", mqttsn::PubAck{}) == 2);
    CHECK(owner(forwarder, "n3", mqttsn::PubAck{}, client_of(0)) == 3);  // the name is the forwarder's
    CHECK(owner(forwarder, "n4", mqttsn::PubAck{}) == 1);
    CHECK(routes.owner(forwarder, mqttsn::encode(mqttsn::PubAck{}), {}) == 1);  // its own
    CHECK(owner(forwarder, "n2", mqttsn::PingReq{client_of(0)}) == 0);          // the node id is another's now
    CHECK(owner(forwarder, "n2", mqttsn::PubAck{}) == 0);
    CHECK(owner(sensor_b, "n2", mqttsn::Connect{.client_id = client_of(2)}) == 1);  // no forwarder
    CHECK(owner(forwarder, "n3", mqttsn::Connect{.client_id = client_of(1)}) == 1);
    CHECK(routes.size() == 1);
}

TEST_CASE_FIXTURE(Routes, "shard routes: one shard answers those that look for a gateway") {
    CHECK(owner(sensor_a, mqttsn::SearchGw{}) == 0);
}

TEST_CASE_FIXTURE(Routes, "shard routes: what is malformed, and what nobody knows, stays where it has come") {
    for (const std::string& text :
         {std::string(), std::string("\x02"), std::string("\x02\x04"), std::string(300, '\xff')})
        CHECK(routes.owner(sensor_a, as_byte_view(text), {}) == 1);
    CHECK(routes.size() == 0);
}

TEST_CASE_FIXTURE(Routes, "shard routes: those that said first who they are are forgotten first") {
    for (std::uint16_t port = 1; port <= 4; ++port)
        CHECK(owner(Address::v4(10, 0, 0, 1, port), mqttsn::Connect{.client_id = client_of(2)}) == 2);
    CHECK(routes.size() == 3);
    CHECK(owner(Address::v4(10, 0, 0, 1, 1), mqttsn::PingReq{}) == 1);
    CHECK(owner(Address::v4(10, 0, 0, 1, 2), mqttsn::PingReq{}) == 2);
}

TEST_CASE_FIXTURE(Routes,
                  "shard routes: strangers who say nothing but CONNECT make nobody forgotten who has said more") {
    const std::string theirs = client_of(2);
    CHECK(owner(sensor_a, mqttsn::Connect{.client_id = theirs}) == 2);
    CHECK(owner(sensor_a, mqttsn::PubAck{}) == 2);
    CHECK(owner(sensor_b, mqttsn::PingReq{client_of(3)}) == 3);
    CHECK(owner(sensor_b, mqttsn::PingReq{client_of(3)}) == 3);
    for (std::uint16_t port = 1; port <= 1'000; ++port)
        CHECK(owner(Address::v4(10, 0, 0, 1, port), mqttsn::Connect{.client_id = client_of(0)}) == 0);
    CHECK(owner(sensor_a, mqttsn::PubAck{}) == 2);
    CHECK(owner(sensor_a, mqttsn::Connect{.client_id = theirs}) == 2);  // once more: no newcomer for that
    for (std::uint16_t port = 1; port <= 1'000; ++port)
        CHECK(owner(Address::v4(10, 0, 0, 2, port), mqttsn::Connect{.client_id = client_of(0)}) == 0);
    CHECK(owner(sensor_a, mqttsn::PubAck{}) == 2);
    CHECK(owner(sensor_b, mqttsn::PubAck{}) == 3);
    CHECK(routes.size() == 5);  // of strangers only the last ones
}

TEST_CASE_FIXTURE(Routes, "shard routes: of those who have said more the silent ones are forgotten first") {
    for (std::uint16_t port = 1; port <= 4; ++port) {
        CHECK(owner(Address::v4(10, 0, 0, 1, port), mqttsn::Connect{.client_id = client_of(2)}) == 2);
        CHECK(owner(Address::v4(10, 0, 0, 1, port), mqttsn::PubAck{}) == 2);
    }
    CHECK(routes.size() == 3);
    CHECK(owner(Address::v4(10, 0, 0, 1, 1), mqttsn::PubAck{}) == 1);
    CHECK(owner(Address::v4(10, 0, 0, 1, 2), mqttsn::PubAck{}) == 2);  // has been there for longer than the others
    CHECK(owner(Address::v4(10, 0, 0, 1, 5), mqttsn::PingReq{client_of(2)}) == 2);
    CHECK(owner(Address::v4(10, 0, 0, 1, 5), mqttsn::PubAck{}) == 2);
    CHECK(owner(Address::v4(10, 0, 0, 1, 2), mqttsn::PubAck{}) == 2);
    CHECK(owner(Address::v4(10, 0, 0, 1, 3), mqttsn::PubAck{}) == 1);
    CHECK(routes.size() == 3);
}

TEST_CASE_FIXTURE(Routes, "shard routes: whom another shard has restored is its own from the first word on") {
    const std::string_view node = "n1";
    ShardRoutes beside_forwarder(1, shards, 3, 7, {{sensor_b, Network::bits}});
    for (ShardRoutes* one : {&routes, &beside_forwarder}) {
        one->know(sensor_a, {}, 2);
        one->know(sensor_b, as_byte_view(node), 3);
        CHECK(one->owner(sensor_a, mqttsn::encode(mqttsn::PubAck{}), {}) == 2);
    }
    const auto wrapped = mqttsn::wrap({0, as_byte_view(node), mqttsn::encode(mqttsn::PubAck{})});
    CHECK(beside_forwarder.owner(sensor_b, wrapped, {}) == 3);
    CHECK(routes.owner(sensor_b, wrapped, {}) == 1);  // no forwarder any more
}

}  // namespace trunkline::gateway
