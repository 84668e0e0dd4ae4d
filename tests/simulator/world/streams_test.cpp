#include "simulator/world/streams.hpp"

#include <doctest/doctest.h>

using namespace std::chrono_literals;
using namespace trunkline;
using namespace trunkline::sim;

namespace {

LinkProfile fibre() { return {.id = "fibre", .delay = 4ms, .jitter = 0ms, .loss = 0.0}; }

void run(EventQueue& queue, Streams& streams, Instant end) {
    while (!queue.empty() && queue.first().at <= end) {
        const EventQueue::Due due = queue.take_first();
        const StreamIndex stream{due.event.entity};
        if (!streams.exists(stream)) continue;
        streams.woken(stream, due.at);
        streams.at(stream).advance(due.at);
        streams.settle(stream);
    }
}

}  // namespace

TEST_CASE("a stream is woken by the queue when its segments are due") {
    EventQueue queue;
    Streams streams(queue, 1);
    Channel channel(fibre());
    const StreamIndex stream =
        streams.open(fibre(), channel, {StreamOwner::Kind::actor, 3, 0}, "actor:scada", Instant{});
    CHECK(streams.owner(stream).index == 3);
    run(queue, streams, Instant{} + 8ms);
    CHECK(streams.at(stream).take_opened(StreamEnd::client));
    run(queue, streams, Instant{} + 12ms);
    CHECK(streams.at(stream).take_opened(StreamEnd::server));
    CHECK(streams.segments().sent == 3);
}

TEST_CASE("a stream is freed when both ends have done with it, and its place used again") {
    EventQueue queue;
    Streams streams(queue, 1);
    Channel channel(fibre());
    const StreamIndex first = streams.open(fibre(), channel, {}, "actor:scada", Instant{});
    run(queue, streams, Instant{} + 12ms);
    (void)streams.at(first).take_opened(StreamEnd::server);
    streams.at(first).close(StreamEnd::client, Instant{} + 12ms);
    streams.settle(first);
    CHECK(streams.exists(first));  // FIN is under way
    run(queue, streams, Instant{} + 16ms);
    CHECK(streams.exists(first));  // the server has not heard of it
    CHECK(streams.at(first).take_closed(StreamEnd::server));
    streams.settle(first);
    CHECK(!streams.exists(first));
    CHECK(streams.open_count() == 0);
    CHECK(streams.open(fibre(), channel, {}, "actor:scada", Instant{} + 20ms) == first);
    CHECK(streams.opened() == 2);
    CHECK(streams.segments().sent == 5);  // three of the handshake, FIN, and the next SYN
}

TEST_CASE("a broker that leaves closes its end of all streams, and further ones are refused until it returns") {
    EventQueue queue;
    Streams streams(queue, 1);
    Channel channel(fibre());
    const StreamIndex before = streams.open(fibre(), channel, {}, "actor:scada", Instant{});
    run(queue, streams, Instant{} + 12ms);
    (void)streams.at(before).take_opened(StreamEnd::client);
    (void)streams.at(before).take_opened(StreamEnd::server);
    streams.broker_leaves(Instant{} + 12ms);
    const StreamIndex meanwhile = streams.open(fibre(), channel, {}, "actor:archive", Instant{} + 12ms);
    run(queue, streams, Instant{} + 20ms);
    CHECK(streams.at(before).take_closed(StreamEnd::client));
    CHECK(!streams.at(meanwhile).take_opened(StreamEnd::client));
    CHECK(streams.at(meanwhile).take_closed(StreamEnd::client));
    streams.broker_returns();
    const StreamIndex after = streams.open(fibre(), channel, {}, "actor:scada", Instant{} + 20ms);
    run(queue, streams, Instant{} + 32ms);
    CHECK(streams.at(after).take_opened(StreamEnd::server));
}

TEST_CASE("an owner that leaves closes its end of its own streams only") {
    EventQueue queue;
    Streams streams(queue, 1);
    Channel channel(fibre());
    const StreamOwner leaving{StreamOwner::Kind::gateway, 0, 1};
    const StreamOwner staying{StreamOwner::Kind::gateway, 1, 1};
    const StreamIndex its = streams.open(fibre(), channel, leaving, "gateway:a/1", Instant{});
    const StreamIndex other = streams.open(fibre(), channel, staying, "gateway:b/1", Instant{});
    run(queue, streams, Instant{} + 12ms);
    streams.owner_leaves(StreamOwner::Kind::gateway, 0, Instant{} + 12ms);
    run(queue, streams, Instant{} + 16ms);
    CHECK(streams.at(its).take_closed(StreamEnd::server));
    CHECK(!streams.at(other).take_closed(StreamEnd::server));
}

TEST_CASE("a stream's luck hangs on its owner's name, not on what others open") {
    LinkProfile lossy = fibre();
    lossy.loss = 0.5;
    const auto moments = [&](bool is_crowded) {
        EventQueue queue;
        Streams streams(queue, 1);
        Channel channel(fibre());
        if (is_crowded) streams.open(fibre(), channel, {}, "gateway:gw/other", Instant{});
        std::vector<Instant> opened;
        for (int attempt = 0; attempt < 10; ++attempt) {
            const StreamIndex stream = streams.open(lossy, channel, {}, "gateway:gw/this", Instant{});
            opened.push_back(streams.at(stream).next_deadline().value_or(Instant{}));
        }
        return opened;
    };
    CHECK(moments(false) == moments(true));
}
