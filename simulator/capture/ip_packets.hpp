#pragma once
// What UDP and TCP put around octets, over IPv4.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "protocol/base/address.hpp"
#include "protocol/base/bytes.hpp"

namespace trunkline::sim {

/// RFC 768 in RFC 791, with both checksums. Addresses are of IPv4.
std::vector<std::byte> udp_packet(const Address& from, const Address& to, ByteView payload);

/// The header of a TCP segment (RFC 9293 §3.1), as far as streams have any of it.
struct TcpHeader {
    static constexpr unsigned window_scale = 3;  // RFC 7323: windows are told in units of 8 octets

    std::uint32_t sequence = 0;
    std::uint32_t acknowledged = 0;  // means nothing without `ack`
    bool syn = false;                // also tells maximum segment size and window scale
    bool ack = false;
    bool fin = false;
    bool rst = false;
    std::uint16_t window = 0;
};
std::vector<std::byte> tcp_packet(const Address& from, const Address& to, const TcpHeader& header, ByteView payload);

/// RFC 1071 over octets; of a whole packet part with its checksum in it, 0.
std::uint16_t internet_checksum(ByteView octets);

}  // namespace trunkline::sim
