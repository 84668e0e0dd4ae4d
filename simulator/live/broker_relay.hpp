#pragma once
// A way between one of our gateways and the broker that can be parted.

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "runtime/transport/tcp_listener.hpp"
#include "simulator/live/shaped_streams.hpp"
#include "simulator/plan/scenario.hpp"

namespace trunkline::sim {

/// A TCP proxy on loopback, for a gateway whose sockets are not ours to impair: each connection that it accepts goes on
/// to the broker as a shaped stream over the gateway's broker link. To the gateway every connection opens at once; what
/// the link does to it shows afterwards.
class BrokerRelay : private runtime::StreamEvents {
public:
    /// Of the scenario's gateway of this number. Listens on a free port. Throws runtime::StartError. Everything
    /// outlives it.
    BrokerRelay(const Scenario& scenario, std::size_t gateway, const runtime::Url& broker, PacketTap& tap,
                runtime::EventLoop& loop, const RunClock& clock);
    ~BrokerRelay() override = default;

    /// Where the gateway finds the broker.
    const runtime::Url& url() const { return listener_.bound(); }

    void advance(Instant now);
    std::optional<Instant> next_deadline() const { return to_broker_.next_deadline(); }
    /// While cut, nothing passes in either direction.
    void cut(bool is_cut, Instant now) { to_broker_.cut(0, is_cut, now); }
    /// While the broker is gone, connections end.
    void set_listening(bool is_listening) { to_broker_.set_listening(is_listening); }
    void end_all(Instant now) { to_broker_.end_all(now); }

    const ShapedStreams& streams() const { return to_broker_; }

private:
    runtime::StreamId accepted(const runtime::StreamOrigin& origin) override;
    void accept_failed(std::string_view listener, std::error_code error) override;
    void connected(runtime::StreamId id) override;
    void received(runtime::StreamId id, ByteView bytes) override;
    void written(runtime::StreamId id, std::size_t bytes) override;
    void closed(runtime::StreamId id, runtime::StreamEnd end) override;

    struct Flow {
        bool is_open = false;            // the way to the broker is
        OutputBytes early;               // what came before it was
        std::size_t towards_broker = 0;  // octets that wait for room on the link
    };
    void move(ShapedStreamId stream, Instant now);
    void move_up(StreamConnection& connection, Flow& flow, Instant now);
    // Both ends of a connection have the same number.
    static runtime::StreamId gateway_end(ShapedStreamId stream) { return runtime::StreamId(std::uint64_t(stream)); }
    static ShapedStreamId broker_end(runtime::StreamId id) { return ShapedStreamId(std::uint64_t(id)); }

    const GatewayPlan& plan_;
    StreamOwner owner_;
    const LinkProfile& link_;
    Channel channel_;
    const RunClock& clock_;
    ShapedStreams to_broker_;
    runtime::TcpStreams from_gateway_;
    runtime::TcpListener listener_;
    std::map<ShapedStreamId, Flow> flows_;  // of connections that the gateway has not closed
};

}  // namespace trunkline::sim
