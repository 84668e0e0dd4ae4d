#pragma once
// A UDP socket that receives and sends in batches (recvmmsg, sendmmsg).

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "protocol/base/address.hpp"
#include "protocol/base/bytes.hpp"
#include "runtime/transport/event_loop.hpp"
#include "runtime/transport/side_door.hpp"
#include "runtime/transport/url.hpp"

namespace trunkline::runtime {

/// Chosen by the owner of the socket, to tell many apart.
enum class UdpSocketId : std::uint64_t {};

/// What the owner of a UDP socket is told, within EventLoop::run_round() only.
class DatagramEvents {
public:
    virtual ~DatagramEvents() = default;
    /// The octets are gone after the call.
    virtual void datagram(UdpSocketId id, const Address& from, ByteView octets) = 0;
};

/// A datagram to be sent; the octets are read within UdpSocket::send() only.
struct Datagram {
    Address to;
    ByteView octets;
};

struct UdpCounters {
    std::uint64_t received = 0;
    std::uint64_t truncated = 0;  // larger than any that we accept: dropped
    std::uint64_t sent = 0;
    std::uint64_t refused = 0;  // the system would not send them: no route, too large, not permitted
    std::uint64_t dropped = 0;  // waited for the socket in too large a number

    UdpCounters& operator+=(const UdpCounters& other) {
        received += other.received;
        truncated += other.truncated;
        sent += other.sent;
        refused += other.refused;
        dropped += other.dropped;
        return *this;
    }
};

class UdpSocket {
public:
    /// Binds to `url`; port 0: any free one. Throws StartError. `events` and `loop` outlive the socket.
    UdpSocket(EventLoop& loop, DatagramEvents& events, UdpSocketId id, const Url& url);
    /// The same, where datagrams of this rule have a queue of their own in the system, from which a few are taken in
    /// each round: many of them take neither room nor much time from the others. Of several that share a port the first
    /// one finds it free, and the others follow in their order, by its bound(): each sender is one's. Where the system
    /// has no such thing, all come by one queue. A program of the same user that shares ports in this way and starts
    /// later is not noticed.
    UdpSocket(EventLoop& loop, DatagramEvents& events, UdpSocketId id, const Url& url, const SideDoorRule& side_door,
              const PortShare& share = {});
    /// Receives what is sent to a group, `group` being its address and port, by the network interface that it
    /// names, or of `local` (unspecified: the system's choice). Throws StartError.
    static UdpSocket of_group(EventLoop& loop, DatagramEvents& events, UdpSocketId id, const Url& group,
                              const Address& local);
    ~UdpSocket();
    UdpSocket(UdpSocket&&) noexcept;
    UdpSocket& operator=(UdpSocket&&) = delete;

    /// The URL with the address and port that were bound.
    const Url& bound() const;
    Address local() const;

    /// From now on it may send to the group, by the interface that the URL names, or that it is bound to. Throws
    /// StartError.
    void send_to(const Url& group);
    /// Sends in order. What the socket does not take now is kept, within a bound, and goes first later.
    void send(std::span<const Datagram> datagrams);

    const UdpCounters& counters() const;

private:
    struct State;
    explicit UdpSocket(std::shared_ptr<State> state) : state_(std::move(state)) {}
    std::shared_ptr<State> state_;
};

}  // namespace trunkline::runtime
