#include "benchmarks/load/wire.hpp"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace trunkline::load {

namespace {

constexpr std::size_t largest_packet = 1024 * 1024;
// In place of a client's number.
constexpr ClientIndex of_listener = 0xffffffff;
constexpr ClientIndex of_watched = 0xfffffffe;

[[noreturn]] void fail(const char* what) { throw std::system_error(errno, std::system_category(), what); }

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

void send_at_once(int handle) {
    const int on = 1;
    ::setsockopt(handle, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

bool would_block() { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

}  // namespace

Wire::Wire(std::uint16_t port, WireEvents& events, std::size_t piece_octets)
    : port_(port), events_(events), epoll_(::epoll_create1(EPOLL_CLOEXEC)), buffer_(piece_octets) {
    if (epoll_ < 0) fail("epoll_create1");
}

Wire::~Wire() {
    for (const Client& client : clients_) {
        if (client.handle >= 0) ::close(client.handle);
    }
    if (listener_ >= 0) ::close(listener_);
    ::close(epoll_);
}

ClientIndex Wire::connect() {
    Client client;
    client.handle = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (client.handle < 0) fail("socket");
    send_at_once(client.handle);
    const sockaddr_in address = loopback(port_);
    const int result = ::connect(client.handle, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    if (result != 0 && errno != EINPROGRESS) fail("connect");
    const auto index = static_cast<ClientIndex>(clients_.size());
    want(client.handle, index, EPOLLOUT, EPOLL_CTL_ADD);
    clients_.push_back(std::move(client));
    return index;
}

void Wire::listen() {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (listener_ < 0) fail("socket");
    const int on = 1;
    ::setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    const sockaddr_in address = loopback(port_);
    if (::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) fail("bind");
    if (::listen(listener_, SOMAXCONN) != 0) fail("listen");
    want(listener_, of_listener, EPOLLIN, EPOLL_CTL_ADD);
}

void Wire::watch(int handle) { want(handle, of_watched, EPOLLIN, EPOLL_CTL_ADD); }

void Wire::accept_all() {
    for (;;) {
        Client client;
        client.handle = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (client.handle < 0 && would_block()) return;
        if (client.handle < 0) fail("accept");
        send_at_once(client.handle);
        client.is_open = true;
        const auto index = static_cast<ClientIndex>(clients_.size());
        want(client.handle, index, EPOLLIN, EPOLL_CTL_ADD);
        clients_.push_back(std::move(client));
        events_.opened(index);
    }
}

std::vector<std::byte>& Wire::output(ClientIndex index) {
    Client& client = clients_[index];
    if (!std::exchange(client.is_dirty, true)) dirty_.push_back(index);
    return client.output;
}

void Wire::round(std::chrono::milliseconds patience) {
    std::array<epoll_event, 512> ready{};
    const int count =
        ::epoll_wait(epoll_, ready.data(), static_cast<int>(ready.size()), static_cast<int>(patience.count()));
    if (count < 0 && errno != EINTR) fail("epoll_wait");
    for (int at = 0; at < count; ++at)
        on_ready(ready[static_cast<std::size_t>(at)].data.u32, ready[static_cast<std::size_t>(at)].events);
    flush();
}

void Wire::on_ready(ClientIndex index, std::uint32_t events) {
    if (index == of_listener) return accept_all();
    if (index == of_watched) return events_.readable();
    if (!clients_[index].is_open) {
        int error = 0;
        socklen_t size = sizeof error;
        ::getsockopt(clients_[index].handle, SOL_SOCKET, SO_ERROR, &error, &size);
        if (error != 0) throw std::system_error(error, std::system_category(), "connect");
        clients_[index].is_open = true;
        want(clients_[index].handle, index, EPOLLIN, EPOLL_CTL_MOD);
        return events_.opened(index);
    }
    if ((events & EPOLLOUT) != 0) send(clients_[index], index);
    if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) read(index);
}

void Wire::read(ClientIndex index) {
    const ssize_t size = ::recv(clients_[index].handle, buffer_.data(), buffer_.size(), 0);
    if (size < 0 && would_block()) return;
    if (size <= 0) {
        ::close(std::exchange(clients_[index].handle, -1));
        return events_.closed(index);
    }
    const ByteView fresh = ByteView(buffer_).first(static_cast<std::size_t>(size));
    std::vector<std::byte> whole = std::move(clients_[index].unfinished);
    clients_[index].unfinished.clear();
    if (!whole.empty()) whole.insert(whole.end(), fresh.begin(), fresh.end());
    const ByteView octets = whole.empty() ? fresh : ByteView(whole);
    const ByteView rest = octets.subspan(hand_over(index, octets));
    clients_[index].unfinished.assign(rest.begin(), rest.end());
}

std::size_t Wire::hand_over(ClientIndex index, ByteView octets) {
    std::size_t done = 0;
    while (done != octets.size()) {
        const auto frame = mqtt::next_frame(octets.subspan(done), largest_packet);
        if (!frame) break;
        if (!*frame) throw std::runtime_error("the target has sent what is no MQTT packet");
        events_.received(index, **frame);
        done += (*frame)->size;
    }
    return done;
}

void Wire::flush() {
    for (const ClientIndex index : dirty_) {
        clients_[index].is_dirty = false;
        if (!clients_[index].waits_to_write) send(clients_[index], index);
    }
    dirty_.clear();
}

void Wire::send(Client& client, ClientIndex index) {
    if (client.handle < 0 || !client.is_open) return;
    while (client.sent != client.output.size()) {
        const ByteView octets = ByteView(client.output).subspan(client.sent);
        const ssize_t size = ::send(client.handle, octets.data(), octets.size(), MSG_NOSIGNAL);
        if (size < 0) break;  // of an error, reading tells more
        client.sent += static_cast<std::size_t>(size);
    }
    const bool is_done = client.sent == client.output.size();
    if (is_done) {
        client.output.clear();
        client.sent = 0;
    }
    if (client.waits_to_write == !is_done) return;
    client.waits_to_write = !is_done;
    want(client.handle, index, is_done ? EPOLLIN : EPOLLIN | EPOLLOUT, EPOLL_CTL_MOD);
}

void Wire::want(int handle, ClientIndex index, std::uint32_t events, int operation) const {
    epoll_event event{};
    event.events = events;
    event.data.u32 = index;
    if (::epoll_ctl(epoll_, operation, handle, &event) != 0) fail("epoll_ctl");
}

}  // namespace trunkline::load
