#include "benchmarks/sensors/datagrams.hpp"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <ctime>
#include <system_error>

namespace trunkline::load {

namespace {

constexpr std::size_t batch = 64;
constexpr std::size_t largest_datagram = 2048;
constexpr int buffer_bytes = 8 << 20;
constexpr std::uint32_t first_address = 0x7f100001;  // 127.16.0.1

[[noreturn]] void fail(const char* what) { throw std::system_error(errno, std::system_category(), what); }

in_addr address_of(SensorIndex sensor) { return {htonl(first_address + sensor)}; }

/// The address of this side, in the form in which the system wants it.
struct alignas(cmsghdr) OwnAddress {
    std::array<std::byte, CMSG_SPACE(sizeof(in_pktinfo))> octets{};
};

void set_own_address(msghdr& header, OwnAddress& room, in_addr address) {
    header.msg_control = room.octets.data();
    header.msg_controllen = room.octets.size();
    cmsghdr* message = CMSG_FIRSTHDR(&header);
    message->cmsg_level = IPPROTO_IP;
    message->cmsg_type = IP_PKTINFO;
    message->cmsg_len = CMSG_LEN(sizeof(in_pktinfo));
    in_pktinfo info{};
    info.ipi_spec_dst = address;
    std::memcpy(CMSG_DATA(message), &info, sizeof info);
}

/// What the system says of a datagram: to which of this side's addresses it has come, and when.
struct alignas(cmsghdr) Arrival {
    std::array<std::byte, CMSG_SPACE(sizeof(in_pktinfo)) + CMSG_SPACE(sizeof(timespec))> octets{};
};

in_addr own_address(msghdr& header) {
    in_pktinfo info{};
    for (cmsghdr* message = CMSG_FIRSTHDR(&header); message != nullptr; message = CMSG_NXTHDR(&header, message)) {
        if (message->cmsg_level == IPPROTO_IP && message->cmsg_type == IP_PKTINFO)
            std::memcpy(&info, CMSG_DATA(message), sizeof info);
    }
    return info.ipi_addr;
}

WallTime arrival_time(msghdr& header) {
    timespec time{};
    for (cmsghdr* message = CMSG_FIRSTHDR(&header); message != nullptr; message = CMSG_NXTHDR(&header, message)) {
        if (message->cmsg_level == SOL_SOCKET && message->cmsg_type == SO_TIMESTAMPNS)
            std::memcpy(&time, CMSG_DATA(message), sizeof time);
    }
    return WallTime(std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec));
}

}  // namespace

Datagrams::Datagrams(std::uint16_t gateway)
    : handle_(::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)), buffer_(batch * largest_datagram) {
    if (handle_ < 0) fail("socket");
    const int on = 1;
    ::setsockopt(handle_, IPPROTO_IP, IP_PKTINFO, &on, sizeof on);
    if (::setsockopt(handle_, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on) != 0) fail("SO_TIMESTAMPNS");
    ::setsockopt(handle_, SOL_SOCKET, SO_RCVBUF, &buffer_bytes, sizeof buffer_bytes);
    ::setsockopt(handle_, SOL_SOCKET, SO_SNDBUF, &buffer_bytes, sizeof buffer_bytes);
    sockaddr_in any{};
    any.sin_family = AF_INET;
    if (::bind(handle_, reinterpret_cast<const sockaddr*>(&any), sizeof any) != 0) fail("bind");
    gateway_.sin_family = AF_INET;
    gateway_.sin_port = htons(gateway);
    gateway_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
}

Datagrams::~Datagrams() { ::close(handle_); }

void Datagrams::put(SensorIndex from, ByteView octets) {
    entries_.push_back({from, octets_.size(), octets.size()});
    octets_.insert(octets_.end(), octets.begin(), octets.end());
}

void Datagrams::flush() {
    std::size_t sent = 0;
    while (sent < entries_.size()) sent += send_batch(sent);
    entries_.clear();
    octets_.clear();
}

std::size_t Datagrams::send_batch(std::size_t first) {
    std::array<mmsghdr, batch> messages{};
    std::array<iovec, batch> pieces;
    std::array<OwnAddress, batch> from;
    const std::size_t size = std::min(entries_.size() - first, batch);
    for (std::size_t at = 0; at < size; ++at) {
        const Entry& entry = entries_[first + at];
        pieces[at] = {octets_.data() + entry.offset, entry.size};
        msghdr& header = messages[at].msg_hdr;
        header.msg_name = &gateway_;
        header.msg_namelen = sizeof gateway_;
        header.msg_iov = &pieces[at];
        header.msg_iovlen = 1;
        set_own_address(header, from[at], address_of(entry.from));
    }
    const int sent = ::sendmmsg(handle_, messages.data(), static_cast<unsigned>(size), 0);
    if (sent > 0) return static_cast<std::size_t>(sent);
    if (errno != EAGAIN && errno != EINTR && errno != ECONNREFUSED) fail("sendmmsg");
    return 0;
}

void Datagrams::receive(DatagramReceiver& receiver) {
    while (receive_batch(receiver) == batch) {}
}

std::size_t Datagrams::receive_batch(DatagramReceiver& receiver) {
    std::array<mmsghdr, batch> messages{};
    std::array<iovec, batch> pieces;
    std::array<Arrival, batch> arrivals;
    for (std::size_t at = 0; at < batch; ++at) {
        pieces[at] = {buffer_.data() + at * largest_datagram, largest_datagram};
        msghdr& header = messages[at].msg_hdr;
        header.msg_iov = &pieces[at];
        header.msg_iovlen = 1;
        header.msg_control = arrivals[at].octets.data();
        header.msg_controllen = arrivals[at].octets.size();
    }
    const int count = ::recvmmsg(handle_, messages.data(), batch, MSG_DONTWAIT, nullptr);
    if (count <= 0) return 0;
    const WallClock calendar(clock_.now(),
                             clock_.wall());  // anew for each batch: it may be set, and goes as it is made to
    for (std::size_t at = 0; at < static_cast<std::size_t>(count); ++at) {
        const SensorIndex sensor = ntohl(own_address(messages[at].msg_hdr).s_addr) - first_address;
        const Instant arrived = calendar.instant(arrival_time(messages[at].msg_hdr));
        receiver.datagram(sensor, ByteView(buffer_).subspan(at * largest_datagram, messages[at].msg_len), arrived);
    }
    return static_cast<std::size_t>(count);
}

}  // namespace trunkline::load
