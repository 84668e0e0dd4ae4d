#pragma once
// A server on a port of its own, and sockets that talk to it.

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "broker/net/server.hpp"
#include "protocol/mqtt/codec.hpp"
#include "runtime/transport/tcp_streams.hpp"
#include "tests/support/rounds.hpp"

namespace trunkline::broker {

using namespace std::chrono_literals;
using runtime::StreamEnd;
using runtime::StreamId;

/// Streams to the broker, on its own loop. One may carry a client; the others are raw.
struct Peers : runtime::StreamEvents {
    explicit Peers(runtime::EventLoop& loop) : streams(loop, *this) {}

    StreamId open(const runtime::Url& to) {
        streams.connect(StreamId{++last}, to, 10s);
        return StreamId{last};
    }
    void send(StreamId id, ByteView octets) {
        OutputBytes bytes;
        std::copy(octets.begin(), octets.end(), bytes.extend(octets.size()).begin());
        streams.send(id, bytes);
    }

    StreamId accepted(const runtime::StreamOrigin&) override { return StreamId{}; }
    void accept_failed(std::string_view, std::error_code) override {}
    void connected(StreamId id) override { open_ones.push_back(id); }
    void received(StreamId id, ByteView bytes) override { texts[id] += as_text(bytes); }
    void written(StreamId, std::size_t) override {}
    void closed(StreamId id, StreamEnd end) override { ends[id] = end; }

    std::uint64_t last = 0;
    runtime::TcpStreams streams;
    std::vector<StreamId> open_ones;
    std::map<StreamId, std::string> texts;
    std::map<StreamId, StreamEnd> ends;
};

struct ServerFixture {
    explicit ServerFixture(unsigned io_threads = 0) : server(loop, core, store, log, io_threads) {
        core.start(clock.now(), clock.wall());
        server.listen(runtime::Url{runtime::Scheme::mqtt, "127.0.0.1", 0});
        server.start();
        url = *parse_url(server.bound().front(), runtime::Scheme::mqtt);
    }
    template <typename Predicate>
    void rounds_until(Predicate happened) {
        const Instant give_up = clock.now() + 20s;
        while (!happened()) {
            REQUIRE(clock.now() < give_up);
            server.round();
        }
    }
    /// A connection that has said CONNECT and heard CONNACK.
    StreamId connect(std::string_view client_id) {
        const StreamId id = peers.open(url);
        peers.send(id, packet_of(connect_packet(client_id)));
        rounds_until([&] { return peers.texts[id].size() == 4; });
        peers.texts[id].clear();
        return id;
    }
    static mqtt::Packet connect_packet(std::string_view client_id) {
        mqtt::Connect connect;
        connect.version = mqtt::ProtocolVersion::v3_1_1;
        connect.client_id = client_id;
        connect.clean_start = true;
        return connect;
    }
    ByteView packet_of(const mqtt::Packet& packet) {
        encoded = OutputBytes();
        mqtt::encode(packet, mqtt::ProtocolVersion::v3_1_1, encoded);
        return encoded.view();
    }

    runtime::RealClock clock;
    runtime::EventLoop loop;
    Broker core{Settings{}};
    StoreDriver store{nullptr, loop};
    runtime::Log log{runtime::LogLevel::error};
    Server server;
    Peers peers{loop};
    runtime::Url url;
    OutputBytes encoded;
};

}  // namespace trunkline::broker
