#include "protocol/mqtt/reader.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "tests/support/packet_notation.hpp"

using namespace trunkline;
using namespace trunkline::mqtt;
using test::octets_of;

namespace {

std::string clause_of(Reader& in) { return in.failed() ? std::string(in.failure().clause) : "none"; }

/// The integer, or the clause against which it is refused.
std::string integer_of(std::string_view notation) {
    const auto octets = octets_of(notation);
    Reader in(octets, ProtocolVersion::v5);
    const std::uint32_t value = in.variable_byte_integer();
    return in.failed() ? clause_of(in) : std::to_string(value);
}

}  // namespace

TEST_CASE("§1.5: each data type") {
    const auto octets = octets_of("2a 1234 89abcdef ['text'] [00ff] 0007 'rest'");
    Reader in(octets, ProtocolVersion::v5);
    CHECK(in.byte() == 0x2a);
    CHECK(in.two_bytes() == 0x1234);
    CHECK(in.four_bytes() == 0x89abcdef);
    CHECK(in.text() == "text");
    CHECK(in.binary().size() == 2);
    CHECK(in.packet_id(clauses::request_packet_id) == PacketId{7});
    CHECK(in.remaining() == 4);
    CHECK(as_text(in.rest()) == "rest");
    CHECK(in.at_end());
    CHECK(in.finish(1).has_value());
}

TEST_CASE("§1.5.5: Variable Byte Integers at both sides of each border") {
    CHECK(integer_of("00") == "0");
    CHECK(integer_of("7f") == "127");
    CHECK(integer_of("8001") == "128");
    CHECK(integer_of("ff7f") == "16383");
    CHECK(integer_of("808001") == "16384");
    CHECK(integer_of("ffff7f") == "2097151");
    CHECK(integer_of("80808001") == "2097152");
    CHECK(integer_of("ffffff7f") == "268435455");
    CHECK(integer_of("80808080 01") == "§1.5.5");
    CHECK(integer_of("") == "§2.1.4");
    CHECK(integer_of("8080") == "§2.1.4");
}

TEST_CASE("[MQTT-1.5.5-1] padded Variable Byte Integers are refused at each length") {
    for (const auto* padded : {"8000", "ff00", "808000", "80808000"}) CHECK(integer_of(padded) == "MQTT-1.5.5-1");
}

TEST_CASE("the first failure sticks, and zeros follow") {
    const auto octets = octets_of("0000 ff");
    Reader in(octets, ProtocolVersion::v5);
    CHECK(in.packet_id(clauses::request_packet_id) == PacketId{0});
    CHECK(in.byte() == 0);
    CHECK(in.two_bytes() == 0);
    CHECK(in.text().empty());
    CHECK(in.rest().empty());
    CHECK(in.at_end());
    in.fail(ReasonCode::malformed_packet, clauses::flags);
    const Decoded<int> read = in.finish(1);
    REQUIRE(!read.has_value());
    CHECK(std::string(read.error().clause) == "MQTT-2.2.1-3");
    CHECK(read.error().reason == ReasonCode::protocol_error);
}

TEST_CASE("a field that is missing breaks the clause that demands it, in the words of the version") {
    const auto octets = octets_of("0005 'text'");
    const Clause demanded{"MQTT-3.3.2-1", "3.1.1 MQTT-3.3.2-1"};
    Reader in(octets, ProtocolVersion::v5);
    CHECK(in.text(demanded).empty());
    CHECK(clause_of(in) == "MQTT-3.3.2-1");
    Reader old(octets, ProtocolVersion::v3_1_1);
    CHECK(old.text(demanded).empty());
    CHECK(clause_of(old) == "3.1.1 MQTT-3.3.2-1");
}

TEST_CASE("what is left over is refused") {
    const auto octets = octets_of("01 02");
    Reader in(octets, ProtocolVersion::v3_1_1);
    in.byte();
    const Decoded<int> read = in.finish(1);
    REQUIRE(!read.has_value());
    CHECK(std::string(read.error().clause) == "3.1.1 §2.2.3");
}

TEST_CASE("[MQTT-1.5.4-1] [MQTT-1.5.4-2] ill-formed text and U+0000 are told apart, wherever they stand") {
    for (const std::size_t length : {1U, 15U, 16U, 17U, 100U}) {
        for (std::size_t at = 0; at < length; ++at) {
            for (const unsigned octet : {0x00U, 0x80U, 0xffU}) {
                std::vector<std::byte> octets(2 + length, std::byte{'x'});
                octets[0] = std::byte{0};
                octets[1] = static_cast<std::byte>(length);
                octets[2 + at] = static_cast<std::byte>(octet);
                Reader in(octets, ProtocolVersion::v5);
                CHECK(in.text().empty());
                CHECK(clause_of(in) == (octet == 0 ? "MQTT-1.5.4-2" : "MQTT-1.5.4-1"));
            }
        }
    }
}
