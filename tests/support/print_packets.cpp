// Prints the packets of packet_samples.hpp for tests in other languages, one a line, fields separated by tabs:
//     malformed VERSION OCTETS REASON NAME
//     valid VERSION OCTETS
// VERSION is the protocol level, OCTETS and REASON are hexadecimal. With the argument mqtt-sn those of
// datagram_samples.hpp:
//     malformed OCTETS NAME
//     valid OCTETS NAME

#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/datagram_samples.hpp"
#include "tests/support/hex.hpp"
#include "tests/support/packet_samples.hpp"

namespace {

std::string hexadecimal(const std::vector<std::byte>& octets) {
    std::string text;
    for (const std::byte octet : octets) {
        char digits[3];
        std::snprintf(digits, sizeof digits, "%02x", std::to_integer<unsigned>(octet));
        text += digits;
    }
    return text;
}

using namespace trunkline::test;

template <typename Samples>
void print_datagrams(const char* kind, const Samples& samples) {
    for (const auto& sample : samples)
        std::printf("%s\t%s\t%s\n", kind, hexadecimal(from_hex(sample.hex)).c_str(), std::string(sample.name).c_str());
}

void print_packets() {
    for (const PacketSample& sample : malformed_packets()) {
        std::printf("malformed\t%u\t%s\t%02x\t%s\n", static_cast<unsigned>(sample.version),
                    hexadecimal(sample.octets()).c_str(), static_cast<unsigned>(sample.reason),
                    std::string(sample.name).c_str());
    }
    for (const ValidSample& sample : valid_packets()) {
        std::printf("valid\t%u\t%s\n", static_cast<unsigned>(sample.version), hexadecimal(sample.octets()).c_str());
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc == 1) {
        print_packets();
        return 0;
    }
    if (std::string_view(argv[1]) != "mqtt-sn") return 2;
    print_datagrams("malformed", malformed_datagrams);
    print_datagrams("valid", well_formed_datagrams);
}
