#include "benchmarks/relay/datagram_socket.hpp"

#include <arpa/inet.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>

namespace trunkline::relay {

namespace {

constexpr std::size_t largest_datagram = 2048;
constexpr int buffer_bytes = 4 << 20;

}  // namespace

DatagramSocket::DatagramSocket(std::uint16_t port)
    : handle_(::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)),
      buffer_(batch * largest_datagram),
      from_(batch),
      received_(batch) {
    ::setsockopt(handle_, SOL_SOCKET, SO_RCVBUF, &buffer_bytes, sizeof buffer_bytes);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::bind(handle_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return;
    std::perror("bind");
    std::exit(1);
}

std::size_t DatagramSocket::receive_batch() {
    std::array<mmsghdr, batch> messages{};
    std::array<iovec, batch> pieces;
    std::array<sockaddr_in, batch> from{};
    for (std::size_t at = 0; at < batch; ++at) {
        pieces[at] = {buffer_.data() + at * largest_datagram, largest_datagram};
        messages[at].msg_hdr.msg_name = &from[at];
        messages[at].msg_hdr.msg_namelen = sizeof from[at];
        messages[at].msg_hdr.msg_iov = &pieces[at];
        messages[at].msg_hdr.msg_iovlen = 1;
    }
    const int count = ::recvmmsg(handle_, messages.data(), batch, MSG_DONTWAIT, nullptr);
    if (count <= 0) return 0;
    for (std::size_t at = 0; at < static_cast<std::size_t>(count); ++at) {
        from_[at] = Place{from[at].sin_addr.s_addr} << 16U | from[at].sin_port;
        received_[at] = ByteView(buffer_).subspan(at * largest_datagram, messages[at].msg_len);
    }
    return static_cast<std::size_t>(count);
}

void DatagramSocket::put(Place to, ByteView octets) {
    entries_.push_back({to, octets_.size(), octets.size()});
    octets_.insert(octets_.end(), octets.begin(), octets.end());
}

void DatagramSocket::flush() {
    for (std::size_t done = 0; done < entries_.size();) {
        std::array<mmsghdr, batch> messages{};
        std::array<iovec, batch> pieces;
        std::array<sockaddr_in, batch> to{};
        const std::size_t size = std::min(entries_.size() - done, batch);
        for (std::size_t at = 0; at < size; ++at) {
            const Entry& entry = entries_[done + at];
            to[at].sin_family = AF_INET;
            to[at].sin_addr.s_addr = static_cast<in_addr_t>(entry.to >> 16U);
            to[at].sin_port = static_cast<in_port_t>(entry.to & 0xffffU);
            pieces[at] = {octets_.data() + entry.offset, entry.size};
            messages[at].msg_hdr.msg_name = &to[at];
            messages[at].msg_hdr.msg_namelen = sizeof to[at];
            messages[at].msg_hdr.msg_iov = &pieces[at];
            messages[at].msg_hdr.msg_iovlen = 1;
        }
        const int sent = ::sendmmsg(handle_, messages.data(), static_cast<unsigned>(size), 0);
        done += sent > 0 ? static_cast<std::size_t>(sent) : 1;  // what the network refuses is lost
    }
    entries_.clear();
    octets_.clear();
}

}  // namespace trunkline::relay
