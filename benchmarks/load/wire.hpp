#pragma once
// The connections of a load, by epoll, in rounds: what has come is handed over, then what was written leaves.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "protocol/base/bytes.hpp"
#include "protocol/mqtt/codec.hpp"

namespace trunkline::load {

/// Counts from zero in the order of connect(), or of what has been accepted.
using ClientIndex = std::uint32_t;

/// What the owner of a Wire is told, within round() only.
class WireEvents {
public:
    virtual ~WireEvents() = default;
    virtual void opened(ClientIndex client) = 0;
    /// The frame is gone after the call.
    virtual void received(ClientIndex client, const mqtt::Frame& frame) = 0;
    /// The target has ended the connection.
    virtual void closed(ClientIndex client) = 0;
    /// What watch() was told of can be read.
    virtual void readable() {}
};

/// Most of what is received at once: the fewer system calls, the cheaper the load.
inline constexpr std::size_t largest_piece = 256 * 1024;

/// TCP connections to or from one port of 127.0.0.1. One receive and at most one send for each connection and round,
/// and no system call to wait for what is already waited for: a load has to be cheaper than its target.
class Wire {
public:
    Wire(std::uint16_t port, WireEvents& events, std::size_t piece_octets = largest_piece);
    ~Wire();
    Wire(const Wire&) = delete;
    Wire& operator=(const Wire&) = delete;

    ClientIndex connect();
    /// From now on the target connects to this side, to the wire's port.
    void listen();
    /// Waits for another handle, too, which the caller keeps: events.readable().
    void watch(int handle);
    /// Where octets for a client are put; they leave at the end of the round or with flush().
    std::vector<std::byte>& output(ClientIndex client);
    /// One round. Waits at most so long if nothing has come; zero: looks and goes on.
    void round(std::chrono::milliseconds patience);
    /// Sends what was written outside of a round.
    void flush();

private:
    struct Client {
        int handle = -1;
        bool is_open = false;
        bool is_dirty = false;              // in dirty_
        bool waits_to_write = false;        // EPOLLOUT is wanted
        std::size_t sent = 0;               // of output
        std::vector<std::byte> output;      // keeps its capacity
        std::vector<std::byte> unfinished;  // the beginning of a frame
    };
    void accept_all();
    void on_ready(ClientIndex index, std::uint32_t events);
    void read(ClientIndex index);
    /// Hands over whole frames; returns the octets of them.
    std::size_t hand_over(ClientIndex index, ByteView octets);
    void send(Client& client, ClientIndex index);
    void want(int handle, ClientIndex index, std::uint32_t events, int operation) const;

    std::uint16_t port_;
    WireEvents& events_;
    int epoll_;
    int listener_ = -1;
    std::vector<Client> clients_;
    std::vector<ClientIndex> dirty_;
    std::vector<std::byte> buffer_;
};

}  // namespace trunkline::load
