#include "simulator/world/rtu_host.hpp"

#include <cassert>
#include <utility>

#include "simulator/oracle/device_facts.hpp"

namespace trunkline::sim {

RtuHost::RtuHost(Surroundings surroundings, std::uint32_t sensor, Channel& channel, Pipe* pipe)
    : world_(surroundings),
      sensor_(sensor),
      rtu_(world_.scenario, sensor, Instant{}, pipe),
      link_(&world_.scenario.links[world_.scenario.sensors[sensor].field_link]),
      channel_(channel) {}

void RtuHost::wake(Instant now) {
    wakeup_.woken(now);
    rtu_.advance(own(now));
    round(now);
}

void RtuHost::stream_moved(StreamIndex stream, Instant now) {
    if (stream_ != stream) return;
    StreamConnection& connection = world_.streams.at(stream);
    if (connection.take_opened(StreamEnd::client)) rtu_.transport_opened(own(now));
    if (const ByteView bytes = connection.arrived(StreamEnd::client); !bytes.empty()) {
        world_.trace.note(now, EventKind::stream_moves, static_cast<std::uint32_t>(stream), bytes);
        rtu_.received(bytes, own(now));
        connection.consume(StreamEnd::client, bytes.size(), now);
    }
    if (connection.take_closed(StreamEnd::client)) {
        stream_.reset();
        rtu_.transport_closed(own(now));
    }
    round(now);
}

void RtuHost::cut(bool is_cut) { world_.streams.cut(StreamOwner::Kind::rtu, sensor_, is_cut); }

void RtuHost::change(const LinkProfile& link) {
    link_ = &link;
    if (stream_) world_.streams.at(*stream_).change(link);
}

void RtuHost::lose_connection(Instant now) {
    if (stream_) {
        world_.streams.at(*stream_).cut(true);  // not even its end gets through
        close_stream(now);
    }
    round(now);
}

void RtuHost::reset_connection(Instant now) {
    if (stream_) {
        world_.streams.reset(*std::exchange(stream_, std::nullopt), now);
        rtu_.transport_closed(own(now));
    }
    round(now);
}

void RtuHost::hang_up(Instant now) {
    rtu_.hang_up(own(now));
    round(now);
}

void RtuHost::connect_at(Instant at, Instant now) {
    if (!stream_) rtu_.connect_at(own(at));
    round(now);
}

void RtuHost::set_pace(unsigned factor, Instant now) {
    rtu_.set_pace(factor, own(now));
    round(now);
}

void RtuHost::set_clock(Duration offset, std::int32_t drift_ppm, Instant now) {
    if (!clock_) clock_ = std::make_unique<DeviceClock>();
    clock_->set_drift(drift_ppm, now);
    rtu_.set_clock(offset + (now - own(now)), own(Instant{} + world_.scenario.sampling_ends()));
    round(now);
}

void RtuHost::close_stream(Instant now) {
    world_.streams.at(*stream_).close(StreamEnd::client, now);
    world_.streams.settle(*stream_);
    stream_.reset();
    rtu_.transport_closed(own(now));
}

void RtuHost::round(Instant now) {
    if (rtu_.take_open_request()) {
        assert(!stream_);
        const StreamOwner owner{StreamOwner::Kind::rtu, sensor_, 0};
        stream_ = world_.streams.open(*link_, channel_, owner, "sensor:" + world_.scenario.sensors[sensor_].id, now);
    }
    OutputBytes output;
    if (stream_ && rtu_.take_output(output) > 0) {
        world_.streams.at(*stream_).send(StreamEnd::client, output, now);
        world_.streams.settle(*stream_);
    }
    if (stream_ && rtu_.close_requested()) close_stream(now);
    tell_sensor_facts(world_.oracle, sensor_, rtu_.facts(), now, clock_.get());
    rtu_.facts_taken();
    std::optional<Instant> deadline = rtu_.next_deadline();
    if (clock_ && deadline) deadline = clock_->when(*deadline);
    wakeup_.arm(deadline, world_.queue, {EventKind::sensor_wakes, sensor_, 0});
}

}  // namespace trunkline::sim
