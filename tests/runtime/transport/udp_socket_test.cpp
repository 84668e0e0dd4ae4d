#include "runtime/transport/udp_socket.hpp"

#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "runtime/transport/resolve.hpp"
#include "runtime/transport/socket_address.hpp"
#include "runtime/transport/socket_handle.hpp"
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

/// A socket of the system, whose datagrams may have longer headers than most.
class Sender {
public:
    explicit Sender(const Address& from) : handle_(::socket(from.is_v4() ? AF_INET : AF_INET6, SOCK_DGRAM, 0)) {
        const SocketAddress address = to_socket_address(from);
        is_bound_ = ::bind(handle_, address.get(), address.size) == 0;
    }
    ~Sender() { ::close(handle_); }
    Sender(const Sender&) = delete;
    Sender& operator=(const Sender&) = delete;

    bool is_bound() const { return is_bound_; }
    Address local() const { return bound_address(handle_); }
    void send(const Address& to, std::string_view text) const {
        const SocketAddress address = to_socket_address(to);
        CHECK(::sendto(handle_, text.data(), text.size(), 0, address.get(), address.size) ==
              static_cast<ssize_t>(text.size()));
    }
    void send_with_ip_options(const Address& to, std::string_view text) const {
        constexpr std::array<unsigned char, 8> no_operations{1, 1, 1, 1, 1, 1, 1, 1};
        CHECK(::setsockopt(handle_, IPPROTO_IP, IP_OPTIONS, no_operations.data(), no_operations.size()) == 0);
        send(to, text);
        CHECK(::setsockopt(handle_, IPPROTO_IP, IP_OPTIONS, nullptr, 0) == 0);
    }

private:
    int handle_;
    bool is_bound_ = false;
};

Address v6_loopback() {
    Address address;
    address.ip.back() = 1;
    return address;
}

using Senders = std::vector<std::unique_ptr<Sender>>;

Senders of_one_address(const Address& to) {
    Senders senders;
    Address from = to;
    from.port = 0;
    for (int n = 0; n < 40; ++n) senders.push_back(std::make_unique<Sender>(from));
    return senders;
}

/// Where it is free.
Senders of_one_port(const Address&) {
    Senders senders;
    std::uint16_t port = 0;
    static std::uint8_t network = 0;
    ++network;
    for (std::uint8_t host = 1; host <= 40; ++host) {
        senders.push_back(std::make_unique<Sender>(Address::v4(127, 77, network, host, port)));
        if (!senders.back()->is_bound())
            senders.back() = std::make_unique<Sender>(Address::v4(127, 77, network, host, 0));
        port = senders.front()->local().port;
    }
    return senders;
}

/// Three sockets at a port of `listen`, and 240 senders to `to`.
void check_shares(const std::string& listen, Address to, Senders (*make)(const Address&)) {
    constexpr SideDoorRule rule{.value = 'C', .at = 1, .first = '!', .at_behind_first = 3};
    constexpr std::size_t count = 3, times = 6, messages = 4;
    EventLoop loop;
    Inbox inbox;
    std::vector<std::unique_ptr<UdpSocket>> shares;
    try {
        Url url{Scheme::udp, listen, 0};
        for (std::size_t index = 0; index < count; ++index) {
            const PortShare share{.index = index, .count = count, .key = 0x9d3f'0c55'71e2'84b6};
            shares.push_back(std::make_unique<UdpSocket>(loop, inbox, UdpSocketId{index}, url, rule, share));
            url = shares.front()->bound();
        }
    } catch (const StartError&) {
        MESSAGE("this machine has no IPv6");
        return;
    }
    to.port = shares.front()->local().port;
    std::array<std::size_t, count> senders_of{};
    for (std::size_t time = 0; time < times; ++time) {
        const Senders senders = make(to);
        inbox.received.clear();
        for (const auto& sender : senders) sender->send(to, "-C");
        for (const auto& sender : senders) sender->send(to, "front");
        for (const auto& sender : senders) sender->send(to, "!--C longer");
        for (const auto& sender : senders) {
            if (to.is_v4()) sender->send_with_ip_options(to, "front, too");
            else sender->send(to, "front, too");
        }
        test::run_until(loop, [&] { return inbox.received.size() == messages * senders.size(); });
        std::map<Address, UdpSocketId> share_of;
        std::set<UdpSocketId> at_doors;
        for (const Inbox::Entry& entry : inbox.received) {
            const bool is_front = entry.text.starts_with("front");
            if (!is_front) at_doors.insert(entry.id);
            CHECK(is_front != at_doors.contains(entry.id));  // behind all that came by the front
            const auto [known, is_new] = share_of.emplace(entry.from, entry.id);
            if (is_new) ++senders_of[static_cast<std::size_t>(entry.id)];
            CHECK(known->second == entry.id);
        }
        CHECK(share_of.size() == senders.size());
    }
    for (const std::size_t number : senders_of) CHECK(number > 40);
}

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

TEST_CASE("udp: a socket of all addresses answers from the one that was asked") {
    for (const char* const host : {"0.0.0.0", "::"}) {
        EventLoop loop;
        Inbox inbox;
        UdpSocket gateway(loop, inbox, UdpSocketId{1}, {Scheme::udp, host, 0});
        std::vector<SocketHandle> sensors;
        for (const std::uint8_t last : std::to_array<std::uint8_t>({1, 2, 1, 3})) {
            const SocketHandle& sensor = sensors.emplace_back(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
            const SocketAddress asked = to_socket_address(Address::v4(127, 0, 0, last, gateway.local().port));
            REQUIRE(::connect(sensor.get(), asked.get(), asked.size) == 0);  // it hears nothing from elsewhere
            REQUIRE(::send(sensor.get(), "?", 1, 0) == 1);
            test::run_until(loop, [&] { return inbox.received.size() == sensors.size(); });
        }
        for (int round = 0; round < 2; ++round) {  // also what is not asked for
            for (std::size_t at = 0; at < sensors.size(); ++at) {
                UdpFixture::send(gateway, inbox.received[at].from, "!");
                char answer = 0;
                CHECK(::recv(sensors[at].get(), &answer, 1, MSG_DONTWAIT) == 1);
            }
        }
    }
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

TEST_CASE("udp: of several that share a port each has its senders, whatever they say, and its side door") {
    SUBCASE("IPv4, by ports") { check_shares("127.0.0.1", Address::v4(127, 0, 0, 1, 0), of_one_address); }
    SUBCASE("IPv4, by addresses") { check_shares("0.0.0.0", Address::v4(127, 0, 0, 1, 0), of_one_port); }
    SUBCASE("IPv6, by ports") { check_shares("::1", v6_loopback(), of_one_address); }
    SUBCASE("both, IPv4 by addresses") { check_shares("::", Address::v4(127, 0, 0, 1, 0), of_one_port); }
    SUBCASE("both, IPv6 by ports") { check_shares("::", v6_loopback(), of_one_address); }
}

TEST_CASE_FIXTURE(UdpFixture, "udp: a port that is shared is nobody else's, and any free one is free of those, too") {
    const SideDoorRule rule{.value = 'C', .at = 1, .first = '!', .at_behind_first = 3};
    const UdpSocket first(loop, inbox, UdpSocketId{3}, any_udp_port, rule, {.index = 0, .count = 2, .key = 7});
    CHECK_THROWS_AS(UdpSocket(loop, inbox, UdpSocketId{4}, first.bound(), rule, {.index = 0, .count = 2, .key = 7}),
                    StartError);
    const UdpSocket second(loop, inbox, UdpSocketId{4}, first.bound(), rule, {.index = 1, .count = 2, .key = 7});
    CHECK_THROWS_AS(UdpSocket(loop, inbox, UdpSocketId{5}, first.bound()), StartError);
    CHECK(second.bound() == first.bound());
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
    sensor.send_to({Scheme::udp, "239.255.77.1", 0});
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

TEST_CASE("udp: a group of IPv6 is joined by the interface that it names, whatever the socket is bound to") {
    EventLoop loop;
    Inbox inbox;
    const UdpSocket group = UdpSocket::of_group(loop, inbox, UdpSocketId{1}, {Scheme::udp, "ff02::5e:78%lo", 0}, {});
    std::ifstream joined("/proc/net/igmp6");
    bool is_joined_there = false;
    for (std::string number, interface, address, rest; joined >> number >> interface >> address;) {
        std::getline(joined, rest);
        is_joined_there = is_joined_there || (interface == "lo" && address == "ff0200000000000000000000005e0078");
    }
    CHECK(is_joined_there);
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
