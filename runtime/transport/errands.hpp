#pragma once
// What one thread has another one do, and waits for.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "protocol/base/instant.hpp"
#include "runtime/transport/event_loop.hpp"

namespace trunkline::runtime {

/// Of one loop, whose thread does them between its rounds: what it owns may be looked at and changed by them. For what
/// is rare, since the asking thread stands still meanwhile.
class Errands {
public:
    explicit Errands(EventLoop& loop) : loop_(loop) {}

    /// From another thread. False: it was not done in time, or the loop is over, and it will not be done.
    bool run(const std::function<void()>& what, Duration patience = std::chrono::seconds(2));
    /// By the thread of the loop, once per round.
    void do_all() {
        if (is_any_.load(std::memory_order_acquire)) do_waiting();
    }
    /// By the thread of the loop, at its end: nothing is done any more.
    void close();

private:
    struct Errand {
        const std::function<void()>* what;
        enum class State { waiting, running, done } state = State::waiting;
    };
    void do_waiting();

    EventLoop& loop_;
    std::atomic<bool> is_any_ = false;
    std::mutex mutex_;  // of what follows
    std::condition_variable changed_;
    std::vector<std::shared_ptr<Errand>> waiting_;
    bool is_closed_ = false;
};

}  // namespace trunkline::runtime
