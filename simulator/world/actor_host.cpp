#include "simulator/world/actor_host.hpp"

#include <cassert>
#include <utility>

#include "simulator/oracle/device_facts.hpp"

namespace trunkline::sim {

ActorHost::ActorHost(Surroundings surroundings, std::uint32_t index, const TopicIndex& topics)
    : world_(surroundings),
      index_(index),
      topics_(topics),
      observer_(world_.scenario, index, Instant{}),
      channel_(world_.scenario.links[world_.scenario.actors[index].link]) {}

void ActorHost::wake(Instant now) {
    wakeup_.woken(now);
    if (stalls_ != 0) return;
    observer_.advance(now);
    round(now);
}

void ActorHost::stream_moved(StreamIndex stream, Instant now) {
    if (stream_ != stream || stalls_ != 0) return;
    StreamConnection& connection = world_.streams.at(stream);
    if (connection.take_opened(StreamEnd::client)) {
        observer_.transport_opened(now);
        world_.oracle.actor_attempts(index_, now);
    }
    if (const ByteView bytes = connection.arrived(StreamEnd::client); !bytes.empty()) {
        world_.trace.note(now, EventKind::stream_moves, static_cast<std::uint32_t>(stream), bytes);
        observer_.received(bytes, now);
        connection.consume(StreamEnd::client, bytes.size(), now);
    }
    if (connection.take_closed(StreamEnd::client)) {
        stream_.reset();
        observer_.transport_closed(now);
    }
    round(now);
}

void ActorHost::set_away(bool is_away, Instant now) {
    absences_ += is_away ? 1U : -1U;
    if (is_away && absences_ == 1) {
        observer_.leave(now);
        if (stream_ && !observer_.close_requested()) close_stream(now);
    }
    if (absences_ == 0) observer_.come_back(now);
    round(now);
}

void ActorHost::set_stalled(bool is_stalled, Instant now) {
    stalls_ += is_stalled ? 1U : -1U;
    if (stalls_ != 0) return;
    if (stream_) {
        const StreamIndex stream = *stream_;
        stream_moved(stream, now);
        world_.streams.settle(stream);
    }
    observer_.advance(now);
    round(now);
}

void ActorHost::disconnect(FaultPlan::Goodbye how, Instant now) {
    if (how == FaultPlan::Goodbye::clean) {
        set_away(true, now);
        return set_away(false, now);
    }
    if (!stream_) return;
    if (how == FaultPlan::Goodbye::silent) {
        world_.streams.at(*stream_).cut(true);  // not even its end gets through
        close_stream(now);
    } else {
        world_.streams.reset(*std::exchange(stream_, std::nullopt), now);
        observer_.transport_closed(now);
    }
    if (stalls_ == 0) round(now);
}

void ActorHost::close_stream(Instant now) {
    world_.streams.at(*stream_).close(StreamEnd::client, now);
    world_.streams.settle(*stream_);
    stream_.reset();
    observer_.transport_closed(now);
}

void ActorHost::round(Instant now) {
    const ActorPlan& plan = world_.scenario.actors[index_];
    if (observer_.take_open_request()) {
        assert(!stream_);
        const StreamOwner owner{StreamOwner::Kind::actor, index_, 0};
        stream_ = world_.streams.open(world_.scenario.links[plan.link], channel_, owner, "actor:" + plan.id, now);
    }
    OutputBytes output;
    if (stream_ && observer_.take_output(output) > 0) {
        world_.streams.at(*stream_).send(StreamEnd::client, output, now);
        world_.streams.settle(*stream_);
    }
    if (stream_ && observer_.close_requested()) close_stream(now);
    tell_observer_facts(world_.oracle, index_, topics_, observer_.facts(), now);
    observer_.facts_taken();
    wakeup_.arm(observer_.next_deadline(), world_.queue, {EventKind::actor_wakes, index_, 0});
}

}  // namespace trunkline::sim
