#include "simulator/live/shaped_streams.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>

#include "runtime/transport/tcp_listener.hpp"
#include "simulator/live/source_addresses.hpp"

using namespace std::chrono_literals;
using namespace trunkline;
using namespace trunkline::sim;

namespace {

constexpr std::chrono::seconds until_patience{60};  // for a machine that is busy; nothing here waits so long

/// A broker that sends back what it gets, and remembers who came and went.
class Echo : private runtime::StreamEvents {
public:
    explicit Echo(runtime::EventLoop& loop)
        : streams_(loop, *this), listener_(loop, streams_, {runtime::Scheme::mqtt, "127.0.0.1", 0}) {}
    ~Echo() override = default;

    const runtime::Url& url() const { return listener_.bound(); }
    void close_all() {
        for (std::uint64_t id = 1; id <= accepted_count; ++id) streams_.close(runtime::StreamId{id});
    }
    std::string peer;  // of the newest
    std::uint64_t accepted_count = 0;
    std::uint64_t ended_by_peer = 0;

private:
    runtime::StreamId accepted(const runtime::StreamOrigin& origin) override {
        peer = origin.peer;
        return runtime::StreamId{++accepted_count};
    }
    void accept_failed(std::string_view, std::error_code) override {}
    void connected(runtime::StreamId) override {}
    void received(runtime::StreamId id, ByteView bytes) override {
        OutputBytes output;
        output.append(bytes);
        streams_.send(id, output);
    }
    void written(runtime::StreamId, std::size_t) override {}
    void closed(runtime::StreamId, runtime::StreamEnd end) override {
        ended_by_peer += end.cause == runtime::StreamEnd::Cause::peer_closed ? 1 : 0;
    }

    runtime::TcpStreams streams_;
    runtime::TcpListener listener_;
};

LinkProfile link(Duration delay) {
    LinkProfile profile;
    profile.id = "link";
    profile.delay = delay;
    return profile;
}

/// What captures are told, in short: ">syn <syn_ack >ack …".
class Watcher : public PacketListener {
public:
    void began(WallTime) override {}
    void sent(const SentDatagram&) override {}
    void opened(const OpenedStream& stream) override { told += "open " + stream.client_id; }
    void sent(std::uint64_t, LinkWay way, const SentSegment& segment) override {
        constexpr std::array<std::string_view, 5> marks = {"bytes", "syn", "syn_ack", "ack", "fin"};
        told += way == LinkWay::up ? " >" : " <";
        told += marks[static_cast<std::size_t>(segment.mark)];
        if (!segment.transit.arrives) told += " lost";
    }
    void ended(std::uint64_t) override { told += " end"; }

    std::string told;
};

/// One client of such a broker.
struct Bench {
    explicit Bench(const LinkProfile& profile = link(1ms), std::size_t client = 0, PacketListener* listener = nullptr)
        : channel(profile),
          broker(loop),
          tap{listener},
          streams(loop, clock, broker.url(), 7, tap),
          stream(streams.open(client, profile, channel, {StreamOwner::Kind::actor}, "client", clock.now())) {}

    /// Rounds until the condition holds; false: it does not, however long it takes.
    template <typename Condition>
    bool until(const Condition& condition) {
        const Instant latest = clock.now() + until_patience;
        while (!condition()) {
            if (clock.now() > latest) return false;
            loop.run_round(clock.on_real_line(std::min(clock.now() + 5ms, latest)));
            streams.advance(clock.now());
            while (const auto news = streams.take_news()) take(news->stream);
        }
        return true;
    }
    void take(ShapedStreamId id) {
        StreamConnection& connection = streams.at(id);
        is_open = connection.take_opened(StreamEnd::client) || is_open;
        const ByteView bytes = connection.arrived(StreamEnd::client);
        received += as_text(bytes);
        connection.consume(StreamEnd::client, bytes.size(), clock.now());
        is_closed = connection.take_closed(StreamEnd::client) || is_closed;
        streams.settle(id, clock.now());
    }
    void send(std::string_view text) {
        OutputBytes output;
        output.append(as_byte_view(text));
        streams.at(stream).send(StreamEnd::client, output, clock.now());
        streams.settle(stream, clock.now());
    }

    runtime::EventLoop loop;
    RunClock clock;
    Channel channel;
    Echo broker;
    PacketTap tap;
    ShapedStreams streams;
    ShapedStreamId stream;
    std::string received;
    bool is_open = false;
    bool is_closed = false;
};

}  // namespace

TEST_CASE("what a client sends goes over the link and a real socket, and the answer comes back the same way") {
    Bench bench;
    REQUIRE(bench.until([&] { return bench.is_open; }));
    bench.send("reading");
    CHECK(bench.until([&] { return bench.received == "reading"; }));
    CHECK(bench.broker.accepted_count == 1);
}

TEST_CASE("more than windows and buffers hold arrives whole and in order") {
    Bench bench;
    REQUIRE(bench.until([&] { return bench.is_open; }));
    std::string sent;
    for (std::size_t at = 0; at < 8 * StreamDirection::window + 100; ++at) sent.push_back(char('a' + at % 26));
    bench.send(sent);
    CHECK(bench.until([&] { return bench.received.size() == sent.size(); }));
    CHECK(bench.received == sent);
}

TEST_CASE("a client that closes is a peer that has closed to the broker, and leaves nothing behind") {
    Bench bench;
    REQUIRE(bench.until([&] { return bench.is_open && bench.broker.accepted_count == 1; }));
    bench.streams.at(bench.stream).close(StreamEnd::client, bench.clock.now());
    bench.streams.settle(bench.stream, bench.clock.now());
    CHECK(bench.until([&] { return bench.broker.ended_by_peer == 1 && bench.streams.is_empty(); }));
}

TEST_CASE("a broker that closes is heard of over the link") {
    Bench bench;
    REQUIRE(bench.until([&] { return bench.is_open && bench.broker.accepted_count == 1; }));
    bench.broker.close_all();
    CHECK(bench.until([&] { return bench.is_closed; }));
}

TEST_CASE("on a link that is cut nothing passes, not even the client's end; the broker's socket stays open") {
    Bench bench;
    REQUIRE(bench.until([&] { return bench.is_open && bench.broker.accepted_count == 1; }));
    bench.streams.cut(0, true, bench.clock.now());
    bench.send("reading");
    bench.streams.at(bench.stream).close(StreamEnd::client, bench.clock.now());
    bench.streams.settle(bench.stream, bench.clock.now());
    REQUIRE(bench.until([&] { return bench.streams.segments().lost >= 2; }));
    CHECK(bench.received.empty());
    CHECK(bench.broker.ended_by_peer == 0);
    bench.streams.cut(0, false, bench.clock.now());
    CHECK(bench.until([&] { return bench.broker.ended_by_peer == 1; }));
}

TEST_CASE("while nobody listens, and where nobody does, a connection ends instead of opening") {
    Bench bench;
    bench.streams.set_listening(false);
    CHECK(bench.until([&] { return bench.is_closed; }));
    CHECK(!bench.is_open);
    CHECK(bench.broker.accepted_count == 0);
}

TEST_CASE("a capture is told of every segment of a stream, both ways, from its opening to its end") {
    Watcher watcher;
    Bench bench(link(1ms), 0, &watcher);
    REQUIRE(bench.until([&] { return bench.is_open && bench.broker.accepted_count == 1; }));
    bench.send("reading");
    REQUIRE(bench.until([&] { return bench.received == "reading"; }));
    bench.streams.at(bench.stream).close(StreamEnd::client, bench.clock.now());
    bench.streams.settle(bench.stream, bench.clock.now());
    REQUIRE(bench.until([&] { return bench.streams.is_empty(); }));
    CHECK(watcher.told == "open client >syn <syn_ack >ack >bytes <bytes >fin end");
}

TEST_CASE("a capture is told of what a link that is cut has lost") {
    Watcher watcher;
    Bench bench(link(1ms), 0, &watcher);
    REQUIRE(bench.until([&] { return bench.is_open && bench.broker.accepted_count == 1; }));
    bench.streams.cut(0, true, bench.clock.now());
    bench.send("reading");
    CHECK(watcher.told == "open client >syn <syn_ack >ack >bytes lost");
}

TEST_CASE("more clients than an address of this machine has ports come from several of its addresses") {
    Bench first(link(1ms), clients_per_address - 1);
    REQUIRE(first.until([&] { return first.is_open && !first.broker.peer.empty(); }));
    CHECK(first.broker.peer.starts_with("127.0.0.1:"));
    Bench next(link(1ms), clients_per_address);
    REQUIRE(next.until([&] { return next.is_open && !next.broker.peer.empty(); }));
    CHECK(next.broker.peer.starts_with("127.0.0.2:"));
}

TEST_CASE("addresses of clients are this machine's only where the target is") {
    const Address here = Address::v4(127, 0, 0, 1, 1883);
    CHECK(source_address(here, 0) == Address::v4(127, 0, 0, 1, 0));
    CHECK(source_address(here, 255 * clients_per_address) == Address::v4(127, 0, 1, 0, 0));
    CHECK(!source_address(Address::v4(192, 0, 2, 1, 1883), 0));
    CHECK(!source_address(Address{}, 0));
}
