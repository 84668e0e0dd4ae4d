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
    const StreamIndex stream = streams.open(fibre(), {StreamOwner::Kind::actor, 3, 0}, "actor:scada", Instant{});
    CHECK(streams.owner(stream).index == 3);
    run(queue, streams, Instant{} + 8ms);
    CHECK(streams.at(stream).take_opened(StreamEnd::client));
    run(queue, streams, Instant{} + 12ms);
    CHECK(streams.at(stream).take_opened(StreamEnd::server));
    CHECK(streams.segments() == 3);
}

TEST_CASE("a stream is freed when both ends have done with it, and its place used again") {
    EventQueue queue;
    Streams streams(queue, 1);
    const StreamIndex first = streams.open(fibre(), {}, "actor:scada", Instant{});
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
    CHECK(streams.open(fibre(), {}, "actor:scada", Instant{} + 20ms) == first);
    CHECK(streams.opened() == 2);
    CHECK(streams.segments() == 5);  // three of the handshake, FIN, and the next SYN
}
