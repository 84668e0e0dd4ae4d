// The client's side of TLS: whom it believes. Without sockets first, then through the table of streams.

#include "runtime/transport/tls_client_context.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <vector>

#include "runtime/transport/start_error.hpp"
#include "runtime/transport/tcp_listener.hpp"
#include "runtime/transport/tls_context.hpp"
#include "tests/runtime/transport/certificates.hpp"
#include "tests/support/rounds.hpp"

namespace trunkline::runtime {

namespace {

using namespace std::chrono_literals;
using Status = StreamLayer::Status;

/// A server with a certificate for localhost and 127.0.0.1, and a client that believes its CA.
struct Files {
    TlsSettings server_settings() const {
        TlsSettings tls;
        tls.certificate = files.write_certificate("server.pem", server);
        tls.key = files.write_key("server.key", server);
        return tls;
    }
    TlsSettings asking_server_settings() const {
        TlsSettings tls = server_settings();
        tls.ca = files.write_certificate("clients.pem", ca);
        tls.client_certificate = TlsSettings::ClientCertificate::required;
        return tls;
    }
    TlsClientSettings client_settings() const {
        TlsClientSettings tls;
        tls.ca = files.write_certificate("ca.pem", ca);
        return tls;
    }

    test::PemFiles files;
    test::Identity ca = test::make_identity({"Pipeline CA", "", true});
    test::Identity server = test::make_identity({"broker", "DNS:localhost,IP:127.0.0.1"}, &ca);
};

/// Both layers, and what has come out at the top of each.
struct Pair {
    Pair(const TlsContext& server_context, const TlsClientContext& client_context, const std::string& host)
        : server(server_context.make_layer()), client(client_context.make_layer(host)) {
        OutputBytes hello;
        client->received({}, at_client, hello);
        carry(hello);
    }
    /// What the client has to say, the answer, and so on until both are silent.
    void carry(OutputBytes& from_client) {
        while (!from_client.empty()) {
            OutputBytes from_server;
            server->received(from_client.view(), at_server, from_server);
            from_client = OutputBytes();
            if (!from_server.empty()) client->received(from_server.view(), at_client, from_client);
        }
    }
    bool is_open() const { return server->status() == Status::open && client->status() == Status::open; }

    std::unique_ptr<StreamLayer> server;
    std::unique_ptr<StreamLayer> client;
    OutputBytes at_server;
    OutputBytes at_client;
};

struct ClientEnds : StreamEvents {
    StreamId accepted(const StreamOrigin& origin) override {
        users.push_back(origin.user);
        return StreamId{next++};
    }
    void handshake_failed(const StreamOrigin&, std::string_view why) override { failures.emplace_back(why); }
    void accept_failed(std::string_view, std::error_code) override {}
    void connected(StreamId id) override { connects.push_back(id); }
    void received(StreamId id, ByteView bytes) override {
        (id == StreamId{1} ? at_client : at_server) += as_text(bytes);
    }
    void written(StreamId, std::size_t) override {}
    void closed(StreamId id, StreamEnd end) override {
        if (id == StreamId{1}) client_end = end;
    }

    std::uint64_t next = 100;
    std::vector<StreamId> connects;
    std::vector<std::string> users;
    std::vector<std::string> failures;
    std::string at_server;
    std::string at_client;
    std::optional<StreamEnd> client_end;
};

struct StreamsFixture : Files {
    void listen(const TlsSettings& tls) {
        ListenerSettings settings{Url{Scheme::mqtts, "127.0.0.1", 0}};
        settings.tls = tls;
        listener.emplace(loop, streams, settings);
    }
    void send(StreamId id, std::string_view text) {
        OutputBytes bytes;
        bytes.append(as_byte_view(text));
        streams.send(id, bytes);
    }

    EventLoop loop;
    ClientEnds ends;
    TcpStreams streams{loop, ends};
    std::optional<TcpListener> listener;
};

constexpr StreamId secured{1};

}  // namespace

TEST_CASE_FIXTURE(Files, "tls client: octets go both ways with a server that proves its name or its address") {
    const TlsContext server_context(server_settings());
    const TlsClientContext client_context(client_settings());
    for (const std::string host : {"localhost", "127.0.0.1"}) {
        Pair pair(server_context, client_context, host);
        REQUIRE(pair.is_open());
        OutputBytes wire;
        pair.client->send(as_byte_view("CONNECT"), wire);
        pair.carry(wire);
        CHECK(as_text(pair.at_server.view()) == "CONNECT");
        OutputBytes back;
        pair.server->send(as_byte_view("CONNACK"), back);
        pair.client->received(back.view(), pair.at_client, wire);
        CHECK(as_text(pair.at_client.view()) == "CONNACK");
        pair.client->close(wire);
        pair.carry(wire);
        CHECK(pair.server->status() == Status::ended);
    }
}

TEST_CASE_FIXTURE(Files, "tls client: a server that cannot prove what it should is refused, and why is said") {
    const TlsContext server_context(server_settings());
    const auto refusal = [&](const TlsClientSettings& settings, const std::string& host) {
        const TlsClientContext client_context(settings);
        Pair pair(server_context, client_context, host);
        CHECK(pair.client->status() == Status::failed);
        CHECK(pair.server->status() == Status::failed);  // it got the alert
        return std::string(pair.client->failure());
    };
    CHECK(refusal(client_settings(), "broker.example") == "hostname mismatch");
    CHECK(refusal(client_settings(), "127.0.0.2") == "IP address mismatch");
    const test::Identity other_ca = test::make_identity({"Other CA", "", true});
    TlsClientSettings settings = client_settings();
    settings.ca = files.write_certificate("other.pem", other_ca);
    CHECK(refusal(settings, "localhost") == "unable to get local issuer certificate");
    settings.ca.clear();  // the system trusts no CA of a test
    CHECK(refusal(settings, "localhost") == "unable to get local issuer certificate");
}

TEST_CASE_FIXTURE(Files, "tls client: another name than the address's may be wanted of the server") {
    const TlsContext server_context(server_settings());
    TlsClientSettings settings = client_settings();
    settings.server_name = "localhost";
    CHECK(Pair(server_context, TlsClientContext(settings), "10.0.0.7").is_open());
    settings.server_name = "broker.example";
    CHECK(!Pair(server_context, TlsClientContext(settings), "localhost").is_open());
}

TEST_CASE_FIXTURE(Files, "tls client: a certificate without a CA is believed when it is given itself") {
    TlsClientSettings settings;
    settings.ca = files.write_certificate("pinned.pem", server);
    CHECK(Pair(TlsContext(server_settings()), TlsClientContext(settings), "localhost").is_open());
    server = test::make_identity({"self", "DNS:localhost"});
    settings.ca = files.write_certificate("self.pem", server);
    CHECK(Pair(TlsContext(server_settings()), TlsClientContext(settings), "localhost").is_open());
}

TEST_CASE_FIXTURE(Files, "tls client: files that cannot be used are said, and a reload that fails changes nothing") {
    const auto error_of = [](const TlsClientSettings& settings) {
        try {
            const TlsClientContext context(settings);
        } catch (const StartError& error) {
            return std::string(error.what());
        }
        return std::string("none");
    };
    TlsClientSettings settings = client_settings();
    CHECK(error_of(settings) == "none");
    settings.ca = files.path("nowhere.pem");
    CHECK(error_of(settings) == "ca " + settings.ca + ": No such file or directory");
    settings.ca = files.write_text("text.pem", "hello\n");
    CHECK(error_of(settings).starts_with("ca " + settings.ca + ": no certificates in PEM ("));
    settings = client_settings();
    settings.certificate = files.write_certificate("gateway.pem", server);
    settings.key = files.write_key("gateway.key", ca);
    CHECK(error_of(settings) == "key " + settings.key + ": does not belong to certificate " + settings.certificate);

    TlsClientContext context(client_settings());
    files.write_text("ca.pem", "half a certif");
    CHECK(!context.reload());
    CHECK(Pair(TlsContext(server_settings()), context, "localhost").is_open());
    files.write_certificate("ca.pem", test::make_identity({"Next CA", "", true}));
    CHECK(context.reload());
    CHECK(!Pair(TlsContext(server_settings()), context, "localhost").is_open());
}

TEST_CASE_FIXTURE(StreamsFixture, "tls client: a stream is told open when it is secure, and early octets follow") {
    listen(asking_server_settings());
    TlsClientSettings settings = client_settings();
    const test::Identity gateway = test::make_identity({"gateway-1", ""}, &ca);
    settings.certificate = files.write_certificate("gateway.pem", gateway);
    settings.key = files.write_key("gateway.key", gateway);
    const TlsClientContext context(settings);
    streams.connect(secured, listener->bound(), 10s, &context);
    send(secured, "early");
    CHECK(streams.unsent_bytes(secured) == 5);
    test::run_until(loop, [&] { return ends.at_server == "early"; });
    CHECK(ends.connects == std::vector{secured});
    CHECK(ends.users.size() == 1);
    send(StreamId{100}, "back");
    test::run_until(loop, [&] { return ends.at_client == "back"; });
    streams.close(secured);
    test::run_until(loop, [&] { return streams.size() == 0 && streams.leaving() == 0; });
    CHECK(ends.failures.empty());
}

TEST_CASE_FIXTURE(StreamsFixture, "tls client: a stream that cannot be made secure is not connected, with the reason") {
    listen(server_settings());
    TlsClientSettings settings = client_settings();
    settings.server_name = "broker.example";
    const TlsClientContext context(settings);
    streams.connect(secured, listener->bound(), 10s, &context);
    test::run_until(loop, [&] { return ends.client_end.has_value() && !ends.failures.empty(); });
    CHECK(ends.client_end->cause == StreamEnd::Cause::not_connected);
    CHECK(ends.client_end->reason == "hostname mismatch");
    CHECK(ends.connects.empty());
}

TEST_CASE_FIXTURE(StreamsFixture, "tls client: a server that says nothing is given up in time, or when it is closed") {
    TcpListener silent(loop, streams, Url{Scheme::mqtt, "127.0.0.1", 0});
    const TlsClientContext context(client_settings());
    SUBCASE("in time") {
        streams.connect(secured, silent.bound(), 50ms, &context);
        test::run_until(loop, [&] { return ends.client_end.has_value(); });
        CHECK(ends.client_end->cause == StreamEnd::Cause::not_connected);
        CHECK(ends.client_end->error == std::errc::timed_out);
    }
    SUBCASE("closed in the middle of the handshake") {
        streams.connect(secured, silent.bound(), 20s, &context);
        test::run_until(loop, [&] { return !ends.at_server.empty(); });  // ClientHello
        streams.close(secured);
        CHECK(ends.client_end->cause == StreamEnd::Cause::closed_here);
    }
    SUBCASE("by another protocol") {
        streams.connect(secured, silent.bound(), 20s, &context);
        test::run_until(loop, [&] { return !ends.at_server.empty(); });
        send(StreamId{100}, "HTTP/1.1 400 Bad Request\r\n\r\n");
        test::run_until(loop, [&] { return ends.client_end.has_value(); });
        CHECK(ends.client_end->reason == "wrong version number");
    }
    CHECK(ends.connects.empty());
}

}  // namespace trunkline::runtime
