#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "protocol/base/random.hpp"
#include "tests/protocol/mqtt/wire.hpp"

using namespace trunkline;
using namespace trunkline::mqtt;
using test::octets_of;

namespace {

std::vector<std::byte> packet_of_size(std::size_t remaining_length) {
    const std::string text(remaining_length, 'x');
    return octets_of("30 {'" + text + "'}");
}

std::vector<std::string> frames_of(FrameStream& stream, ByteView bytes) {
    std::vector<std::string> frames;
    stream.feed(bytes);
    while (const auto frame = stream.next()) {
        REQUIRE(frame->has_value());
        frames.push_back(std::string(1, static_cast<char>((*frame)->first_octet)) + text_of((*frame)->body));
    }
    return frames;
}

}  // namespace

TEST_CASE("a frame is its first octet, its length and what the length counts; what follows is left") {
    const auto bytes = octets_of("32 {'abc'} c0");
    const auto frame = next_frame(bytes, no_limit);
    REQUIRE(frame.has_value());
    CHECK((*frame)->type() == PacketType::publish);
    CHECK((*frame)->flags() == 2);
    CHECK(text_of((*frame)->body) == "abc");
    CHECK((*frame)->size == 5);
}

TEST_CASE("§2.1.4: lengths at both sides of each border of one to four octets") {
    for (const std::size_t length : {0U, 1U, 127U, 128U, 16'383U, 16'384U, 2'097'151U, 2'097'152U}) {
        CAPTURE(length);
        const auto bytes = packet_of_size(length);
        const auto frame = next_frame(bytes, no_limit);
        REQUIRE(frame.has_value());
        REQUIRE(frame->has_value());
        CHECK((*frame)->body.size() == length);
        CHECK((*frame)->size == bytes.size());
        CHECK(!next_frame(ByteView(bytes).first(bytes.size() - 1), no_limit).has_value());
    }
}

TEST_CASE("§2.1.4: the longest packet has 268,435,455 octets, and a fifth octet of length is refused") {
    CHECK(!next_frame(octets_of("30 ffffff7f"), no_limit).has_value());
    const auto refused = next_frame(octets_of("30 ffffffff"), no_limit);
    REQUIRE(refused.has_value());
    REQUIRE(!refused->has_value());
    CHECK(refused->error().reason == ReasonCode::malformed_packet);
    check_refused("fixed header: length of five octets");
}

TEST_CASE("[MQTT-1.5.5-1] a padded length is refused in 5.0, and only there") {
    check_refused("fixed header: padded length");
    CHECK(clause_against("10 9180 00 ['MQTT'] 05 02 003c {} ['abcd']", v5) == "MQTT-1.5.5-1");
    CHECK(accepts("c0 8000", v311));
    CHECK(accepts("c0 {}", v5));
}

TEST_CASE("§3.1.2.11.4: a packet above the maximum size is refused as soon as its length is there") {
    const auto bytes = packet_of_size(98);  // 100 in all
    CHECK(next_frame(bytes, 100)->has_value());
    const auto refused = next_frame(ByteView(bytes).first(2), 99);
    REQUIRE(refused.has_value());
    REQUIRE(!refused->has_value());
    CHECK(refused->error().reason == ReasonCode::packet_too_large);
}

TEST_CASE("a stream gives the same frames however it is cut") {
    std::vector<std::byte> bytes;
    std::vector<std::string> expected;
    for (const std::size_t length : {0U, 1U, 5U, 127U, 128U, 300U, 0U, 20'000U, 2U}) {
        const auto packet = packet_of_size(length);
        bytes.insert(bytes.end(), packet.begin(), packet.end());
        expected.push_back("0" + std::string(length, 'x'));
    }
    Random random(7, "stream", "cuts");
    for (int round = 0; round < 200; ++round) {
        FrameStream stream(no_limit);
        std::vector<std::string> frames;
        ByteView rest = bytes;
        const std::uint64_t longest = round == 0 ? 1 : 1 + random.below(500);
        while (!rest.empty()) {
            const std::size_t size = std::min<std::size_t>(rest.size(), 1 + random.below(longest));
            const std::vector<std::byte> arrived(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(size));
            for (std::string& frame : frames_of(stream, arrived)) frames.push_back(std::move(frame));
            rest = rest.subspan(size);
        }
        REQUIRE(frames == expected);
    }
}

TEST_CASE("a stream holds memory only while a frame has begun") {
    FrameStream stream(no_limit);
    CHECK(frames_of(stream, octets_of("c0 {} 30 {'abc'}")).size() == 2);
    CHECK(stream.held_bytes() == 0);
    CHECK(frames_of(stream, octets_of("30 03 'a'")).empty());
    CHECK(stream.held_bytes() > 0);
    CHECK(frames_of(stream, octets_of("'bc' c0 00")) == std::vector<std::string>{"0abc", "\xc0"});
    CHECK(stream.held_bytes() == 0);
}

TEST_CASE("a stream does not keep more than has arrived of a long packet") {
    FrameStream stream(no_limit);
    CHECK(frames_of(stream, octets_of("30 ffffff7f 'abc'")).empty());
    CHECK(stream.held_bytes() < 100);
}

TEST_CASE("a stream that cannot be followed stays refused") {
    FrameStream stream(100);
    const auto whole = octets_of("c0 {} 30 80808080");
    stream.feed(whole);
    CHECK(stream.next()->has_value());
    CHECK(!stream.next()->has_value());
    const auto good = octets_of("c0 {}");
    stream.feed(good);
    CHECK(!stream.next()->has_value());
}

TEST_CASE("a stream refuses a started packet once its header says that it is too long") {
    FrameStream stream(100);
    const auto first = octets_of("30");
    stream.feed(first);
    CHECK(!stream.next().has_value());
    const auto second = octets_of("63");  // 99 and two octets of header
    stream.feed(second);
    const auto refused = stream.next();
    REQUIRE(refused.has_value());
    REQUIRE(!refused->has_value());
    CHECK(refused->error().reason == ReasonCode::packet_too_large);
}
