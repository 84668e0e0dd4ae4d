// Prints the packets of packet_samples.hpp for tests in other languages, one a line, fields separated by tabs:
//     malformed VERSION OCTETS REASON NAME
//     valid VERSION OCTETS
// VERSION is the protocol level, OCTETS and REASON are hexadecimal.

#include <cstdio>
#include <string>
#include <vector>

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

}  // namespace

int main() {
    using namespace trunkline::test;
    for (const PacketSample& sample : malformed_packets()) {
        std::printf("malformed\t%u\t%s\t%02x\t%s\n", static_cast<unsigned>(sample.version),
                    hexadecimal(sample.octets()).c_str(), static_cast<unsigned>(sample.reason),
                    std::string(sample.name).c_str());
    }
    for (const ValidSample& sample : valid_packets()) {
        std::printf("valid\t%u\t%s\n", static_cast<unsigned>(sample.version), hexadecimal(sample.octets()).c_str());
    }
}
