#pragma once
// The poll loop of one thread. Asio stays behind it, out of the headers of those who use it.

#include <cstddef>
#include <memory>
#include <optional>
#include <span>

#include "protocol/base/instant.hpp"

namespace boost::asio {
class io_context;
}

namespace trunkline::runtime {

class Readiness;

/// Waits for sockets, other threads and signals in rounds: all that is ready is delivered, then the owner does its
/// end-of-round work (take the batch, send the output of every pending connection), then the next round.
///
///     while (!loop.stop_requested()) {
///         loop.run_round(core.next_deadline());
///         core.advance(clock.now());
///         flush_everything();
///     }
///
/// Sockets and tables that were made with a loop are destroyed after its last round and before the loop.
class EventLoop {
public:
    EventLoop();
    ~EventLoop();
    EventLoop(const EventLoop&) = delete;
    EventLoop& operator=(const EventLoop&) = delete;

    /// Delivers what is ready (of a flood: a bounded part); if nothing is, waits for it, at the longest until
    /// `deadline` (of RealClock's line, to the millisecond, never early). A deadline that has passed makes it look
    /// without waiting.
    void run_round(std::optional<Instant> deadline);

    /// Ends the wait of the current or the next round. From any thread.
    void wake();

    /// From now on SIGTERM and SIGINT count as request_stop(). Once per process.
    void catch_stop_signals();
    /// From any thread, any number of times.
    void request_stop();
    bool stop_requested() const;

    /// From now on SIGHUP asks for files to be read again. Once per loop: each that has said so hears it.
    void catch_reload_signal();
    /// Whether that was asked for since the last call.
    bool take_reload_request();

    /// For the sockets of this folder: where they wait, and the one buffer that all of them read into.
    boost::asio::io_context& io();
    std::span<std::byte> read_buffer();
    void add(Readiness& readiness);
    void remove(Readiness& readiness);

private:
    /// False: nothing was ready.
    bool deliver_ready();
    bool poll_asio();

    struct State;
    std::unique_ptr<State> state_;
};

/// Raises this process's limit of open files to what the system allows it; returns the limit.
std::size_t raise_open_file_limit();

}  // namespace trunkline::runtime
