#include "runtime/transport/udp_socket.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

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

}  // namespace trunkline::runtime
