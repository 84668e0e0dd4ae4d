#include "protocol/mqtt/writer.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "tests/support/packet_notation.hpp"

using namespace trunkline;
using namespace trunkline::mqtt;
using test::octets_of;

namespace {

/// What the fields are when written, after they were measured to be as long.
template <typename Fields>
std::vector<std::byte> written(const Fields& fields) {
    FieldCounter counter;
    fields(counter);
    std::vector<std::byte> room(counter.size());
    FieldWriter writer(room);
    fields(writer);
    CHECK(writer.position() == room.data() + room.size());
    return room;
}

}  // namespace

TEST_CASE("§1.5: each data type is written as it is read") {
    const auto octets = octets_of("00ff");
    PropertyBuilder properties;
    properties.number(PropertyId::topic_alias, 7);
    const auto fields = [&](auto& out) {
        out.byte(0x2a);
        out.two_bytes(0x1234);
        out.four_bytes(0x89abcdef);
        out.text("text");
        out.binary(octets);
        out.octets(octets);
        out.octets({});
        out.packet_id(PacketId{7});
        out.properties(properties.view());
        out.properties({});
    };
    CHECK(written(fields) == octets_of("2a 1234 89abcdef ['text'] [00ff] 00ff 0007 {23 0007} 00"));
}

TEST_CASE("[MQTT-1.5.5-1] Variable Byte Integers are written in their shortest form, at both sides of each border") {
    struct Case {
        std::size_t value;
        const char* octets;
    };
    for (const Case& test :
         {Case{0, "00"}, Case{127, "7f"}, Case{128, "8001"}, Case{16'383, "ff7f"}, Case{16'384, "808001"},
          Case{2'097'151, "ffff7f"}, Case{2'097'152, "80808001"}, Case{268'435'455, "ffffff7f"}}) {
        CAPTURE(test.value);
        CHECK(written([&](auto& out) { out.variable_byte_integer(test.value); }) == octets_of(test.octets));
        CHECK(variable_byte_integer_size(test.value) == octets_of(test.octets).size());
    }
}

TEST_CASE("a packet is appended to what is there, or measured alone") {
    OutputBytes out;
    out.append(octets_of("ff"));
    const auto fields = [](auto& sink) { sink.text(std::string(126, 'x')); };
    CHECK(put_packet(first_octet(PacketType::publish, 3), nullptr, fields) == 1 + 2 + 128);
    CHECK(put_packet(first_octet(PacketType::publish, 3), &out, fields) == 1 + 2 + 128);
    const std::string text(126, 'x');
    const auto expected = octets_of("ff 33 {['" + text + "']}");
    CHECK(std::vector<std::byte>(out.view().begin(), out.view().end()) == expected);
}
