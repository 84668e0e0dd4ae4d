#include "simulator/capture/pcapng.hpp"

#include <doctest/doctest.h>

using namespace std::chrono_literals;
using namespace trunkline;
using namespace trunkline::sim;

namespace {

std::uint32_t number_at(const std::string& block, std::size_t at) {
    std::uint32_t number = 0;
    for (std::size_t octet = 4; octet-- > 0;) number = number << 8U | static_cast<unsigned char>(block[at + octet]);
    return number;
}

/// Length in front and behind, in whole words.
void check_frame(const std::string& block, std::uint32_t type) {
    CHECK(number_at(block, 0) == type);
    CHECK(number_at(block, 4) == block.size());
    CHECK(number_at(block, block.size() - 4) == block.size());
    CHECK(block.size() % 4 == 0);
}

}  // namespace

TEST_CASE("each block tells its length at both ends, whatever its texts are long") {
    for (const char* text : {"", "a", "ab", "abc", "abcd"}) {
        check_frame(section_header(text), 0x0a0d0d0a);
        check_frame(interface_description(text), 1);
        check_frame(enhanced_packet(0, WallTime(), as_byte_view("12345"), text), 6);
    }
}

TEST_CASE("a packet has its interface, its time in nanoseconds, and its remark") {
    const std::string packet = enhanced_packet(3, WallTime(1'767'225'600s + 5ns), as_byte_view("12345"), "lost");
    CHECK(number_at(packet, 8) == 3);
    const std::uint64_t time = std::uint64_t{number_at(packet, 12)} << 32U | number_at(packet, 16);
    CHECK(time == 1'767'225'600'000'000'005);
    CHECK(number_at(packet, 20) == 5);
    CHECK(packet.substr(28, 8) == std::string("12345\0\0\0", 8));
    CHECK(packet.find("lost") != std::string::npos);
    CHECK(enhanced_packet(3, WallTime(), as_byte_view("12345"), "").size() == 32 + 8);  // without options
}
