#pragma once
// Which of many handles are ready, beside Asio. For sources of this folder only.

#include <sys/epoll.h>

#include <cstdint>

#include <boost/asio/posix/basic_stream_descriptor.hpp>

#include "runtime/transport/asio.hpp"
#include "runtime/transport/event_loop.hpp"

namespace trunkline::runtime {

/// What is waited for at a handle; nothing: not even its end.
using Wishes = std::uint32_t;
constexpr Wishes wish_nothing = 0;
constexpr Wishes wish_to_read = EPOLLIN;
constexpr Wishes wish_to_write = EPOLLOUT;

/// An epoll set of its own, which Asio waits for as a whole. A handle that stays in it costs no system call when it is
/// ready once more, where async_wait() costs one each time; and it holds no memory of Asio's while it is idle.
class Readiness {
public:
    class Events {
    public:
        virtual ~Events() = default;
        /// A handle that has failed can do both. `key` may be of one that was taken out within this round.
        virtual void ready(std::uint64_t key, bool can_read, bool can_write) = 0;
        /// ready() is about to be told of it, behind others. Of no effect but on time.
        virtual void coming(std::uint64_t /*key*/) {}
    };

    /// Both outlive it.
    Readiness(EventLoop& loop, Events& events);
    ~Readiness();
    Readiness(const Readiness&) = delete;
    Readiness& operator=(const Readiness&) = delete;

    /// From what is waited for at the handle to what is waited for from now on. A handle is in the set as long as
    /// something is; closing it takes it out.
    void change(int handle, std::uint64_t key, Wishes before, Wishes after);

    // For the loop.

    /// Tells what is ready, of a flood a bounded part. False: nothing was.
    bool deliver();
    /// Asio's wait ends when something is ready from now on.
    void wake_asio();
    /// False: it has.
    bool wakes_asio() const { return wakes_asio_; }

private:
    EventLoop& loop_;
    Events& events_;
    net::posix::basic_stream_descriptor<Executor> set_;
    bool wakes_asio_ = false;
};

}  // namespace trunkline::runtime
