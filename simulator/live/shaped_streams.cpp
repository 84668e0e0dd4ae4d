#include "simulator/live/shaped_streams.hpp"

#include <cassert>

#include "runtime/transport/resolve.hpp"
#include "simulator/live/source_addresses.hpp"

namespace trunkline::sim {

namespace {

constexpr std::chrono::seconds dial_patience{10};
constexpr std::size_t most_at_an_end = StreamDirection::window;  // of a link; beyond it, its feeder pauses

/// Of the random streams, the same words as under the virtual clock.
std::string_view kind_word(StreamOwner::Kind kind) {
    if (kind == StreamOwner::Kind::actor) return "actor:";
    return kind == StreamOwner::Kind::rtu ? "sensor:" : "gateway:";
}

bool concerns_client(const StreamConnection& link) {
    return link.has_news(StreamEnd::client) || link.has_written(StreamEnd::client);
}

}  // namespace

ShapedStreams::ShapedStreams(runtime::EventLoop& loop, const RunClock& clock, const runtime::Url& broker,
                             std::uint64_t seed, PacketTap& tap)
    : clock_(clock), broker_(broker), seed_(seed), tap_(tap), sockets_(loop, *this) {}

ShapedStreamId ShapedStreams::open(std::size_t client, const LinkProfile& link, Channel& channel, StreamOwner owner,
                                   const std::string& client_id, Instant now) {
    if (opened_by_.size() <= client) opened_by_.resize(client + 1);
    std::string entity(kind_word(owner.kind));
    entity += client_id + ':' + std::to_string(++opened_by_[client]);
    const ShapedStreamId id{++opened_};
    const auto entry = streams_.try_emplace(id, client, link, Random(seed_, entity, "stream up"),
                                            Random(seed_, entity, "stream down"), channel);
    Stream& stream = entry.first->second;
    stream.link.cut(is_cut(client));
    stream.link.set_listening(is_listening_);
    if (tap_.listener != nullptr) watch(stream, owner, client_id);
    stream.link.open(now);
    settle(id, now);
    return id;
}

void ShapedStreams::settle(ShapedStreamId id, Instant now) {
    const auto found = streams_.find(id);
    if (found == streams_.end()) return;
    Stream& stream = found->second;
    move_server_end(id, stream, now);
    if (tap_.listener != nullptr) tell_sent(stream);
    if (stream.link.is_over() && !stream.has_socket) {
        if (tap_.listener != nullptr) tap_.listener->ended(stream.number);
        segments_of_ended_ += stream.link.counts();
        streams_.erase(found);
        return;
    }
    timers_.arm(id, stream.link.next_deadline(), stream.armed);
}

void ShapedStreams::watch(Stream& stream, StreamOwner owner, const std::string& client_id) {
    stream.number = ++tap_.streams;
    stream.link.watch();
    tap_.listener->opened({stream.number, owner, client_id});
}

void ShapedStreams::tell_sent(Stream& stream) {
    for (const StreamEnd end : {StreamEnd::client, StreamEnd::server}) {
        const LinkWay way = end == StreamEnd::client ? LinkWay::up : LinkWay::down;
        for (const SentSegment& segment : stream.link.take_sent(end)) tap_.listener->sent(stream.number, way, segment);
    }
}

void ShapedStreams::moved(ShapedStreamId id, const Stream& stream, Instant now) {
    if (concerns_client(stream.link)) news_.push_back(id);
    settle(id, now);
}

void ShapedStreams::move_server_end(ShapedStreamId id, Stream& stream, Instant now) {
    const runtime::StreamId socket = socket_of(id);
    if (stream.link.take_opened(StreamEnd::server)) {
        if (!is_listening_) return stream.link.close(StreamEnd::server, now);  // while it opened, the broker went
        stream.has_socket = true;
        const std::optional<Address> target = runtime::numeric_address(broker_.host, broker_.port);
        const auto source = target ? source_address(*target, stream.client) : std::nullopt;
        sockets_.connect(socket, broker_, dial_patience, nullptr, source);
    }
    if (!stream.has_socket) return;
    const ByteView bytes = stream.link.arrived(StreamEnd::server);
    if (!bytes.empty() && sockets_.unsent_bytes(socket) < most_at_an_end) {
        OutputBytes output;
        output.append(bytes);
        stream.link.consume(StreamEnd::server, bytes.size(), now);
        sockets_.send(socket, output);
    }
    stream.towards_client -= stream.link.take_written(StreamEnd::server);
    if (const bool wants_more = stream.towards_client < most_at_an_end; wants_more != stream.is_reading) {
        stream.is_reading = wants_more;
        sockets_.set_reading(socket, wants_more);
    }
    if (stream.link.take_closed(StreamEnd::server)) {
        stream.has_socket = false;  // its end is no news
        sockets_.close(socket);
    }
}

void ShapedStreams::cut(std::size_t client, bool is_cut, Instant now) {
    if (cut_.size() <= client) cut_.resize(client + 1);
    cut_[client] = is_cut;
    for (auto& [id, stream] : streams_) {
        if (stream.client != client) continue;
        stream.link.cut(is_cut);
        timers_.arm(id, now, stream.armed);
    }
}

void ShapedStreams::change(std::size_t client, const LinkProfile& link) {
    for (auto& [id, stream] : streams_) {
        if (stream.client == client) stream.link.change(link);
    }
}

void ShapedStreams::set_listening(bool is_listening) {
    is_listening_ = is_listening;
    for (auto& [id, stream] : streams_) stream.link.set_listening(is_listening);
}

void ShapedStreams::end_all(Instant now) {
    std::vector<ShapedStreamId> connected;
    for (const auto& [id, stream] : streams_) {
        if (stream.has_socket) connected.push_back(id);
    }
    for (const ShapedStreamId id : connected) {
        Stream& stream = streams_.at(id);
        stream.has_socket = false;
        sockets_.close(socket_of(id));
        stream.link.close(StreamEnd::server, now);
        moved(id, stream, now);
    }
}

void ShapedStreams::advance(Instant now) {
    while (const auto wake = timers_.take_due(now)) {
        const auto found = streams_.find(wake->key);
        if (found == streams_.end()) continue;
        Stream& stream = found->second;
        if (stream.armed == wake->at) stream.armed.reset();
        stream.link.advance(now);
        moved(wake->key, stream, now);
    }
}

std::optional<ShapedStreams::News> ShapedStreams::take_news() {
    while (!news_.empty()) {
        const ShapedStreamId id = news_.front();
        news_.pop_front();
        const auto found = streams_.find(id);
        if (found != streams_.end() && concerns_client(found->second.link)) return News{id, found->second.client};
    }
    return std::nullopt;
}

PacketCounts ShapedStreams::segments() const {
    PacketCounts sum = segments_of_ended_;
    for (const auto& [id, stream] : streams_) sum += stream.link.counts();
    return sum;
}

// It listens nowhere.
runtime::StreamId ShapedStreams::accepted(const runtime::StreamOrigin&) {
    assert(false);
    return {};
}
void ShapedStreams::accept_failed(std::string_view, std::error_code) { assert(false); }

void ShapedStreams::connected(runtime::StreamId) {}  // what was sent before leaves by itself

void ShapedStreams::received(runtime::StreamId id, ByteView bytes) {
    const ShapedStreamId stream{std::uint64_t(id)};
    const auto found = streams_.find(stream);
    if (found == streams_.end() || !found->second.has_socket) return;
    OutputBytes output;
    output.append(bytes);
    found->second.towards_client += bytes.size();
    found->second.link.send(StreamEnd::server, output, clock_.now());
    moved(stream, found->second, clock_.now());
}

void ShapedStreams::written(runtime::StreamId id, std::size_t) {
    settle(ShapedStreamId{std::uint64_t(id)}, clock_.now());  // there may be room for more
}

void ShapedStreams::closed(runtime::StreamId id, runtime::StreamEnd) {
    const ShapedStreamId stream{std::uint64_t(id)};
    const auto found = streams_.find(stream);
    if (found == streams_.end() || !found->second.has_socket) return;
    found->second.has_socket = false;
    found->second.link.close(StreamEnd::server, clock_.now());
    moved(stream, found->second, clock_.now());
}

}  // namespace trunkline::sim
