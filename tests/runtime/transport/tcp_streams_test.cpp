#include "runtime/transport/tcp_streams.hpp"

#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fcntl.h>

#include <map>
#include <optional>
#include <vector>

#include "runtime/transport/socket_address.hpp"
#include "runtime/transport/socket_handle.hpp"
#include "runtime/transport/start_error.hpp"
#include "runtime/transport/tcp_listener.hpp"
#include "tests/support/rounds.hpp"

namespace trunkline::runtime {

namespace {

using namespace std::chrono_literals;

const Url any_tcp_port{Scheme::mqtt, "127.0.0.1", 0};
constexpr StreamId client{1};

/// Both ends of the streams of one table. Accepted ones get the ids from 100 on.
struct Ends : StreamEvents {
    StreamId accepted(const StreamOrigin& origin) override {
        listeners.push_back(origin.listener);
        peers.push_back(origin.peer);
        return StreamId{next++};
    }
    void accept_failed(std::string_view, std::error_code error) override { accept_failures.push_back(error); }
    void connected(StreamId id) override { connects.push_back(id); }
    void received(StreamId id, ByteView bytes) override {
        texts[id] += as_text(bytes);
        if (streams_to_abort_in != nullptr) streams_to_abort_in->abort(id);
    }
    void written(StreamId, std::size_t bytes) override { later_bytes += bytes; }
    void closed(StreamId id, StreamEnd end) override {
        const bool is_first = ends.emplace(id, end).second;
        CHECK(is_first);
    }

    bool has_ended(StreamId id) const { return ends.contains(id); }

    std::uint64_t next = 100;
    std::vector<std::string> listeners;
    std::vector<std::string> peers;
    std::vector<StreamId> connects;
    std::vector<std::error_code> accept_failures;
    std::map<StreamId, std::string> texts;
    std::map<StreamId, StreamEnd> ends;
    std::size_t later_bytes = 0;
    TcpStreams* streams_to_abort_in = nullptr;
};

struct TcpFixture {
    EventLoop loop;
    Ends ends;
    TcpStreams streams{loop, ends};
    std::optional<TcpListener> listener{std::in_place, loop, streams, any_tcp_port};

    /// A connection of `client`; returns the id of its accepted end.
    StreamId connect() {
        streams.connect(client, listener->bound(), 10s);
        test::run_until(loop, [&] { return !ends.connects.empty() && !ends.peers.empty(); });
        return StreamId{100};
    }
    std::size_t send(StreamId id, std::string_view text) {
        OutputBytes bytes;
        bytes.append(as_byte_view(text));
        const std::size_t taken = streams.send(id, bytes);
        CHECK(bytes.empty());
        return taken;
    }
};

}  // namespace

TEST_CASE_FIXTURE(TcpFixture, "tcp: bytes go both ways, and the socket's part is returned") {
    const StreamId server = connect();
    CHECK(listener->bound().port != 0);
    CHECK(ends.listeners.front() == to_string(listener->bound()));
    CHECK(ends.peers.front().starts_with("127.0.0.1:"));
    CHECK(send(client, "there") == 5);
    test::run_until(loop, [&] { return ends.texts[server] == "there"; });
    CHECK(send(server, "back") == 4);
    test::run_until(loop, [&] { return ends.texts[client] == "back"; });
    CHECK(ends.later_bytes == 0);
}

TEST_CASE_FIXTURE(TcpFixture, "tcp: what is sent before the connection stands leaves once it does") {
    streams.connect(client, listener->bound(), 10s);
    CHECK(send(client, "early") == 0);
    CHECK(streams.unsent_bytes(client) == 5);
    test::run_until(loop, [&] { return ends.texts[StreamId{100}] == "early"; });
    CHECK(ends.later_bytes == 5);
}

TEST_CASE_FIXTURE(TcpFixture, "tcp: the peer's end is told once") {
    const StreamId server = connect();
    streams.close(client);
    CHECK(ends.ends.at(client).cause == StreamEnd::Cause::closed_here);
    test::run_until(loop, [&] { return ends.has_ended(server); });
    CHECK(ends.ends.at(server).cause == StreamEnd::Cause::peer_closed);
    CHECK(streams.size() == 0);
    test::run_until(loop, [&] { return streams.leaving() == 0; });
}

TEST_CASE_FIXTURE(TcpFixture, "tcp: a closed stream's last bytes arrive although its peer is still sending") {
    const StreamId server = connect();
    send(client, std::string(100'000, 'x'));  // never read: a plain close would answer with a reset
    send(server, "goodbye");
    streams.close(server);
    CHECK(streams.leaving() == 1);
    test::run_until(loop, [&] { return ends.has_ended(client); });
    CHECK(ends.texts[client] == "goodbye");
    CHECK(ends.ends.at(client).cause == StreamEnd::Cause::peer_closed);
}

TEST_CASE_FIXTURE(TcpFixture, "tcp: a large output leaves in parts as the peer reads, and so after close()") {
    const StreamId server = connect();
    const std::string much(20'000'000, 'm');
    streams.set_reading(client, false);
    const std::size_t taken = send(server, much);
    CHECK(taken < much.size());
    CHECK(streams.unsent_bytes(server) == much.size() - taken);
    streams.set_reading(client, true);
    SUBCASE("open") {
        test::run_until(loop, [&] { return ends.texts[client].size() == much.size(); });
        CHECK(ends.later_bytes == much.size() - taken);
    }
    SUBCASE("closed") {
        streams.close(server);
        test::run_until(loop, [&] { return ends.has_ended(client); });
        CHECK(ends.texts[client].size() == much.size());
    }
}

TEST_CASE_FIXTURE(TcpFixture, "tcp: while reading is off nothing is received, and everything afterwards") {
    const StreamId server = connect();
    streams.set_reading(server, false);
    send(client, "later");
    streams.connect(StreamId{2}, listener->bound(), 10s);  // something else happens meanwhile
    test::run_until(loop, [&] { return ends.connects.size() == 2; });
    CHECK(ends.texts[server].empty());
    streams.set_reading(server, true);
    test::run_until(loop, [&] { return ends.texts[server] == "later"; });
}

TEST_CASE_FIXTURE(TcpFixture, "tcp: the owner may end a stream while it is told of its bytes") {
    const StreamId server = connect();
    ends.streams_to_abort_in = &streams;
    send(client, "last words");
    test::run_until(loop, [&] { return ends.has_ended(server) && ends.has_ended(client); });
    CHECK(streams.size() == 0);
}

TEST_CASE_FIXTURE(TcpFixture, "tcp: a reset is a failure with its error") {
    const StreamId server = connect();
    streams.set_reading(client, false);
    send(server, "unread");  // over loopback it is in the client's socket at once
    streams.abort(client);   // unread bytes: the system sends a reset
    test::run_until(loop, [&] { return ends.has_ended(server); });
    CHECK(ends.ends.at(server).cause == StreamEnd::Cause::failed);
    CHECK(ends.ends.at(server).error == std::errc::connection_reset);
}

TEST_CASE_FIXTURE(TcpFixture, "tcp: sending into a reset stream tells its end later, even while nothing is read") {
    const StreamId server = connect();
    streams.set_reading(server, false);
    send(server, "unread");
    streams.abort(client);  // unread bytes: the system sends a reset
    while (!ends.has_ended(server)) {
        send(server, "more");
        loop.run_round(runtime::RealClock().now());
    }
    CHECK(ends.ends.at(server).cause == StreamEnd::Cause::failed);
    CHECK(streams.size() == 0);
}

TEST_CASE_FIXTURE(TcpFixture, "tcp: unknown ids are ignored") {
    CHECK(send(StreamId{77}, "nobody") == 0);
    streams.close(StreamId{77});
    streams.abort(StreamId{77});
    streams.set_reading(StreamId{77}, true);
    CHECK(streams.unsent_bytes(StreamId{77}) == 0);
    CHECK(ends.ends.empty());
}

TEST_CASE_FIXTURE(TcpFixture, "tcp: a connection that nobody accepts is reported as not connected") {
    const Url nobody = listener->bound();
    listener.reset();
    streams.connect(client, nobody, 10s);
    CHECK(ends.ends.empty());  // never within the call
    test::run_until(loop, [&] { return ends.has_ended(client); });
    CHECK(ends.ends.at(client).cause == StreamEnd::Cause::not_connected);
    CHECK(ends.ends.at(client).error == std::errc::connection_refused);
}

TEST_CASE_FIXTURE(TcpFixture, "tcp: connecting is given up after its time-out") {
    // A listener with room for one, who is there: to others the system says nothing at all.
    SocketHandle full(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in any{};
    any.sin_family = AF_INET;
    any.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::bind(full.get(), reinterpret_cast<const sockaddr*>(&any), sizeof any) == 0);
    REQUIRE(::listen(full.get(), 0) == 0);
    const Url url{Scheme::mqtt, "127.0.0.1", bound_address(full.get()).port};
    streams.connect(client, url, 10s);
    test::run_until(loop, [&] { return ends.connects.size() == 1; });
    for (const char* const host : {"127.0.0.1", "localhost"}) {
        const StreamId late{ends.ends.size() + 2};
        streams.connect(late, {Scheme::mqtt, host, url.port}, 1ms);
        test::run_until(loop, [&] { return ends.has_ended(late); });
        CHECK(ends.ends.at(late).cause == StreamEnd::Cause::not_connected);
        CHECK(ends.ends.at(late).error == std::errc::timed_out);
    }
    CHECK(ends.connects.size() == 1);
}

TEST_CASE_FIXTURE(TcpFixture, "tcp: a connection comes from the address that is wished for, or says why not") {
    streams.connect(client, listener->bound(), 10s, nullptr, Address::v4(127, 0, 0, 9, 0));
    streams.connect(StreamId{2}, {Scheme::mqtt, "localhost", listener->bound().port}, 10s, nullptr,
                    Address::v4(127, 0, 0, 9, 0));
    test::run_until(loop, [&] { return ends.peers.size() == 2; });
    for (const std::string& peer : ends.peers) CHECK(peer.starts_with("127.0.0.9:"));
    streams.connect(StreamId{3}, listener->bound(), 10s, nullptr, Address::v4(192, 0, 2, 1, 0));
    CHECK(!ends.has_ended(StreamId{3}));  // never within the call
    test::run_until(loop, [&] { return ends.has_ended(StreamId{3}); });
    CHECK(ends.ends.at(StreamId{3}).error == std::errc::address_not_available);
}

TEST_CASE_FIXTURE(TcpFixture, "tcp: connecting may be given up by the owner") {
    streams.connect(client, {Scheme::mqtt, "localhost", listener->bound().port}, 10s);
    streams.abort(client);
    CHECK(ends.ends.at(client).cause == StreamEnd::Cause::closed_here);
    streams.connect(StreamId{2}, {Scheme::mqtt, "localhost", listener->bound().port}, 10s);
    test::run_until(loop, [&] { return ends.connects.size() == 1; });
    CHECK(ends.connects.front() == StreamId{2});
}

TEST_CASE_FIXTURE(TcpFixture, "tcp: an address in use is said so, with a remedy") {
    try {
        const TcpListener second(loop, streams, listener->bound());
        FAIL("bound twice");
    } catch (const StartError& error) {
        CHECK(std::string(error.what()).starts_with("address in use: " + to_string(listener->bound())));
    }
}

TEST_CASE_FIXTURE(TcpFixture, "tcp: addresses that cannot be bound are refused by name") {
    CHECK_THROWS_WITH_AS(TcpListener(loop, streams, Url{Scheme::mqtt, "192.0.2.1", 0}),
                         doctest::Contains("not an address of this machine: mqtt://192.0.2.1:0"), StartError);
    CHECK_THROWS_WITH_AS(TcpListener(loop, streams, Url{Scheme::mqtt, "no such host", 0}),
                         doctest::Contains("cannot resolve no such host"), StartError);
}

TEST_CASE_FIXTURE(TcpFixture, "tcp: [::] takes connections of both families") {
    listener.reset();
    try {
        listener.emplace(loop, streams, Url{Scheme::mqtt, "::", 0});
    } catch (const StartError&) {
        MESSAGE("this machine has no IPv6");
        return;
    }
    const std::uint16_t port = listener->bound().port;
    CHECK(to_string(listener->bound()) == "mqtt://[::]:" + std::to_string(port));
    streams.connect(client, {Scheme::mqtt, "127.0.0.1", port}, 10s);
    test::run_until(loop, [&] { return ends.peers.size() == 1; });
    CHECK(ends.peers.back().starts_with("127.0.0.1:"));
    streams.connect(StreamId{2}, {Scheme::mqtt, "::1", port}, 10s);
    test::run_until(loop, [&] { return ends.peers.size() == 2 || ends.has_ended(StreamId{2}); });
    if (!ends.has_ended(StreamId{2})) CHECK(ends.peers.back().starts_with("[::1]:"));
}

TEST_CASE_FIXTURE(TcpFixture, "tcp: without free descriptors accepting pauses, says so once, and goes on") {
    streams.connect(client, listener->bound(), 10s);
    test::run_until(loop, [&] { return ends.peers.size() == 1; });
    // The second connection's own socket exists before the limit falls below the next free descriptor.
    streams.connect(StreamId{2}, listener->bound(), 10s);
    test::run_until(loop, [&] { return ends.connects.size() == 2 && ends.peers.size() == 2; });

    rlimit limit{};
    REQUIRE(::getrlimit(RLIMIT_NOFILE, &limit) == 0);
    const int lowest_free = ::open("/dev/null", O_RDONLY);
    REQUIRE(lowest_free >= 0);
    ::close(lowest_free);
    rlimit tight = limit;
    tight.rlim_cur = static_cast<rlim_t>(lowest_free) + 1;  // one descriptor: the connecting socket takes it
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &tight) == 0);
    streams.connect(StreamId{3}, listener->bound(), 10s);
    test::run_until(loop, [&] { return !ends.accept_failures.empty(); });
    CHECK(ends.accept_failures.front() == std::errc::too_many_files_open);
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &limit) == 0);
    test::run_until(loop, [&] { return ends.peers.size() == 3; });
    CHECK(ends.accept_failures.size() == 1);
}

}  // namespace trunkline::runtime
