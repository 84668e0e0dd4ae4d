#include "runtime/transport/udp_socket.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "runtime/transport/resolve.hpp"
#include "runtime/transport/start_error.hpp"
#include "tests/support/rounds.hpp"

namespace trunkline::runtime {

namespace {

const Url any_udp_port{Scheme::udp, "127.0.0.1", 0};

struct Inbox : DatagramEvents {
    void datagram(UdpSocketId id, const Address& from, ByteView octets) override {
        received.push_back({id, from, std::string(as_text(octets))});
        if (to_destroy != nullptr) to_destroy->reset();
    }
    struct Entry {
        UdpSocketId id;
        Address from;
        std::string text;
    };
    std::vector<Entry> received;
    std::optional<UdpSocket>* to_destroy = nullptr;
};

struct UdpFixture {
    EventLoop loop;
    Inbox inbox;
    UdpSocket gateway{loop, inbox, UdpSocketId{1}, any_udp_port};
    UdpSocket sensor{loop, inbox, UdpSocketId{2}, any_udp_port};

    static void send(UdpSocket& from, const Address& to, std::string_view text) {
        const Datagram one{to, as_byte_view(text)};
        from.send({&one, 1});
    }
};

}  // namespace

TEST_CASE_FIXTURE(UdpFixture, "udp: a datagram arrives with its sender's address") {
    send(sensor, gateway.local(), "reading");
    test::run_until(loop, [&] { return !inbox.received.empty(); });
    CHECK(inbox.received.front().id == UdpSocketId{1});
    CHECK(inbox.received.front().from == sensor.local());
    CHECK(inbox.received.front().text == "reading");
    CHECK(gateway.counters().received == 1);
    CHECK(sensor.counters().sent == 1);
}

TEST_CASE_FIXTURE(UdpFixture, "udp: more datagrams than one batch arrive in order") {
    std::vector<std::string> texts;
    for (int n = 0; n < 150; ++n) texts.push_back(std::to_string(n));
    std::vector<Datagram> datagrams;
    for (const std::string& text : texts) datagrams.push_back({gateway.local(), as_byte_view(text)});
    sensor.send(datagrams);
    test::run_until(loop, [&] { return inbox.received.size() == texts.size(); });
    for (std::size_t n = 0; n < texts.size(); ++n) CHECK(inbox.received[n].text == texts[n]);
}

TEST_CASE_FIXTURE(UdpFixture, "udp: an empty datagram is a datagram") {
    send(sensor, gateway.local(), "");
    test::run_until(loop, [&] { return !inbox.received.empty(); });
    CHECK(inbox.received.front().text.empty());
}

TEST_CASE_FIXTURE(UdpFixture, "udp: a datagram of 8192 octets is taken, a larger one is dropped and counted") {
    send(sensor, gateway.local(), std::string(8193, 'x'));
    send(sensor, gateway.local(), std::string(8192, 'x'));
    test::run_until(loop, [&] { return !inbox.received.empty(); });
    CHECK(inbox.received.front().text.size() == 8192);
    CHECK(gateway.counters().truncated == 1);
    CHECK(gateway.counters().received == 1);
}

TEST_CASE_FIXTURE(UdpFixture, "udp: what the system refuses is counted, and the rest of the batch goes on") {
    const std::string too_large(70'000, 'x');
    const std::vector<Datagram> datagrams{{gateway.local(), as_byte_view(too_large)},
                                          {gateway.local(), as_byte_view("small")}};
    sensor.send(datagrams);
    test::run_until(loop, [&] { return !inbox.received.empty(); });
    CHECK(inbox.received.front().text == "small");
    CHECK(sensor.counters().refused == 1);
    CHECK(sensor.counters().sent == 1);
}

TEST_CASE_FIXTURE(UdpFixture, "udp: a socket may be destroyed while it delivers") {
    std::optional<UdpSocket> short_lived(std::in_place, loop, inbox, UdpSocketId{3}, any_udp_port);
    const Address to = short_lived->local();
    inbox.to_destroy = &short_lived;
    send(sensor, to, "one");
    send(sensor, to, "two");
    test::run_until(loop, [&] { return !inbox.received.empty(); });
    inbox.to_destroy = nullptr;
    send(sensor, gateway.local(), "three");
    test::run_until(loop, [&] { return inbox.received.back().text == "three"; });
    CHECK(inbox.received.size() == 2);
}

TEST_CASE_FIXTURE(UdpFixture, "udp: IPv6 as well") {
    std::optional<UdpSocket> v6;
    try {
        v6.emplace(loop, inbox, UdpSocketId{6}, Url{Scheme::udp, "::1", 0});
    } catch (const StartError&) {
        MESSAGE("this machine has no IPv6");
        return;
    }
    send(*v6, v6->local(), "to myself");
    test::run_until(loop, [&] { return !inbox.received.empty(); });
    CHECK(inbox.received.front().from == v6->local());
    CHECK(to_string(v6->bound()).starts_with("udp://[::1]:"));
}

TEST_CASE_FIXTURE(UdpFixture, "udp: an address in use is said so") {
    CHECK_THROWS_WITH_AS(UdpSocket(loop, inbox, UdpSocketId{9}, gateway.bound()),
                         doctest::Contains(("address in use: " + to_string(gateway.bound())).c_str()), StartError);
}

TEST_CASE_FIXTURE(UdpFixture, "udp: what waits at the side door comes after the rest, and a full one takes no room") {
    const SideDoorRule rule{.value = 'C', .at = 1, .first = '!', .at_behind_first = 3};
    const UdpSocket parted(loop, inbox, UdpSocketId{3}, any_udp_port, rule);
    const auto is_at_door = [](std::string_view text) { return text.starts_with("-C") || text.starts_with("!--C"); };
    send(sensor, parted.local(), "-C first");
    send(sensor, parted.local(), "!--C longer");
    send(sensor, parted.local(), "!C is at the wrong place");
    send(sensor, parted.local(), "--C, too");
    send(sensor, parted.local(), "!");
    send(sensor, parted.local(), "");
    const std::size_t many = 100'000;
    for (std::size_t n = 0; n < many / 100; ++n) {
        const std::vector<Datagram> hundred(100, Datagram{parted.local(), as_byte_view("-C flood")});
        sensor.send(hundred);
    }
    send(sensor, parted.local(), "last");
    test::run_until(loop, [&] { return inbox.received.size() >= 50; });
    REQUIRE(inbox.received.size() < many);  // most have found no room
    for (std::size_t n = 0; n < 5; ++n) CHECK(!is_at_door(inbox.received[n].text));
    CHECK(inbox.received[4].text == "last");
    CHECK(inbox.received[5].text == "-C first");
    CHECK(inbox.received[6].text == "!--C longer");
}

TEST_CASE_FIXTURE(UdpFixture,
                  "udp: however many wait at the side door, what comes by the front waits for a few of them") {
    const SideDoorRule rule{.value = 'C', .at = 1, .first = '!', .at_behind_first = 3};
    const UdpSocket parted(loop, inbox, UdpSocketId{3}, any_udp_port, rule);
    const std::vector<Datagram> many(200, Datagram{parted.local(), as_byte_view("-C flood")});
    sensor.send(many);
    for (int n = 0; n < 5; ++n) {
        const std::size_t before = inbox.received.size();
        send(sensor, parted.local(), "front");
        test::run_until(loop, [&] { return inbox.received.size() > before; });
        CHECK(inbox.received[before].text == "front");
        CHECK(inbox.received.size() - before > 1);
        CHECK(inbox.received.size() - before <= 9);
    }
    test::run_until(loop, [&] { return inbox.received.size() == many.size() + 5; });
}

TEST_CASE_FIXTURE(UdpFixture, "udp: a port with a side door is nobody else's") {
    const SideDoorRule rule{.value = 'C', .at = 1, .first = '!', .at_behind_first = 3};
    const UdpSocket parted(loop, inbox, UdpSocketId{3}, any_udp_port, rule);
    CHECK_THROWS_WITH_AS(UdpSocket(loop, inbox, UdpSocketId{4}, parted.bound(), rule),
                         doctest::Contains(("address in use: " + to_string(parted.bound())).c_str()), StartError);
    CHECK_THROWS_AS(UdpSocket(loop, inbox, UdpSocketId{4}, parted.bound()), StartError);
}

TEST_CASE_FIXTURE(UdpFixture,
                  "udp: what is sent to a group reaches those who listen to it, from the sender's own address") {
    sensor.send_to_groups();
    UdpSocket first =
        UdpSocket::of_group(loop, inbox, UdpSocketId{3}, {Scheme::udp, "239.255.77.1", 0}, gateway.local());
    const UdpSocket second = UdpSocket::of_group(loop, inbox, UdpSocketId{4}, first.bound(), gateway.local());
    const UdpSocket other =
        UdpSocket::of_group(loop, inbox, UdpSocketId{5}, {Scheme::udp, "239.255.77.2", 0}, gateway.local());
    send(sensor, Address::v4(239, 255, 77, 2, first.bound().port), "another group");
    send(sensor, Address::v4(239, 255, 77, 1, first.bound().port), "is anybody there?");
    test::run_until(loop, [&] { return inbox.received.size() >= 2; });
    CHECK(inbox.received.size() == 2);
    for (const Inbox::Entry& entry : inbox.received) {
        CHECK(entry.text == "is anybody there?");
        CHECK(entry.from == sensor.local());
    }
}

// Loopback has no route for groups of IPv6, so that nothing can be sent to one without another network.
TEST_CASE("udp: a group of IPv6 is joined by the interface of an address, and what is no group is refused") {
    EventLoop loop;
    Inbox inbox;
    const UdpSocket sensor(loop, inbox, UdpSocketId{1}, {Scheme::udp, "::1", 0});
    const UdpSocket group =
        UdpSocket::of_group(loop, inbox, UdpSocketId{2}, {Scheme::udp, "ff02::5e:77", 0}, sensor.local());
    CHECK(group.bound().port != 0);
    CHECK_THROWS_AS(UdpSocket::of_group(loop, inbox, UdpSocketId{3}, {Scheme::udp, "::1", 0}, sensor.local()),
                    StartError);
    CHECK_THROWS_AS(UdpSocket::of_group(loop, inbox, UdpSocketId{3}, any_udp_port, sensor.local()), StartError);
}

TEST_CASE("udp: multicast addresses are told from others") {
    CHECK(multicast_group({Scheme::udp, "224.0.0.1", 1}) == Address::v4(224, 0, 0, 1, 1));
    CHECK(multicast_group({Scheme::udp, "239.255.255.255", 1}).has_value());
    CHECK(multicast_group({Scheme::udp, "ff02::1", 1}).has_value());
    for (const char* host :
         {"223.255.255.255", "240.0.0.0", "255.255.255.255", "127.0.0.1", "fe80::1", "::1", "localhost"})
        CHECK(!multicast_group({Scheme::udp, host, 1}).has_value());
}

}  // namespace trunkline::runtime
