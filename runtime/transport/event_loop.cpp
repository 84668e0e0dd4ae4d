#include "runtime/transport/event_loop.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <optional>
#include <utility>
#include <vector>

#include "runtime/transport/asio.hpp"
#include "runtime/transport/readiness.hpp"

namespace trunkline::runtime {

namespace {

// Bounds a round under a flood: sockets become ready again while they are served, and what was received has to be
// answered and stored at some time.
constexpr int events_per_round = 256;
constexpr unsigned rounds_beside_asio = 4;
constexpr std::size_t read_buffer_bytes = 256 * 1024;

}  // namespace

struct EventLoop::State {
    net::io_context io{1};  // one thread runs it
    net::executor_work_guard<Executor> work{io.get_executor()};
    std::optional<net::signal_set> signals;
    std::optional<net::signal_set> reload_signal;
    bool reload_requested = false;
    std::atomic<bool> stop_requested{false};
    std::vector<std::byte> read_buffer{read_buffer_bytes};
    std::vector<Readiness*> sets;  // of handles that Asio does not know; null: a free place
    unsigned turn = 0;             // of the rounds

    void await_reload() {
        reload_signal->async_wait([this](error_code error, int) {
            if (error) return;  // the loop is destroyed
            reload_requested = true;
            await_reload();
        });
    }
};

EventLoop::EventLoop() : state_(std::make_unique<State>()) {}
EventLoop::~EventLoop() = default;

bool EventLoop::deliver_ready() {
    bool any = false;
    for (std::size_t at = 0; at < state_->sets.size(); ++at) {  // what is delivered may end one, or begin another
        if (Readiness* readiness = state_->sets[at]) any = readiness->deliver() || any;
    }
    return any;
}

/// Listeners, timers, signals, other threads.
bool EventLoop::poll_asio() {
    int events = 0;
    while (events < events_per_round && state_->io.poll_one() != 0) ++events;
    return events != 0;
}

/// Under load a round costs one look at the sets; Asio, whose every look costs as much, has its turn now and then.
void EventLoop::run_round(std::optional<Instant> deadline) {
    const bool is_asios_turn = ++state_->turn % rounds_beside_asio == 0;
    bool any = is_asios_turn && poll_asio();
    any = deliver_ready() || any;
    if (any) return;
    for (Readiness* readiness : state_->sets) {
        if (readiness != nullptr) readiness->wake_asio();
    }
    net::io_context& io = state_->io;
    if (deadline) io.run_one_until(std::chrono::steady_clock::time_point(deadline->time_since_epoch()));
    else io.run_one();
    const bool has_woken = std::any_of(state_->sets.begin(), state_->sets.end(), [](const Readiness* readiness) {
        return readiness != nullptr && !readiness->wakes_asio();
    });
    if (!has_woken) poll_asio();  // else it has its turn soon
    deliver_ready();
}

void EventLoop::add(Readiness& readiness) {
    const auto free_place = std::find(state_->sets.begin(), state_->sets.end(), nullptr);
    if (free_place == state_->sets.end()) state_->sets.push_back(&readiness);
    else *free_place = &readiness;
}
void EventLoop::remove(Readiness& readiness) {
    std::replace(state_->sets.begin(), state_->sets.end(), &readiness, static_cast<Readiness*>(nullptr));
}

void EventLoop::wake() {
    net::post(state_->io, [] {});
}

void EventLoop::catch_stop_signals() {
    state_->signals.emplace(state_->io, SIGTERM, SIGINT);
    // A second signal while stopping changes nothing: stopping is bounded in time by its owner.
    state_->signals->async_wait([this](error_code error, int) {
        if (!error) request_stop();
    });
}

void EventLoop::request_stop() {
    state_->stop_requested = true;
    wake();
}

void EventLoop::catch_reload_signal() {
    state_->reload_signal.emplace(state_->io, SIGHUP);
    state_->await_reload();
}

bool EventLoop::take_reload_request() { return std::exchange(state_->reload_requested, false); }

bool EventLoop::stop_requested() const { return state_->stop_requested; }

net::io_context& EventLoop::io() { return state_->io; }

std::span<std::byte> EventLoop::read_buffer() { return state_->read_buffer; }

std::size_t raise_open_file_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
    const rlim_t before = limit.rlim_cur;
    limit.rlim_cur = limit.rlim_max;
    // Refused: the limit stays as it was, which is what is returned.
    return ::setrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_cur : before;
}

}  // namespace trunkline::runtime
