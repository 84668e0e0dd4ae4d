#pragma once
// Clients of plain MQTT over shaped streams: what is the same for observers and RTUs.

#include <cassert>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "protocol/base/deadlines.hpp"
#include "protocol/base/timer_queue.hpp"
#include "simulator/live/shaped_streams.hpp"
#include "simulator/oracle/log_histogram.hpp"

namespace trunkline::sim {

/// Drives clients, which are Observers or Rtus: their streams and their wake-ups. They are numbered in the order in
/// which they were added.
template <typename Client>
class StreamClients {
public:
    StreamClients(runtime::EventLoop& loop, const RunClock& clock, const runtime::Url& broker, std::uint64_t seed,
                  PacketTap& tap)
        : streams_(loop, clock, broker, seed, tap) {}

    /// `owner` and `client_id` say whose its connections are. Link and channel outlive it.
    void add(Client client, const LinkProfile& link, Channel& channel, StreamOwner owner, std::string client_id) {
        places_.push_back(
            {std::move(client), &link, &channel, owner, std::move(client_id), std::nullopt, std::nullopt});
        settle(places_.size() - 1, Instant{});
    }
    std::size_t size() const { return places_.size(); }
    Client& client(std::size_t index) { return places_[index].client; }
    const Client& client(std::size_t index) const { return places_[index].client; }

    /// Lets happen what is due. `tell(index, has_opened)` follows each change of a client, for its facts; `has_opened`:
    /// a connection came to be, and CONNECT leaves.
    template <typename Tell>
    void advance(Instant now, const Tell& tell) {
        streams_.advance(now);
        while (const auto news = streams_.take_news()) {
            if (places_[news->client].is_stalled) continue;
            const bool has_opened = stream_moved(news->client, news->stream, now);
            settle(news->client, now);
            tell(news->client, has_opened);
        }
        while (const auto wake = timers_.take_due(now)) {
            Place& place = places_[wake->key];
            if (place.armed == wake->at) place.armed.reset();
            lateness_.add(now - wake->at);
            if (place.is_stalled) continue;
            place.client.advance(now);
            settle(wake->key, now);
            tell(wake->key, false);
        }
    }
    /// To be called after any other use of a client.
    void settle(std::size_t index, Instant now) {
        Place& place = places_[index];
        if (place.client.take_open_request()) {
            assert(!place.stream);
            place.stream = streams_.open(index, *place.link, *place.channel, place.owner, place.client_id, now);
        }
        OutputBytes output;
        if (place.stream && place.client.take_output(output) > 0) {
            streams_.at(*place.stream).send(StreamEnd::client, output, now);
            streams_.settle(*place.stream, now);
        }
        if (place.stream && place.client.close_requested()) close(index, now);
        timers_.arm(index, place.client.next_deadline(), place.armed);
    }
    /// The client's end closes at once. Nothing happens without a connection.
    void close(std::size_t index, Instant now) {
        Place& place = places_[index];
        if (!place.stream) return;
        const ShapedStreamId stream = *std::exchange(place.stream, std::nullopt);
        streams_.at(stream).close(StreamEnd::client, now);
        streams_.settle(stream, now);
        place.client.transport_closed(now);
    }
    /// It is without a connection all at once, and its broker does not hear of it.
    void lose_connection(std::size_t index, Instant now) {
        if (places_[index].stream) streams_.at(*places_[index].stream).cut(true);  // not even its end gets through
        close(index, now);
        settle(index, now);
    }
    void cut(std::size_t index, bool is_cut, Instant now) { streams_.cut(index, is_cut, now); }
    /// The link outlives the change; whoever owns the channel changes that one.
    void change(std::size_t index, const LinkProfile& link) {
        places_[index].link = &link;
        streams_.change(index, link);
    }
    /// While stalled, it takes nothing that comes and is not woken; then it takes all at once. True: a connection came
    /// to be by that.
    bool set_stalled(std::size_t index, bool is_stalled, Instant now) {
        Place& place = places_[index];
        place.is_stalled = is_stalled;
        if (is_stalled) return false;
        const bool has_opened = place.stream && stream_moved(index, *place.stream, now);
        place.client.advance(now);
        settle(index, now);
        return has_opened;
    }
    void set_listening(bool is_listening) { streams_.set_listening(is_listening); }
    void end_all(Instant now) { streams_.end_all(now); }

    std::optional<Instant> next_deadline() const { return earlier(streams_.next_deadline(), timers_.earliest()); }
    const ShapedStreams& streams() const { return streams_; }
    /// Of the clients' wake-ups: when they came, after they were due.
    const LogHistogram& lateness() const { return lateness_; }

private:
    struct Place {
        Client client;
        const LinkProfile* link;
        Channel* channel;
        StreamOwner owner;
        std::string client_id;
        std::optional<ShapedStreamId> stream;
        std::optional<Instant> armed;
        bool is_stalled = false;
    };
    /// True: a connection came to be.
    bool stream_moved(std::size_t index, ShapedStreamId stream, Instant now) {
        Place& place = places_[index];
        if (place.stream != stream || place.is_stalled) return false;
        StreamConnection& connection = streams_.at(stream);
        const bool has_opened = connection.take_opened(StreamEnd::client);
        if (has_opened) place.client.transport_opened(now);
        if (const ByteView bytes = connection.arrived(StreamEnd::client); !bytes.empty()) {
            place.client.received(bytes, now);
            connection.consume(StreamEnd::client, bytes.size(), now);
        }
        const bool is_over = connection.take_closed(StreamEnd::client);
        if (is_over) {
            place.stream.reset();
            place.client.transport_closed(now);
        }
        streams_.settle(stream, now);
        return has_opened;
    }

    ShapedStreams streams_;
    std::vector<Place> places_;
    TimerQueue<std::size_t> timers_;
    LogHistogram lateness_;
};

}  // namespace trunkline::sim
