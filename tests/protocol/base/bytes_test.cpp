#include "protocol/base/bytes.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace trunkline;

namespace {

OutputBytes holding(std::string_view text) {
    OutputBytes bytes;
    bytes.append(as_byte_view(text));
    return bytes;
}

std::string text_of(const OutputBytes& bytes) { return std::string(as_text(bytes.view())); }

}  // namespace

TEST_CASE("a text and its octets view each other without a copy") {
    const std::string text = "station/7";
    CHECK(as_byte_view(text).size() == 9);
    CHECK(as_text(as_byte_view(text)).data() == text.data());
    CHECK(as_text(as_byte_view(text)) == text);
    CHECK(as_text(ByteView{}).empty());
}

TEST_CASE("output leaves in the order in which it was appended") {
    OutputBytes bytes = holding("abc");
    bytes.append(as_byte_view("de"));
    CHECK(text_of(bytes) == "abcde");
    bytes.consume(2);
    CHECK(text_of(bytes) == "cde");
    CHECK(bytes.size() == 3);
    bytes.append(as_byte_view("f"));
    CHECK(text_of(bytes) == "cdef");
    bytes.consume(0);
    CHECK(text_of(bytes) == "cdef");
}

TEST_CASE("output that was consumed to the last byte holds no memory and is usable again") {
    OutputBytes bytes = holding("abc");
    bytes.consume(3);
    CHECK(bytes.empty());
    CHECK(bytes.memory_bytes() == 0);
    bytes.append(as_byte_view("x"));
    CHECK(text_of(bytes) == "x");
}

TEST_CASE("a buffer that is never quite emptied does not keep what was consumed") {
    OutputBytes bytes = holding("ab");
    for (int round = 0; round < 10'000; ++round) {
        bytes.append(as_byte_view("ab"));
        bytes.consume(2);
        REQUIRE(text_of(bytes) == "ab");
    }
    CHECK(bytes.memory_bytes() < 64);
}

TEST_CASE("what is expected costs one allocation, and is no content") {
    OutputBytes bytes;
    bytes.expect(1000);
    CHECK(bytes.empty());
    CHECK(bytes.memory_bytes() == 1000);
    const std::byte* const held = bytes.view().data();
    for (int octet = 0; octet < 1000; ++octet) bytes.append(as_byte_view("x"));
    CHECK(bytes.view().data() == held);
    bytes.expect(5000);  // it holds something: whoever appends will see
    CHECK(bytes.memory_bytes() == 1000);
}

TEST_CASE("extend gives room at the end and moves nothing else") {
    OutputBytes bytes = holding("abc");
    bytes.consume(1);
    const std::span<std::byte> room = bytes.extend(2);
    REQUIRE(room.size() == 2);
    room[0] = std::byte{'X'};
    room[1] = std::byte{'Y'};
    CHECK(text_of(bytes) == "bcXY");
}

TEST_CASE("take appends all of the other and leaves it empty") {
    OutputBytes into = holding("ab");
    OutputBytes from = holding("cde");
    from.consume(1);
    into.take(from);
    CHECK(text_of(into) == "abde");
    CHECK(from.empty());
}

TEST_CASE("take into nothing hands over the buffer itself") {
    OutputBytes into;
    OutputBytes from = holding("abc");
    from.consume(1);
    const std::byte* const held = from.view().data();
    into.take(from);
    CHECK(into.view().data() == held);
    CHECK(text_of(into) == "bc");
    CHECK(from.empty());
    from.append(as_byte_view("new"));
    CHECK(text_of(from) == "new");
    CHECK(text_of(into) == "bc");
}

TEST_CASE("take from nothing changes nothing") {
    OutputBytes into = holding("ab");
    OutputBytes nothing;
    into.take(nothing);
    CHECK(text_of(into) == "ab");
    CHECK(nothing.empty());
}
