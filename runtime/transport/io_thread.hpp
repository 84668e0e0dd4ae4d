#pragma once
// One thread that serves sockets for their owner: system calls, TLS, WebSocket; what the octets mean is not its affair.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <thread>
#include <unordered_set>
#include <vector>

#include "runtime/transport/event_loop.hpp"
#include "runtime/transport/handover.hpp"
#include "runtime/transport/happenings.hpp"
#include "runtime/transport/incoming_streams.hpp"
#include "runtime/transport/tcp_listener.hpp"
#include "runtime/transport/tcp_streams.hpp"

namespace trunkline::runtime {

class IoThread : private StreamEvents {
public:
    /// The `index`-th of `count`: its streams' ids leave that remainder. The owner's loop outlives it.
    IoThread(unsigned index, unsigned count, EventLoop& owners_loop);
    /// Ends the thread. What it has not sent yet is lost.
    ~IoThread() override;

    // What follows is called on the owner's thread; listen() before start().

    const TcpListener& listen(const ListenerSettings& settings);
    void listen_beside(const TcpListener& first, const ListenerSettings& settings);
    /// Of the listener that listen() has made as the `number`-th.
    TcpListener& listener(std::size_t number) { return listeners_[number]; }
    void start();
    void stop_listening();

    void send(StreamId id, OutputBytes& bytes);
    void set_reading(StreamId id, bool reading);
    void close(StreamId id);
    void deliver(IncomingEvents& events);
    void hand_over();
    bool is_settled() const { return orders_.empty() && orders_obeyed_ == orders_given_ && leaving_ == 0; }

private:
    struct Order {
        enum class Kind : std::uint8_t { send, read, pause, close };
        StreamId id{};
        Kind kind{};
        OutputBytes bytes;
    };
    using Orders = std::vector<Order>;
    /// Forgets which streams are paused as they end.
    class Telling;

    // On the thread itself.
    void run();
    void obey(Order& order);
    /// `has_obeyed`: there were orders.
    void report(bool has_obeyed);

    StreamId accepted(const StreamOrigin& origin) override;
    void handshake_failed(const StreamOrigin& origin, std::string_view why) override;
    void accept_failed(std::string_view listener, std::error_code error) override;
    void connected(StreamId) override {}  // these are never dialled
    void received(StreamId id, ByteView bytes) override;
    void written(StreamId id, std::size_t bytes) override;
    void closed(StreamId id, StreamEnd end) override;

    const unsigned count_;
    EventLoop& owners_loop_;

    // The owner's thread.
    Orders orders_;
    std::uint64_t orders_given_ = 0;
    std::unordered_set<StreamId> paused_;

    // Both.
    Handover<Orders> orders_under_way_;
    Handover<Happenings> happenings_under_way_;
    std::atomic<std::uint64_t> orders_obeyed_{0};
    std::atomic<std::size_t> leaving_{0};
    std::atomic<bool> is_listening_{true};

    // The thread's own, once it runs.
    EventLoop loop_;
    TcpStreams streams_;
    std::vector<TcpListener> listeners_;
    Happenings happenings_;
    std::uint64_t next_id_;

    std::thread thread_;  // last: it ends before what it uses
};

}  // namespace trunkline::runtime
