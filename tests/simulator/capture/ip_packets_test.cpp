#include "simulator/capture/ip_packets.hpp"

#include <doctest/doctest.h>

using namespace trunkline;
using namespace trunkline::sim;

namespace {

const Address sensor = Address::v4(10, 0, 0, 7, 10000);
const Address gateway = Address::v4(172, 17, 0, 1, 1884);
constexpr std::size_t ip_octets = 20;

/// Of the part behind the IP header, with what its checksum covers besides (RFC 768, RFC 9293 §3.1).
std::uint16_t checksum_of_payload(const std::vector<std::byte>& packet) {
    const ByteView inner = ByteView(packet).subspan(ip_octets);
    std::vector<std::byte> all(packet.begin() + 12, packet.begin() + 20);
    all.push_back(std::byte{0});
    all.push_back(packet[9]);
    all.push_back(static_cast<std::byte>(inner.size() >> 8U));
    all.push_back(static_cast<std::byte>(inner.size() & 0xffU));
    all.insert(all.end(), inner.begin(), inner.end());
    return internet_checksum(all);
}

void check_checksums(const std::vector<std::byte>& packet) {
    CHECK(internet_checksum(ByteView(packet).first(ip_octets)) == 0);
    CHECK(checksum_of_payload(packet) == 0);
}

}  // namespace

TEST_CASE("the checksum is that of RFC 1071's example") {
    const std::byte octets[] = {std::byte{0x00}, std::byte{0x01}, std::byte{0xf2}, std::byte{0x03},
                                std::byte{0xf4}, std::byte{0xf5}, std::byte{0xf6}, std::byte{0xf7}};
    CHECK(internet_checksum(octets) == static_cast<std::uint16_t>(~0xddf2U));
}

TEST_CASE("a datagram has its headers around it, and checksums over an even and an odd number of octets") {
    for (const char* text : {"", "a", "ab", "abc"}) {
        const ByteView payload = as_byte_view(text);
        const std::vector<std::byte> packet = udp_packet(sensor, gateway, payload);
        REQUIRE(packet.size() == ip_octets + 8 + payload.size());
        check_checksums(packet);
        CHECK(as_text(ByteView(packet).subspan(ip_octets + 8)) == text);
    }
}

TEST_CASE("a segment says what it is, and only SYN has options") {
    TcpHeader syn;
    syn.syn = true;
    const std::vector<std::byte> opening = tcp_packet(sensor, gateway, syn, {});
    CHECK(opening.size() == ip_octets + 28);
    CHECK(opening[ip_octets + 13] == std::byte{0x02});
    check_checksums(opening);

    TcpHeader data;
    data.ack = true;
    data.sequence = 0x01020304;
    const std::vector<std::byte> segment = tcp_packet(sensor, gateway, data, as_byte_view("octets"));
    CHECK(segment.size() == ip_octets + 20 + 6);
    CHECK(segment[ip_octets + 4] == std::byte{0x01});
    CHECK(segment[ip_octets + 7] == std::byte{0x04});
    CHECK(segment[ip_octets + 13] == std::byte{0x18});  // PSH and ACK
    check_checksums(segment);
}
