#include "runtime/transport/readiness.hpp"

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

namespace trunkline::runtime {

namespace {

constexpr std::size_t events_at_once = 256;

int make_set() {
    const int set = ::epoll_create1(EPOLL_CLOEXEC);
    if (set < 0) throw std::system_error(errno, std::system_category(), "epoll_create1");
    return set;
}

}  // namespace

Readiness::Readiness(EventLoop& loop, Events& events) : loop_(loop), events_(events), set_(loop.io(), make_set()) {
    loop_.add(*this);
}

Readiness::~Readiness() { loop_.remove(*this); }

void Readiness::wake_asio() {
    if (std::exchange(wakes_asio_, true)) return;
    set_.async_wait(net::posix::descriptor_base::wait_read, [this](error_code error) {
        if (!error) wakes_asio_ = false;  // aborted: this is gone
    });
}

void Readiness::change(int handle, std::uint64_t key, Wishes before, Wishes after) {
    if (before == after) return;
    const int operation = before == wish_nothing  ? EPOLL_CTL_ADD
                          : after == wish_nothing ? EPOLL_CTL_DEL
                                                  : EPOLL_CTL_MOD;
    epoll_event event{};
    event.events = after;
    event.data.u64 = key;
    if (::epoll_ctl(set_.native_handle(), operation, handle, &event) != 0)
        throw std::system_error(errno, std::system_category(), "epoll_ctl");  // want of memory, or our own mistake
}

bool Readiness::deliver() {
    std::array<epoll_event, events_at_once> ready{};
    const int count = ::epoll_wait(set_.native_handle(), ready.data(), static_cast<int>(ready.size()), 0);
    for (int at = 0; at < count; ++at) events_.coming(ready[static_cast<std::size_t>(at)].data.u64);
    for (int at = 0; at < count; ++at) {
        const epoll_event& event = ready[static_cast<std::size_t>(at)];
        const bool has_failed = (event.events & (EPOLLHUP | EPOLLERR)) != 0;
        events_.ready(event.data.u64, has_failed || (event.events & EPOLLIN) != 0,
                      has_failed || (event.events & EPOLLOUT) != 0);
    }
    return count > 0;
}

}  // namespace trunkline::runtime
