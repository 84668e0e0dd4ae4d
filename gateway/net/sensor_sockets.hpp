#pragma once
// Where sensors come in: UDP sockets, some of them with DTLS, and the group of discovery.

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "gateway/core/modes.hpp"
#include "gateway/core/ways.hpp"
#include "gateway/net/socket_figures.hpp"
#include "protocol/base/datagram_batch.hpp"
#include "runtime/log/log.hpp"
#include "runtime/time/real_clock.hpp"
#include "runtime/transport/dtls_peers.hpp"
#include "runtime/transport/event_loop.hpp"
#include "runtime/transport/file_watch.hpp"
#include "runtime/transport/udp_socket.hpp"
#include "runtime/transport/url.hpp"

namespace trunkline::gateway {

/// One address that sensors send to.
struct SensorListener {
    runtime::Url url;
    struct Dtls {
        runtime::TlsSettings settings;
        runtime::DtlsLimits limits;
        bool binds_client_ids = true;  // a sensor's ClientId is the name that its key or certificate gives it
    };
    std::optional<Dtls> dtls = std::nullopt;  // none: plain UDP
    std::optional<Mode> mode = std::nullopt;  // of the sensors that come by it; none: as for all
};

/// By which way the sensors of each of these come (gateway/core/ways.hpp).
std::vector<Way> ways_of(const std::vector<SensorListener>& listeners);

/// What the owner is told, within EventLoop::run_round() only. The octets are gone after the call.
class SensorEvents {
public:
    virtual ~SensorEvents() = default;
    /// `name`: whom the listener has proved the sender to be, where ClientIds are bound to names; else empty.
    virtual void datagram(const Address& from, std::string_view name, ByteView octets) = 0;
    /// Of the group of discovery.
    virtual void group_datagram(ByteView octets) = 0;
    /// Whoever has this name by that way has shaken hands with this thread: it has no peer of others any more.
    virtual void claimed(Way way, std::string_view name, Instant now) = 0;
};

/// All listeners. To whoever owns them a sensor is an address, whose `via` is its listener.
class SensorSockets : private runtime::DatagramEvents {
public:
    /// Binds; throws runtime::StartError. With a group the first listener is plain: from there GWINFO comes. With a
    /// shared port others of this program bind to the same ones, after this. Everything outlives it.
    SensorSockets(runtime::EventLoop& loop, SensorEvents& events, const std::vector<SensorListener>& listeners,
                  const std::optional<runtime::Url>& discovery, const runtime::PortShare& share,
                  const runtime::Log& log);
    ~SensorSockets() override;

    /// As bound, in the order in which they were given.
    std::vector<runtime::Url> bound() const;

    /// Leaves with flush(), until when the octets stay.
    void put(const Address& to, ByteView octets);
    /// Sends in order, and what DTLS has to say besides.
    void flush();
    /// Who has this name by that way has shaken hands with another thread, at that time.
    void release(Way way, std::string_view name, Instant since);
    /// Timers of DTLS that are due.
    void advance(Instant now);
    std::optional<Instant> next_deadline() const;
    /// Reads files of DTLS again: all, or those that have changed.
    void reload();
    void reload_changed();
    /// Peers of DTLS hear that this is the end.
    void close();

    /// Of all listeners together.
    SocketFigures figures() const;

private:
    struct Plain;
    class Secured;

    void datagram(runtime::UdpSocketId id, const Address& from, ByteView octets) override;
    /// Null: there is none.
    Secured* find_secured(Way way) const;
    void send(runtime::UdpSocket& socket, DatagramBatch& batch);

    SensorEvents& events_;
    const runtime::Log& log_;
    runtime::RealClock clock_;
    std::vector<runtime::Url> bound_;
    std::vector<std::unique_ptr<Plain>> plain_;
    std::vector<std::unique_ptr<Secured>> secured_;
    std::optional<runtime::UdpSocket> group_;
    std::unique_ptr<runtime::FileWatch> files_;
    std::vector<runtime::Datagram> datagrams_;  // views of a batch
};

}  // namespace trunkline::gateway
