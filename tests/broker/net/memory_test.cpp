// What one more of something at rest takes of the heap: counted, so the same on every machine.

#include <arpa/inet.h>
#include <malloc.h>
#include <sys/socket.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include <algorithm>

#include "tests/broker/net/server_fixture.hpp"

using namespace trunkline;
using namespace trunkline::broker;

namespace {

/// Clients without a byte of heap: their sockets are all that they have.
struct MemoryFixture : ServerFixture {
    MemoryFixture() {
        const std::size_t limit = runtime::raise_open_file_limit();
        count = std::min<std::size_t>(count, (limit - 200) / 2);  // both ends are in this process
        sockets.reserve(count);
    }
    ~MemoryFixture() { hang_up(); }

    void hang_up() {
        for (const int socket : sockets) ::close(socket);
        sockets.clear();
    }
    /// One more client that has said these packets and nothing else.
    void dial(std::string_view client_id, bool clean, bool subscribes) {
        const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
        sockets.push_back(socket);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(url.port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        REQUIRE(::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
        mqtt::Packet packet = connect_packet(client_id);
        std::get<mqtt::Connect>(packet).clean_start = clean;
        say(socket, packet);
        if (!subscribes) return;
        mqtt::SubscriptionRequestBuilder requests;
        requests.add("pipeline/" + std::string(client_id) + "/valve", {mqtt::QoS::at_least_once});
        mqtt::Subscribe subscribe;
        subscribe.packet_id = mqtt::PacketId{1};
        subscribe.requests = requests.view(mqtt::SubscriptionRequests::Kind::subscribe);
        say(socket, subscribe);
    }
    void say(int socket, const mqtt::Packet& packet) {
        const ByteView octets = packet_of(packet);
        REQUIRE(::send(socket, octets.data(), octets.size(), 0) == static_cast<ssize_t>(octets.size()));
    }
    /// Lets them all come, a few at a time; the first one brings what is there once for all.
    std::size_t heap_of_clients(bool clean, bool subscribes) {
        dial("station-first", clean, subscribes);
        rounds_until([&] { return core.client_count() == 1; });
        const std::size_t before = heap();
        for (std::size_t number = 1; number < count; ++number) {
            dial("station-" + std::to_string(10'000 + number), clean, subscribes);
            if (number % 100 == 0) rounds_until([&] { return core.client_count() == number + 1; });
        }
        rounds_until(
            [&] { return core.client_count() == count && core.counters().bytes_sent == answered(subscribes); });
        return (heap() - before) / (count - 1);
    }
    std::uint64_t answered(bool subscribes) const { return count * (subscribes ? 9U : 4U); }
    /// Sanitizers' heaps count nothing. Where not as many files may be open, tables that grow by doubling are emptier.
    void check_at_most(std::size_t octets, std::size_t limit, const char* what) const {
        if (octets != 0) MESSAGE("octets per " << std::string(what) << ": " << octets);
        if (count >= 9'000) CHECK(octets <= limit);
    }
    static std::size_t heap() { return ::mallinfo2().uordblks; }

    std::size_t count = 10'000;
    std::vector<int> sockets;
};

}  // namespace

TEST_CASE_FIXTURE(MemoryFixture, "memory: an idle connection over TCP takes 0.7 KiB, with its session") {
    check_at_most(heap_of_clients(true, false), 717, "idle connection");
}

TEST_CASE_FIXTURE(MemoryFixture, "memory: a session that waits for its client takes 1 KiB, with one subscription") {
    const std::size_t nothing = heap();
    heap_of_clients(false, true);
    hang_up();
    rounds_until([&] { return core.connection_count() == 0; });
    REQUIRE(core.session_count() == count);
    check_at_most((heap() - nothing) / count, 1024, "offline session");
}

TEST_CASE_FIXTURE(MemoryFixture, "memory: a queued message of 64 octets takes 250") {
    dial("control-room", false, true);
    rounds_until([&] { return core.counters().bytes_sent == 9; });
    hang_up();
    rounds_until([&] { return core.connection_count() == 0; });
    dial("station-1", true, false);
    rounds_until([&] { return core.client_count() == 1; });
    const std::vector<std::byte> payload(64);
    mqtt::Publish publish;
    publish.qos = mqtt::QoS::at_least_once;
    publish.packet_id = mqtt::PacketId{1};
    publish.topic = "pipeline/control-room/valve";
    publish.payload = payload;
    constexpr std::size_t messages = 10'000;
    const std::size_t before = heap();
    for (std::size_t number = 1; number <= messages; ++number) {
        say(sockets.front(), publish);
        if (number % 100 == 0) rounds_until([&] { return core.queue_length("control-room") == number; });
    }
    check_at_most((heap() - before) / messages, 250, "queued message");
}
