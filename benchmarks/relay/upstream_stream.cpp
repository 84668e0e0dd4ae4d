#include "benchmarks/relay/upstream_stream.hpp"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>

namespace trunkline::relay {

namespace {

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

}  // namespace

bool UpstreamStream::is_anybody_at(std::uint16_t port) {
    const int handle = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (handle < 0) fail("socket");
    const sockaddr_in address = loopback(port);
    const int result = ::connect(handle, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    ::close(handle);
    return result == 0;
}

void UpstreamStream::fail(const char* what) {
    std::perror(what);
    std::exit(1);
}

UpstreamStream::UpstreamStream(int epoll, std::uint16_t port, std::uint64_t data)
    : epoll_(epoll), handle_(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)), data_(data) {
    if (handle_ < 0) fail("socket");
    const int on = 1;
    ::setsockopt(handle_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const sockaddr_in address = loopback(port);
    const int result = ::connect(handle_, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    if (result != 0 && errno != EINPROGRESS) fail("connect");
    want(EPOLLIN | EPOLLOUT, EPOLL_CTL_ADD);
}

void UpstreamStream::send() {
    while (sent_ != output_.size()) {
        const ssize_t size = ::send(handle_, output_.data() + sent_, output_.size() - sent_, MSG_NOSIGNAL);
        if (size < 0) break;  // reading will tell if it has failed
        sent_ += static_cast<std::size_t>(size);
    }
    const bool is_done = sent_ == output_.size();
    if (is_done) {
        output_.clear();
        sent_ = 0;
    }
    if (waits_to_write_ == !is_done) return;
    waits_to_write_ = !is_done;
    want(is_done ? EPOLLIN : EPOLLIN | EPOLLOUT, EPOLL_CTL_MOD);
}

ByteView UpstreamStream::read(std::vector<std::byte>& buffer) {
    const ssize_t size = ::recv(handle_, buffer.data(), buffer.size(), 0);
    if (size == 0 || (size < 0 && errno != EAGAIN)) fail("the broker has ended a connection");
    const ByteView fresh = ByteView(buffer).first(size < 0 ? 0 : static_cast<std::size_t>(size));
    if (unfinished_.empty()) return fresh;
    whole_ = std::move(unfinished_);
    whole_.insert(whole_.end(), fresh.begin(), fresh.end());
    return whole_;
}

void UpstreamStream::want(std::uint32_t events, int operation) const {
    epoll_event event{};
    event.events = events;
    event.data.u64 = data_;
    if (::epoll_ctl(epoll_, operation, handle_, &event) != 0) fail("epoll_ctl");
}

}  // namespace trunkline::relay
