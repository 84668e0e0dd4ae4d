#include "simulator/capture/ip_packets.hpp"

#include "simulator/links/stream_direction.hpp"

namespace trunkline::sim {

namespace {

using Octets = std::vector<std::byte>;

constexpr std::uint8_t protocol_tcp = 6;
constexpr std::uint8_t protocol_udp = 17;
constexpr std::size_t ip_octets = 20;
constexpr std::size_t ip_checksum_at = 10;
constexpr std::size_t udp_checksum_at = 6;
constexpr std::size_t tcp_checksum_at = 16;
constexpr std::size_t first_octet_at = 12;  // of an IPv4 address within its IPv6 form

void put(Octets& octets, std::uint64_t number, unsigned size) {
    while (size-- > 0) octets.push_back(static_cast<std::byte>(number >> (8 * size) & 0xffU));
}

void put(Octets& octets, const Address& address) {
    for (std::size_t at = first_octet_at; at < address.ip.size(); ++at) put(octets, address.ip[at], 1);
}

void set_checksum(Octets& octets, std::size_t at, std::uint16_t checksum) {
    octets[at] = static_cast<std::byte>(checksum >> 8U);
    octets[at + 1] = static_cast<std::byte>(checksum & 0xffU);
}

/// RFC 9293 §3.1, RFC 768: over addresses, protocol and length besides.
std::uint16_t checksum_with_addresses(const Address& from, const Address& to, std::uint8_t protocol,
                                      const Octets& octets) {
    Octets all;
    put(all, from);
    put(all, to);
    put(all, protocol, 2);
    put(all, octets.size(), 2);
    all.insert(all.end(), octets.begin(), octets.end());
    return internet_checksum(all);
}

Octets in_ip(const Address& from, const Address& to, std::uint8_t protocol, const Octets& inner) {
    constexpr std::uint16_t do_not_fragment = 0x4000;
    constexpr std::uint8_t time_to_live = 64;
    Octets packet;
    packet.reserve(ip_octets + inner.size());
    put(packet, 0x45, 1);  // version 4, five words
    put(packet, 0, 1);
    put(packet, ip_octets + inner.size(), 2);
    put(packet, 0, 2);
    put(packet, do_not_fragment, 2);
    put(packet, time_to_live, 1);
    put(packet, protocol, 1);
    put(packet, 0, 2);
    put(packet, from);
    put(packet, to);
    set_checksum(packet, ip_checksum_at, internet_checksum(packet));
    packet.insert(packet.end(), inner.begin(), inner.end());
    return packet;
}

}  // namespace

std::uint16_t internet_checksum(ByteView octets) {
    std::uint32_t sum = 0;
    for (std::size_t at = 0; at < octets.size(); ++at) {
        const auto octet = static_cast<std::uint32_t>(octets[at]);
        sum += at % 2 == 0 ? octet << 8U : octet;
    }
    while (sum >> 16U != 0) sum = (sum & 0xffffU) + (sum >> 16U);
    return static_cast<std::uint16_t>(~sum & 0xffffU);
}

Octets udp_packet(const Address& from, const Address& to, ByteView payload) {
    constexpr std::size_t header = 8;
    Octets datagram;
    put(datagram, from.port, 2);
    put(datagram, to.port, 2);
    put(datagram, header + payload.size(), 2);
    put(datagram, 0, 2);
    datagram.insert(datagram.end(), payload.begin(), payload.end());
    const std::uint16_t checksum = checksum_with_addresses(from, to, protocol_udp, datagram);
    // 0 would say that there is none (RFC 768).
    set_checksum(datagram, udp_checksum_at, checksum == 0 ? std::uint16_t{0xffff} : checksum);
    return in_ip(from, to, protocol_udp, datagram);
}

Octets tcp_packet(const Address& from, const Address& to, const TcpHeader& header, ByteView payload) {
    constexpr unsigned words = 5;
    constexpr unsigned option_words = 2;
    Octets segment;
    put(segment, from.port, 2);
    put(segment, to.port, 2);
    put(segment, header.sequence, 4);
    put(segment, header.ack ? header.acknowledged : 0, 4);
    put(segment, (header.syn ? words + option_words : words) << 4U, 1);
    const bool pushes = !payload.empty();
    put(segment,
        unsigned{header.fin} | unsigned{header.syn} << 1U | unsigned{header.rst} << 2U | unsigned{pushes} << 3U |
            unsigned{header.ack} << 4U,
        1);
    put(segment, header.window, 2);
    put(segment, 0, 4);
    if (header.syn) {
        put(segment, 0x0204, 2);  // RFC 9293 §3.2: maximum segment size
        put(segment, StreamDirection::maximum_segment, 2);
        put(segment, 0x01030300U | TcpHeader::window_scale, 4);  // no operation; RFC 7323 §2.2
    }
    segment.insert(segment.end(), payload.begin(), payload.end());
    set_checksum(segment, tcp_checksum_at, checksum_with_addresses(from, to, protocol_tcp, segment));
    return in_ip(from, to, protocol_tcp, segment);
}

}  // namespace trunkline::sim
