#include "runtime/transport/side_door.hpp"

#include <linux/filter.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <vector>

namespace trunkline::runtime {

namespace {

constexpr std::uint16_t load_octet = BPF_LD | BPF_B | BPF_ABS;  // beyond the end: the program ends with 0
constexpr std::uint16_t load_two = BPF_LD | BPF_H | BPF_ABS;
constexpr std::uint16_t load_two_behind_x = BPF_LD | BPF_H | BPF_IND;
constexpr std::uint16_t load_four = BPF_LD | BPF_W | BPF_ABS;
constexpr std::uint16_t load_number = BPF_LD | BPF_IMM;
constexpr std::uint16_t load_header_length_to_x = BPF_LDX | BPF_B | BPF_MSH;
constexpr std::uint16_t to_x = BPF_MISC | BPF_TAX;
constexpr std::uint16_t from_x = BPF_MISC | BPF_TXA;
constexpr std::uint16_t and_number = BPF_ALU | BPF_AND | BPF_K;
constexpr std::uint16_t xor_number = BPF_ALU | BPF_XOR | BPF_K;
constexpr std::uint16_t xor_x = BPF_ALU | BPF_XOR | BPF_X;
constexpr std::uint16_t add = BPF_ALU | BPF_ADD | BPF_K;
constexpr std::uint16_t multiply = BPF_ALU | BPF_MUL | BPF_K;
constexpr std::uint16_t shift_right = BPF_ALU | BPF_RSH | BPF_K;
constexpr std::uint16_t if_equal = BPF_JMP | BPF_JEQ | BPF_K;
constexpr std::uint16_t go_on = BPF_JMP | BPF_JA;
constexpr std::uint16_t choose = BPF_RET | BPF_A;

// From here offsets are of the header of IP; others are of the datagram's own octets.
constexpr auto ip_header = static_cast<std::uint32_t>(SKF_NET_OFF);

using Program = std::vector<sock_filter>;

Program operator+(Program first, const Program& second) {
    first.insert(first.end(), second.begin(), second.end());
    return first;
}

constexpr std::uint32_t spreading = 0x9e3779b1;  // the golden ratio of 2^32: numbers in a row are spread evenly

/// Four more octets of an address for the hash.
Program mixed_with(std::uint32_t at) {
    return {{multiply, 0, 0, spreading}, {to_x, 0, 0, 0}, {load_four, 0, 0, ip_header + at}, {xor_x, 0, 0, 0}};
}

/// X becomes the index of the front of the sender's share. A socket of both kinds of IP gets headers of both. The port
/// is right in front of the datagram, but only where the header of IP ends there; with extension headers of IPv6, which
/// no sensor is known to send, the address alone decides.
Program find_share(const PortShare& share) {
    const auto count = static_cast<std::uint32_t>(share.count);
    const Program start{{xor_number, 0, 0, static_cast<std::uint32_t>(share.key)}};
    const Program v4 = Program{{load_header_length_to_x, 0, 0, ip_header}, {load_two_behind_x, 0, 0, ip_header}} +
                       start + mixed_with(12);
    const Program v6 = Program{{load_octet, 0, 0, ip_header + 6},
                               {if_equal, 0, 2, IPPROTO_UDP},
                               {load_two, 0, 0, ip_header + 40},
                               {go_on, 0, 0, 1},
                               {load_number, 0, 0, 0}} +
                       start + mixed_with(8) + mixed_with(12) + mixed_with(16) + mixed_with(20) +
                       Program{{go_on, 0, 0, static_cast<std::uint32_t>(v4.size())}};
    return Program{{load_octet, 0, 0, ip_header},
                   {and_number, 0, 0, 0xf0},
                   {if_equal, static_cast<std::uint8_t>(v6.size()), 0, 0x40}} +
           v6 + v4 + Program{{multiply, 0, 0, spreading}, {shift_right, 0, 0, 16}, {multiply, 0, 0, count},
                             {shift_right, 0, 0, 16},     {multiply, 0, 0, 2},     {to_x, 0, 0, 0}};
}

/// Of the share in X.
Program choose_front_or_door(const SideDoorRule& rule) {
    return {
        {load_octet, 0, 0, 0},
        {if_equal, 2, 0, rule.first},
        {load_octet, 0, 0, rule.at},
        {go_on, 0, 0, 1},
        {load_octet, 0, 0, rule.at_behind_first},
        {if_equal, 2, 0, rule.value},
        {from_x, 0, 0, 0},
        {choose, 0, 0, 0},
        {from_x, 0, 0, 0},
        {add, 0, 0, 1},
        {choose, 0, 0, 0},
    };
}

}  // namespace

std::error_code attach_side_doors(int handle, const SideDoorRule& rule, const PortShare& share) {
    // One that has the port to itself is at 0, which X is at first.
    Program program = (share.count == 1 ? Program() : find_share(share)) + choose_front_or_door(rule);
    const sock_fprog whole{static_cast<unsigned short>(program.size()), program.data()};
    if (::setsockopt(handle, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, &whole, sizeof whole) == 0) return {};
    return {errno, std::system_category()};
}

}  // namespace trunkline::runtime
