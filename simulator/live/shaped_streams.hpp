#pragma once
// TCP connections to the broker that fare as a bad link would have it.

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "protocol/base/timer_queue.hpp"
#include "runtime/transport/tcp_streams.hpp"
#include "runtime/transport/url.hpp"
#include "simulator/links/stream_connection.hpp"
#include "simulator/live/packet_tap.hpp"
#include "simulator/live/run_clock.hpp"

namespace trunkline::sim {

/// Chosen by the table; never twice.
enum class ShapedStreamId : std::uint64_t {};

/// Between a client and its socket stands the virtual TCP of the worlds: handshakes, segments that are lost and sent
/// again, windows and ends are what they are under the virtual clock. What comes out of it at the server's end goes to
/// the broker over a real socket, which is dialled once the handshake is through, and what that one receives comes
/// back the same way. On a link that is cut, the socket stays open and silent, as the broker sees a peer that is gone.
///
/// Clients are numbered by the owner of the table.
class ShapedStreams : private runtime::StreamEvents {
public:
    /// Loop, clock and tap outlive it.
    ShapedStreams(runtime::EventLoop& loop, const RunClock& clock, const runtime::Url& broker, std::uint64_t seed,
                  PacketTap& tap);
    ~ShapedStreams() override = default;

    /// Starts to open. The kind of owner, `client_id`, and the number of the client's connections so far name the
    /// random streams. The channel is that of all streams over this link from this place, and outlives them.
    ShapedStreamId open(std::size_t client, const LinkProfile& link, Channel& channel, StreamOwner owner,
                        const std::string& client_id, Instant now);
    /// It exists until its client has closed it, or has taken its end.
    StreamConnection& at(ShapedStreamId stream) { return streams_.at(stream).link; }
    /// To be called after each use of a stream.
    void settle(ShapedStreamId stream, Instant now);

    /// While cut, nothing passes between this client and the broker: on open streams, and on those that it opens.
    void cut(std::size_t client, bool is_cut, Instant now);
    /// Another profile for this client's open streams.
    void change(std::size_t client, const LinkProfile& link);
    /// While nobody listens, those that want to open are refused.
    void set_listening(bool is_listening);
    /// All that are open end, as if the broker had gone.
    void end_all(Instant now);

    /// Moves what is due on the links.
    void advance(Instant now);
    struct News {
        ShapedStreamId stream{};
        std::size_t client = 0;
    };
    /// The next stream whose client has something to take.
    std::optional<News> take_news();
    std::optional<Instant> next_deadline() const { return timers_.earliest(); }

    std::uint64_t opened() const { return opened_; }
    /// Segments on the links, both ways.
    PacketCounts segments() const;
    /// Of connections that are closed at both ends, the last bytes may still be on their way.
    bool is_empty() const { return streams_.empty() && sockets_.leaving() == 0; }

private:
    struct Stream {
        Stream(std::size_t owner, const LinkProfile& profile, Random up, Random down, Channel& channel)
            : client(owner), link(profile, up, down, &channel) {}

        std::size_t client;
        StreamConnection link;
        std::uint64_t number = 0;  // for captures
        bool has_socket = false;
        bool is_reading = true;
        std::size_t towards_client = 0;  // octets from the socket that wait for room on the link
        std::optional<Instant> armed;
    };
    static runtime::StreamId socket_of(ShapedStreamId stream) { return runtime::StreamId(std::uint64_t(stream)); }

    runtime::StreamId accepted(const runtime::StreamOrigin& origin) override;
    void accept_failed(std::string_view listener, std::error_code error) override;
    void connected(runtime::StreamId id) override;
    void received(runtime::StreamId id, ByteView bytes) override;
    void written(runtime::StreamId id, std::size_t bytes) override;
    void closed(runtime::StreamId id, runtime::StreamEnd end) override;

    /// The link has done something by itself: the client hears of it.
    void moved(ShapedStreamId id, const Stream& stream, Instant now);
    void move_server_end(ShapedStreamId id, Stream& stream, Instant now);
    void watch(Stream& stream, StreamOwner owner, const std::string& client_id);
    void tell_sent(Stream& stream);
    bool is_cut(std::size_t client) const { return client < cut_.size() && cut_[client]; }

    const RunClock& clock_;
    runtime::Url broker_;
    std::uint64_t seed_;
    PacketTap& tap_;
    runtime::TcpStreams sockets_;
    std::map<ShapedStreamId, Stream> streams_;
    std::vector<bool> cut_;                 // by client
    std::vector<std::uint64_t> opened_by_;  // by client
    std::deque<ShapedStreamId> news_;       // may name streams that have none any more
    TimerQueue<ShapedStreamId> timers_;
    bool is_listening_ = true;
    std::uint64_t opened_ = 0;
    PacketCounts segments_of_ended_;
};

}  // namespace trunkline::sim
