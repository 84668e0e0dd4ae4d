// The least that a program can do which passes on PUBLISH: the floor under every broker's figures on this machine.
//
// It reads each ready socket once a round, answers what has to be answered, copies every PUBLISH to everybody who has
// ever subscribed, and sends to each connection once a round. No topics, no sessions, no windows, no checks, no memory
// of what it has sent: a broker it is not.

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <utility>
#include <vector>

#include "protocol/mqtt/codec.hpp"

namespace trunkline::relay {

namespace {

using Octets = std::vector<std::byte>;
using mqtt::PacketType;

constexpr std::size_t buffer_bytes = 256 * 1024;
constexpr std::size_t largest_packet = 1024 * 1024;

struct Peer {
    int handle = -1;
    std::uint16_t last_packet_id = 0;  // of a subscriber
    bool is_dirty = false;
    bool waits_to_write = false;
    std::size_t sent = 0;
    Octets output;
    Octets unfinished;
};

class Relay {
public:
    explicit Relay(std::uint16_t port);
    [[noreturn]] void run();

private:
    void accept_all();
    void on_ready(Peer& peer, std::uint32_t events);
    void read(Peer& peer);
    void handle(Peer& peer, const mqtt::Frame& frame);
    void publish(Peer& publisher, const mqtt::Frame& frame);
    void answer(Peer& peer, PacketType type, ByteView packet_id);
    void send(Peer& peer);
    void want(Peer& peer, std::uint32_t events, int operation) const;
    void end(Peer& peer);
    Octets& output(Peer& peer);

    int listener_;
    int epoll_;
    std::vector<std::unique_ptr<Peer>> peers_;  // by handle
    std::vector<Peer*> subscribers_;
    std::vector<Peer*> dirty_;
    Octets buffer_;
};

[[noreturn]] void fail(const char* what) {
    std::perror(what);
    std::exit(1);
}

Relay::Relay(std::uint16_t port)
    : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      buffer_(buffer_bytes) {
    const int on = 1;
    ::setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) fail("bind");
    if (::listen(listener_, SOMAXCONN) != 0) fail("listen");
    epoll_event event{};
    event.events = EPOLLIN;
    if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, listener_, &event) != 0) fail("epoll_ctl");
}

void Relay::run() {
    std::array<epoll_event, 512> ready{};
    for (;;) {
        const int count = ::epoll_wait(epoll_, ready.data(), static_cast<int>(ready.size()), -1);
        if (count < 0 && errno != EINTR) fail("epoll_wait");
        for (int at = 0; at < count; ++at) {
            const epoll_event& event = ready[static_cast<std::size_t>(at)];
            if (event.data.ptr == nullptr) accept_all();
            else on_ready(*static_cast<Peer*>(event.data.ptr), event.events);
        }
        for (Peer* peer : dirty_) {
            peer->is_dirty = false;
            if (!peer->waits_to_write) send(*peer);
        }
        dirty_.clear();
    }
}

void Relay::accept_all() {
    for (;;) {
        const int handle = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (handle < 0) return;
        const int on = 1;
        ::setsockopt(handle, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        const auto place = static_cast<std::size_t>(handle);
        if (peers_.size() <= place) peers_.resize(place + 1);
        // The same place in memory as long as the number lives: an event of this round may still name the one before.
        if (!peers_[place]) peers_[place] = std::make_unique<Peer>();
        *peers_[place] = Peer();
        peers_[place]->handle = handle;
        want(*peers_[place], EPOLLIN, EPOLL_CTL_ADD);
    }
}

void Relay::on_ready(Peer& peer, std::uint32_t events) {
    if ((events & EPOLLOUT) != 0) send(peer);
    if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) read(peer);
}

void Relay::read(Peer& peer) {
    const ssize_t size = ::recv(peer.handle, buffer_.data(), buffer_.size(), 0);
    if (size < 0 && errno == EAGAIN) return;
    if (size <= 0) return end(peer);
    ByteView octets = ByteView(buffer_).first(static_cast<std::size_t>(size));
    Octets whole = std::move(peer.unfinished);
    peer.unfinished.clear();
    if (!whole.empty()) {
        whole.insert(whole.end(), octets.begin(), octets.end());
        octets = whole;
    }
    while (const auto frame = mqtt::next_frame(octets, largest_packet)) {
        if (!*frame) return end(peer);
        handle(peer, **frame);
        octets = octets.subspan((*frame)->size);
    }
    peer.unfinished.assign(octets.begin(), octets.end());
}

void Relay::handle(Peer& peer, const mqtt::Frame& frame) {
    constexpr std::array accepted{std::byte{0x20}, std::byte{2}, std::byte{0}, std::byte{0}};
    switch (frame.type()) {
        case PacketType::connect:
            output(peer).insert(output(peer).end(), accepted.begin(), accepted.end());
            break;
        case PacketType::subscribe: {
            const std::array granted{std::byte{0x90}, std::byte{3}, frame.body[0], frame.body[1], frame.body.back()};
            output(peer).insert(output(peer).end(), granted.begin(), granted.end());
            subscribers_.push_back(&peer);
            break;
        }
        case PacketType::publish:
            publish(peer, frame);
            break;
        case PacketType::pubrel:
            answer(peer, PacketType::pubcomp, frame.body.first(2));
            break;
        case PacketType::pubrec:
            answer(peer, PacketType::pubrel, frame.body.first(2));
            break;
        default:
            break;
    }
}

void Relay::publish(Peer& publisher, const mqtt::Frame& frame) {
    const ByteView packet(frame.body.data() - (frame.size - frame.body.size()), frame.size);
    const unsigned qos = frame.flags() >> 1U & 3U;
    const std::size_t topic =
        2 + (std::to_integer<std::size_t>(frame.body[0]) << 8U) + std::to_integer<std::size_t>(frame.body[1]);
    if (qos != 0) answer(publisher, qos == 1 ? PacketType::puback : PacketType::pubrec, frame.body.subspan(topic, 2));
    for (Peer* subscriber : subscribers_) {
        Octets& out = output(*subscriber);
        out.insert(out.end(), packet.begin(), packet.end());
        if (qos == 0) continue;
        if (++subscriber->last_packet_id == 0) ++subscriber->last_packet_id;
        std::byte* id = &out[out.size() - (frame.body.size() - topic)];
        id[0] = static_cast<std::byte>(subscriber->last_packet_id >> 8U);
        id[1] = static_cast<std::byte>(subscriber->last_packet_id & 0xffU);
    }
}

void Relay::answer(Peer& peer, PacketType type, ByteView packet_id) {
    const unsigned flags = type == PacketType::pubrel ? 2 : 0;
    const std::array octets{static_cast<std::byte>(static_cast<unsigned>(type) << 4U | flags), std::byte{2},
                            packet_id[0], packet_id[1]};
    Octets& out = output(peer);
    out.insert(out.end(), octets.begin(), octets.end());
}

Octets& Relay::output(Peer& peer) {
    if (!peer.is_dirty) dirty_.push_back(&peer);
    peer.is_dirty = true;
    return peer.output;
}

void Relay::send(Peer& peer) {
    while (peer.handle >= 0 && peer.sent != peer.output.size()) {
        const ssize_t size =
            ::send(peer.handle, peer.output.data() + peer.sent, peer.output.size() - peer.sent, MSG_NOSIGNAL);
        if (size < 0) break;  // reading will tell if it has failed
        peer.sent += static_cast<std::size_t>(size);
    }
    const bool is_done = peer.sent == peer.output.size();
    if (is_done) {
        peer.output.clear();
        peer.sent = 0;
    }
    if (peer.handle < 0 || peer.waits_to_write == !is_done) return;
    peer.waits_to_write = !is_done;
    want(peer, is_done ? EPOLLIN : EPOLLIN | EPOLLOUT, EPOLL_CTL_MOD);
}

void Relay::want(Peer& peer, std::uint32_t events, int operation) const {
    epoll_event event{};
    event.events = events;
    event.data.ptr = &peer;
    if (::epoll_ctl(epoll_, operation, peer.handle, &event) != 0) fail("epoll_ctl");
}

void Relay::end(Peer& peer) {
    std::erase(subscribers_, &peer);
    std::erase(dirty_, &peer);
    ::close(peer.handle);
    peer.handle = -1;
}

void raise_open_file_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

}  // namespace trunkline::relay

int main(int argc, char** argv) {
    const long port = argc == 2 ? std::strtol(argv[1], nullptr, 10) : 0;
    if (port < 1 || port > 65'535) {
        std::fputs("frame_relay PORT\n", stderr);
        return 2;
    }
    trunkline::relay::raise_open_file_limit();
    trunkline::relay::Relay relay(static_cast<std::uint16_t>(port));
    std::fputs("ready\n", stderr);
    relay.run();
}
