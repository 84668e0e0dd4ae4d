// Streams with layers over real sockets: raw clients on one side, the owner of the streams on the other.

#include <doctest/doctest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <optional>
#include <vector>

#include "runtime/transport/start_error.hpp"
#include "runtime/transport/tcp_listener.hpp"
#include "tests/runtime/transport/tls_client.hpp"
#include "tests/runtime/transport/upgrade_request.hpp"
#include "tests/support/proxy_headers.hpp"
#include "tests/support/rounds.hpp"
#include "tests/support/websocket_client.hpp"

namespace trunkline::runtime {

namespace {

using namespace std::chrono_literals;
using test::client_frame;
using test::run_until;

constexpr std::uint64_t first_accepted = 1000;

/// Both ends: raw streams with the ids of the test, and those that a listener has opened from first_accepted on.
struct LayeredEnds : StreamEvents {
    StreamId accepted(const StreamOrigin& origin) override {
        origins.push_back(origin);
        return StreamId{first_accepted + origins.size() - 1};
    }
    void handshake_failed(const StreamOrigin&, std::string_view why) override { failures.emplace_back(why); }
    void accept_failed(std::string_view, std::error_code) override {}
    void connected(StreamId id) override { connects.push_back(id); }
    void received(StreamId id, ByteView bytes) override { texts[id] += as_text(bytes); }
    void written(StreamId id, std::size_t bytes) override { written_bytes[id] += bytes; }
    void closed(StreamId id, StreamEnd end) override { CHECK(ends.emplace(id, end).second); }

    std::vector<StreamOrigin> origins;
    std::vector<std::string> failures;
    std::vector<StreamId> connects;
    std::map<StreamId, std::string> texts;
    std::map<StreamId, std::size_t> written_bytes;
    std::map<StreamId, StreamEnd> ends;
};

struct LayeredFixture {
    void listen(ListenerSettings settings) {
        settings.url = {Scheme::mqtt, "127.0.0.1", 0};
        listener.emplace(loop, streams, settings);
    }
    ListenerSettings websocket() const {
        ListenerSettings settings;
        settings.websocket.emplace();
        return settings;
    }
    ListenerSettings tls() const {
        ListenerSettings settings;
        settings.tls.emplace();
        settings.tls->certificate = files.write_certificate("server.pem", server);
        settings.tls->key = files.write_key("server.key", server);
        return settings;
    }
    StreamId connect() {
        const StreamId id{++last};
        streams.connect(id, listener->bound(), 10s);
        return id;
    }
    std::size_t send(StreamId id, std::string_view text) {
        OutputBytes bytes;
        bytes.append(as_byte_view(text));
        return streams.send(id, bytes);
    }
    /// A client of the listener's WebSocket; returns its id. The owner's stream is accepted().
    StreamId open_websocket() {
        const StreamId id = connect();
        const std::size_t before = ends.origins.size();
        send(id, test::upgrade_request());
        run_until(loop, [&] { return ends.origins.size() > before && ends.texts[id].ends_with("\r\n\r\n"); });
        ends.texts[id].clear();
        return id;
    }
    /// Carries octets between a TLS client and its raw stream until something has happened.
    template <typename Predicate>
    void exchange_until(test::TlsClient& client, StreamId id, Predicate happened) {
        run_until(loop, [&] {
            const std::string answer = client.exchange(std::exchange(ends.texts[id], {}));
            if (!answer.empty()) send(id, answer);
            return happened();
        });
    }
    StreamId accepted() const { return StreamId{first_accepted + ends.origins.size() - 1}; }

    test::PemFiles files;
    test::Identity server = test::make_identity({"broker", "DNS:localhost"});
    EventLoop loop;
    LayeredEnds ends;
    TcpStreams streams{loop, ends};
    std::optional<TcpListener> listener;
    std::uint64_t last = 0;
};

}  // namespace

TEST_CASE_FIXTURE(LayeredFixture, "layers: octets go both ways through TLS, and the client's end is told") {
    listen(tls());
    const StreamId id = connect();
    test::TlsClient client;
    exchange_until(client, id, [&] { return !ends.origins.empty() && client.is_open(); });
    CHECK(ends.origins.front().security.starts_with("TLSv1.3"));
    CHECK(ends.origins.front().peer.starts_with("127.0.0.1:"));
    send(id, client.send("hello"));
    run_until(loop, [&] { return ends.texts[accepted()] == "hello"; });
    CHECK(send(accepted(), "there") == 5);
    exchange_until(client, id, [&] { return client.text() == "there"; });
    send(id, client.close());
    run_until(loop, [&] { return ends.ends.contains(accepted()); });
    CHECK(ends.ends.at(accepted()).cause == StreamEnd::Cause::peer_closed);
}

TEST_CASE_FIXTURE(LayeredFixture, "layers: of a large output each octet of the owner is reported once") {
    SUBCASE("tls") {
        listen(tls());
        const StreamId id = connect();
        test::TlsClient client;
        exchange_until(client, id, [&] { return !ends.origins.empty() && client.is_open(); });
        streams.set_reading(id, false);
        const std::string much(10'000'000, 'm');
        const std::size_t at_once = send(accepted(), much) + send(accepted(), much);
        CHECK(at_once < 2 * much.size());
        streams.set_reading(id, true);
        exchange_until(client, id, [&] { return client.text().size() == 2 * much.size(); });
        run_until(loop, [&] { return streams.unsent_bytes(accepted()) == 0; });
        CHECK(at_once + ends.written_bytes[accepted()] == 2 * much.size());
    }
    SUBCASE("websocket") {
        listen(websocket());
        const StreamId id = open_websocket();
        streams.set_reading(id, false);
        const std::string much(10'000'000, 'm');
        const std::size_t at_once = send(accepted(), much) + send(accepted(), much);
        CHECK(at_once < 2 * much.size());
        streams.set_reading(id, true);
        run_until(loop, [&] { return ends.texts[id].size() == 2 * (much.size() + 10); });
        run_until(loop, [&] { return streams.unsent_bytes(accepted()) == 0; });
        CHECK(at_once + ends.written_bytes[accepted()] == 2 * much.size());
    }
}

TEST_CASE_FIXTURE(LayeredFixture, "layers: closing says so in every layer's words") {
    ListenerSettings both = tls();
    both.websocket.emplace();
    listen(both);
    const StreamId id = connect();
    test::TlsClient client;
    exchange_until(client, id, [&] { return client.is_open(); });
    send(id, client.send(test::upgrade_request()));
    exchange_until(client, id, [&] { return client.text().ends_with("\r\n\r\n"); });
    const std::size_t before = client.text().size();
    send(accepted(), "bye");
    streams.close(accepted());
    exchange_until(client, id, [&] { return client.server_has_closed(); });
    CHECK(client.text().substr(before) ==
          "\x82\x03"
          "bye\x88\x02\x03\xe8");
}

TEST_CASE_FIXTURE(LayeredFixture, "layers: what is wrong costs its own connection, and a healthy one goes on") {
    listen(tls());
    const StreamId healthy = connect();
    test::TlsClient client;
    exchange_until(client, healthy, [&] { return !ends.origins.empty() && client.is_open(); });
    const StreamId garbage = connect();
    send(garbage, "GET / HTTP/1.1\r\n\r\n");
    const StreamId half = connect();
    send(half, test::TlsClient().exchange("").substr(0, 20));
    run_until(loop, [&] { return ends.connects.size() == 3; });
    streams.close(half);
    run_until(loop, [&] { return ends.failures.size() == 2 && ends.ends.contains(garbage); });
    std::sort(ends.failures.begin(), ends.failures.end());
    CHECK(ends.failures.front() == "handshake: the peer has gone");
    CHECK(ends.failures.back() == "http request");
    send(healthy, client.send("still here"));
    run_until(loop, [&] { return ends.texts[accepted()] == "still here"; });
    CHECK(ends.origins.size() == 1);
    // An open stream that breaks TLS ends alone as well.
    send(healthy, "no record of TLS at all");
    run_until(loop, [&] { return ends.ends.contains(accepted()); });
    CHECK(ends.ends.at(accepted()).cause == StreamEnd::Cause::failed);
    CHECK(ends.ends.at(accepted()).reason == "wrong version number");
}

TEST_CASE_FIXTURE(LayeredFixture, "layers: a handshake that is not done in time is given up") {
    ListenerSettings settings = tls();
    settings.handshake_timeout = 0s;
    listen(settings);
    const StreamId id = connect();
    run_until(loop, [&] { return ends.ends.contains(id); });
    CHECK(ends.failures == std::vector<std::string>{"handshake: not done in time"});
    CHECK(ends.origins.empty());
}

TEST_CASE_FIXTURE(LayeredFixture, "layers: beyond the limit of handshakes connections wait, and none is lost") {
    ListenerSettings settings = websocket();
    settings.handshake_limit = 1;
    listen(settings);
    const StreamId slow = connect();
    run_until(loop, [&] { return ends.connects.size() == 1; });
    send(slow, "GET /mqtt HTTP/1.1\r\n");
    const StreamId next = connect();
    send(next, test::upgrade_request());
    run_until(loop, [&] { return ends.connects.size() == 2; });
    const StreamId third = connect();  // its being connected comes rounds after the second's request has
    run_until(loop, [&] { return ends.connects.size() == 3; });
    CHECK(ends.texts[next].empty());
    send(slow, test::upgrade_request().substr(20));
    run_until(loop, [&] { return !ends.texts[next].empty() && !ends.texts[slow].empty(); });
    CHECK(ends.origins.size() == 2);
    streams.abort(third);
    run_until(loop, [&] { return ends.failures.size() == 1; });
}

TEST_CASE_FIXTURE(LayeredFixture, "layers: a handshake that outlives its listener opens nothing") {
    listen(websocket());
    const StreamId id = connect();
    send(id, "GET /mqtt HTTP/1.1\r\n");
    run_until(loop, [&] { return ends.connects.size() == 1; });
    const StreamId other = connect();  // accepted after the first
    send(other, test::upgrade_request());
    run_until(loop, [&] { return ends.origins.size() == 1; });
    listener.reset();
    send(id, test::upgrade_request().substr(20));
    run_until(loop, [&] { return ends.ends.contains(id); });
    CHECK(ends.origins.size() == 1);
    CHECK(ends.failures.empty());
}

TEST_CASE_FIXTURE(LayeredFixture, "layers: a refused upgrade gets its answer and then the end") {
    listen(websocket());
    const StreamId id = connect();
    send(id, test::upgrade_request("Sec-WebSocket-Protocol", nullptr));
    run_until(loop, [&] { return ends.ends.contains(id); });
    CHECK(ends.texts[id].starts_with("HTTP/1.1 400 "));
    CHECK(ends.failures == std::vector<std::string>{"WebSocket: the subprotocol mqtt is wanted"});
}

TEST_CASE_FIXTURE(LayeredFixture,
                  "[MQTT-6.0.0-1] 3.1.1 [MQTT-6.0.0-1] a forbidden frame ends its stream with a Close and its reason") {
    listen(websocket());
    const StreamId id = open_websocket();
    send(id, client_frame("good") + client_frame("hello", {.first = 0x81}));
    run_until(loop, [&] { return ends.ends.contains(id); });
    CHECK(ends.texts[accepted()] == "good");
    CHECK(ends.ends.at(accepted()).reason.find("MQTT-6.0.0-1") != std::string_view::npos);
    CHECK(ends.texts[id] == "\x88\x02\x03\xeb");
}

TEST_CASE_FIXTURE(LayeredFixture, "layers: who says all at once and ends is heard") {
    listen(websocket());
    const StreamId id = connect();
    send(id, test::upgrade_request() + client_frame("all") + client_frame("\x03\xe8", {.first = 0x88}));
    run_until(loop, [&] { return ends.ends.contains(id); });
    CHECK(ends.texts[accepted()] == "all");
    CHECK(ends.ends.at(accepted()).cause == StreamEnd::Cause::peer_closed);
    CHECK(ends.texts[id].ends_with("\r\n\r\n\x88\x02\x03\xe8"));
    CHECK(ends.failures.empty());
}

TEST_CASE_FIXTURE(LayeredFixture, "layers: who asks for answers and reads none is ended") {
    listen(websocket());
    const StreamId id = open_websocket();
    streams.set_reading(id, false);
    send(accepted(), std::string(20'000'000, 'm'));  // fills the socket
    std::string pings;
    for (int count = 0; count < 1000; ++count) pings += client_frame(std::string(100, 'p'), {.first = 0x89});
    send(id, pings);
    run_until(loop, [&] { return ends.ends.contains(accepted()); });
    CHECK(ends.ends.at(accepted()).reason == "the peer does not read what it has asked for");
}

TEST_CASE_FIXTURE(LayeredFixture, "layers: the PROXY header names the peer, in front of TLS too") {
    SUBCASE("alone") {
        ListenerSettings settings;
        settings.proxy = true;
        listen(settings);
        const StreamId id = connect();
        send(id, "PROXY TCP4 203.0.113.7 192.0.2.1 50412 1883\r\nhello");
        run_until(loop, [&] { return ends.texts[accepted()] == "hello"; });
        send(id, " again");
        run_until(loop, [&] { return ends.texts[accepted()] == "hello again"; });
        CHECK(ends.origins.front().peer == "203.0.113.7:50412");
    }
    SUBCASE("before TLS") {
        ListenerSettings settings = tls();
        settings.proxy = true;
        listen(settings);
        const StreamId id = connect();
        const std::string addresses("\xcb\0\x71\x07\xc0\0\x02\x01\xc4\xec\x22\xb3", 12);
        send(id, test::proxy_v2('\x21', '\x11', addresses));
        test::TlsClient client;
        exchange_until(client, id, [&] { return !ends.origins.empty(); });
        CHECK(ends.origins.front().peer == "203.0.113.7:50412");
        CHECK(!ends.origins.front().security.empty());
    }
    SUBCASE("of the balancer itself") {
        ListenerSettings settings;
        settings.proxy = true;
        listen(settings);
        send(connect(), "PROXY UNKNOWN\r\n");
        run_until(loop, [&] { return !ends.origins.empty(); });
        CHECK(ends.origins.front().peer.starts_with("127.0.0.1:"));
    }
    SUBCASE("malformed") {
        ListenerSettings settings;
        settings.proxy = true;
        listen(settings);
        const auto samples = test::malformed_proxy_headers();
        for (const auto& sample : samples) {
            const StreamId id = connect();
            send(id, sample.octets);
            run_until(loop, [&] { return ends.ends.contains(id); });
        }
        CHECK(ends.failures.size() == samples.size());
        CHECK(ends.origins.empty());
    }
}

TEST_CASE_FIXTURE(LayeredFixture, "layers: certificates that are read again are those of the next stream") {
    listen(tls());
    const StreamId id = connect();
    test::TlsClient client;
    exchange_until(client, id, [&] { return !ends.origins.empty() && client.is_open(); });
    const test::Identity renewed = test::make_identity({"renewed", "DNS:localhost"});
    const auto name_of_next = [&] {
        const StreamId next = connect();
        test::TlsClient other;
        exchange_until(other, next, [&] { return other.is_open(); });
        return ::X509_NAME_cmp(::X509_get_subject_name(other.server_certificate().get()),
                               ::X509_get_subject_name(renewed.certificate.get())) == 0;
    };
    CHECK(!name_of_next());
    files.write_certificate("server.pem", renewed);
    const auto mismatch = listener->reload();
    REQUIRE(!mismatch);
    CHECK(mismatch.error().find("does not belong to certificate") != std::string::npos);
    CHECK(!name_of_next());  // a bad file keeps the old
    files.write_key("server.key", renewed);
    REQUIRE(listener->reload());
    CHECK(name_of_next());
    send(id, client.send("still here"));
    run_until(loop, [&] { return ends.texts[StreamId{first_accepted}] == "still here"; });
}

TEST_CASE_FIXTURE(LayeredFixture, "unix socket: octets go both ways, and the file goes with the listener") {
    const Url url{Scheme::unix_socket, "", 0, files.path("mqtt.sock")};
    listener.emplace(loop, streams, url);
    CHECK(to_string(listener->bound()) == "unix://" + url.path);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::copy(url.path.begin(), url.path.end(), std::begin(address.sun_path));
    const int handle = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    REQUIRE(::connect(handle, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(::send(handle, "hello", 5, 0) == 5);
    run_until(loop, [&] { return !ends.origins.empty() && ends.texts[accepted()] == "hello"; });
    CHECK(ends.origins.front().peer == "pid " + std::to_string(::getpid()) + ", uid " + std::to_string(::getuid()));
    send(accepted(), "there");
    std::string got(5, ' ');
    CHECK(::recv(handle, got.data(), got.size(), MSG_WAITALL) == 5);
    CHECK(got == "there");
    CHECK_THROWS_WITH_AS(TcpListener(loop, streams, url), doctest::Contains("address in use: unix://"), StartError);
    ::close(handle);
    listener.reset();
    CHECK(::access(url.path.c_str(), F_OK) != 0);
}

TEST_CASE_FIXTURE(LayeredFixture, "unix socket: streams connect to it as to TCP, or are told why not") {
    const Url url{Scheme::unix_socket, "", 0, files.path("dialled.sock")};
    listener.emplace(loop, streams, url);
    const StreamId id = connect();
    CHECK(send(id, "early") == 0);
    CHECK(ends.connects.empty());  // never within the call
    run_until(loop, [&] { return ends.texts[accepted()] == "early"; });
    CHECK(ends.connects == std::vector<StreamId>{id});
    send(accepted(), "back");
    run_until(loop, [&] { return ends.texts[id] == "back"; });
    listener.reset();
    const StreamId late{++last};
    streams.connect(late, url, 10s);
    run_until(loop, [&] { return ends.ends.contains(late); });
    CHECK(ends.ends.at(late).cause == StreamEnd::Cause::not_connected);
    CHECK(ends.ends.at(late).error == std::errc::no_such_file_or_directory);
}

TEST_CASE_FIXTURE(LayeredFixture,
                  "unix socket: what a listener that is gone has left is replaced, other files are not") {
    const Url url{Scheme::unix_socket, "", 0, files.path("left.sock")};
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::copy(url.path.begin(), url.path.end(), std::begin(address.sun_path));
    const int handle = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    REQUIRE(::bind(handle, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    ::close(handle);
    CHECK(::access(url.path.c_str(), F_OK) == 0);
    listener.emplace(loop, streams, url);
    const Url file{Scheme::unix_socket, "", 0, files.write_text("file", "precious")};
    CHECK_THROWS_AS(TcpListener(loop, streams, file), StartError);
    CHECK(::access(file.path.c_str(), F_OK) == 0);
    const Url too_long{Scheme::unix_socket, "", 0, "/" + std::string(200, 'x')};
    CHECK_THROWS_WITH_AS(TcpListener(loop, streams, too_long), doctest::Contains("File name too long"), StartError);
}

}  // namespace trunkline::runtime
