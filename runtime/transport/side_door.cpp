#include "runtime/transport/side_door.hpp"

#include <linux/filter.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

namespace trunkline::runtime {

std::error_code attach_side_door(int handle, const SideDoorRule& rule) {
    constexpr std::uint32_t main_socket = 0, door_socket = 1;
    constexpr std::uint16_t load_octet = BPF_LD | BPF_B | BPF_ABS;  // beyond the end: the program ends with 0
    constexpr std::uint16_t if_equal = BPF_JMP | BPF_JEQ | BPF_K;
    constexpr std::uint16_t go_on = BPF_JMP | BPF_JA;
    constexpr std::uint16_t choose = BPF_RET | BPF_K;
    std::array<sock_filter, 8> program{{
        {load_octet, 0, 0, 0},
        {if_equal, 2, 0, rule.first},
        {load_octet, 0, 0, rule.at},
        {go_on, 0, 0, 1},
        {load_octet, 0, 0, rule.at_behind_first},
        {if_equal, 1, 0, rule.value},
        {choose, 0, 0, main_socket},
        {choose, 0, 0, door_socket},
    }};
    const sock_fprog whole{program.size(), program.data()};
    if (::setsockopt(handle, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, &whole, sizeof whole) == 0) return {};
    return {errno, std::system_category()};
}

}  // namespace trunkline::runtime
