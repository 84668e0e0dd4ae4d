#include "simulator/world/streams.hpp"

#include <algorithm>
#include <cassert>

namespace trunkline::sim {

namespace {

/// Of "actor:scada", "sensor:PT@PS-1-1" and "gateway:gw-west/PT@PS-1-1" what the client calls itself.
std::string client_id_of(std::string_view owner_name) {
    return std::string(owner_name.substr(owner_name.find(owner_name.starts_with("gateway:") ? '/' : ':') + 1));
}

}  // namespace

StreamIndex Streams::open(const LinkProfile& link, Channel& channel, StreamOwner owner, std::string_view owner_name,
                          Instant now) {
    if (free_.empty()) {
        free_.push_back(StreamIndex(static_cast<std::uint32_t>(slots_.size())));
        slots_.push_back(std::make_unique<Slot>());
    }
    const StreamIndex stream = free_.back();
    free_.pop_back();
    ++opened_;
    std::string name(owner_name);
    const std::uint64_t count = ++opened_by_[name];
    name += ':' + std::to_string(count);
    Slot& opened = slot(stream);
    opened.owner = owner;
    opened.wakeup = Wakeup();
    opened.number = opened_;
    opened.connection.emplace(link, Random(seed_, name, "stream up"), Random(seed_, name, "stream down"), &channel);
    cut_or_heal(opened);
    opened.connection->set_listening(is_broker_there_);
    if (listener_ != nullptr) {
        opened.connection->watch();
        listener_->opened({opened.number, owner, client_id_of(owner_name)});
    }
    opened.connection->open(now);
    settle(stream);
    return stream;
}

void Streams::cut(StreamOwner::Kind kind, std::uint32_t index, bool is_cut_now, FaultPlan::Direction direction,
                  FaultPlan::BrokerWay way) {
    const Cut cut{kind, index, direction, way};
    if (is_cut_now) cuts_.push_back(cut);
    else cuts_.erase(std::find(cuts_.begin(), cuts_.end(), cut));
    for (const auto& each : slots_) {
        if (each->connection && each->owner.kind == kind && each->owner.index == index) cut_or_heal(*each);
    }
}

void Streams::reset(StreamIndex stream, Instant now) {
    at(stream).reset(StreamEnd::client);
    queue_.put(now, {EventKind::stream_moves, static_cast<std::uint32_t>(stream), 0});
    settle(stream);
}

void Streams::cut_or_heal(Slot& touched) const {
    touched.connection->cut(is_cut(touched.owner, LinkWay::up), is_cut(touched.owner, LinkWay::down));
}

void Streams::broker_leaves(Instant now) {
    is_broker_there_ = false;
    for (std::size_t place = 0; place < slots_.size(); ++place) {
        if (!slots_[place]->connection) continue;
        slots_[place]->connection->set_listening(false);
        close(StreamIndex(static_cast<std::uint32_t>(place)), StreamEnd::server, now);
    }
}

void Streams::broker_returns() {
    is_broker_there_ = true;
    for (const auto& each : slots_) {
        if (each->connection) each->connection->set_listening(true);
    }
}

void Streams::owner_leaves(StreamOwner::Kind kind, std::uint32_t index, Instant now) {
    for (std::size_t place = 0; place < slots_.size(); ++place) {
        const Slot& each = *slots_[place];
        if (!each.connection || each.owner.kind != kind || each.owner.index != index) continue;
        close(StreamIndex(static_cast<std::uint32_t>(place)), StreamEnd::client, now);
    }
}

void Streams::close(StreamIndex stream, StreamEnd end, Instant now) {
    at(stream).close(end, now);
    settle(stream);
}

bool Streams::is_cut(const StreamOwner& owner, LinkWay way) const {
    const auto passing = way == LinkWay::up ? FaultPlan::Direction::down : FaultPlan::Direction::up;
    return std::any_of(cuts_.begin(), cuts_.end(), [&](const Cut& each) {
        return each.kind == owner.kind && each.index == owner.index && each.direction != passing &&
               each.is_on_way_of(owner);
    });
}

void Streams::settle(StreamIndex stream) {
    Slot& settled = slot(stream);
    assert(settled.connection);
    if (listener_ != nullptr) tell_sent(settled);
    if (settled.connection->is_over()) {
        segments_of_freed_ += settled.connection->counts();
        settled.connection.reset();
        free_.push_back(stream);
        return;
    }
    settled.wakeup.arm(settled.connection->next_instant(), queue_,
                       {EventKind::stream_moves, static_cast<std::uint32_t>(stream), 0});
}

void Streams::tell_sent(Slot& slot) {
    for (const StreamEnd end : {StreamEnd::client, StreamEnd::server}) {
        const LinkWay way = end == StreamEnd::client ? LinkWay::up : LinkWay::down;
        for (const SentSegment& segment : slot.connection->take_sent(end)) listener_->sent(slot.number, way, segment);
    }
    if (slot.connection->is_over()) listener_->ended(slot.number);
}

PacketCounts Streams::segments() const {
    PacketCounts sum = segments_of_freed_;
    for (const auto& each : slots_) {
        if (each->connection) sum += each->connection->counts();
    }
    return sum;
}

}  // namespace trunkline::sim
