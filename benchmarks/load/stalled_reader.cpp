#include "benchmarks/load/stalled_reader.hpp"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <stdexcept>

#include "benchmarks/load/packets.hpp"

namespace trunkline::load {

namespace {

constexpr int room_bytes = 4096;
constexpr std::size_t connack_bytes = 4;

void send_all(int handle, const Octets& octets) {
    if (::send(handle, octets.data(), octets.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(octets.size()))
        throw std::runtime_error("the target does not take the stalled reader");
}

void read_exactly(int handle, std::span<std::byte> octets) {
    if (::recv(handle, octets.data(), octets.size(), MSG_WAITALL) != static_cast<ssize_t>(octets.size()))
        throw std::runtime_error("the target does not answer the stalled reader");
}

}  // namespace

StalledReader::StalledReader(std::uint16_t port, std::string_view filter, mqtt::QoS qos)
    : handle_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    ::setsockopt(handle_, SOL_SOCKET, SO_RCVBUF, &room_bytes, sizeof room_bytes);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(handle_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        throw std::runtime_error("the target does not accept the stalled reader");
    Octets octets;
    put_connect("stalled-reader", true, octets);
    send_all(handle_, octets);
    std::array<std::byte, connack_bytes> answer{};
    read_exactly(handle_, answer);
    octets.clear();
    put_subscribe(filter, qos, octets);
    send_all(handle_, octets);
    read_exactly(handle_, std::span(answer).first(1));  // whatever is first: the subscription is in force
}

StalledReader::~StalledReader() { ::close(handle_); }

}  // namespace trunkline::load
