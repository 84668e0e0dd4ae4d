#include "simulator/capture/tcp_conversation.hpp"

#include <doctest/doctest.h>

#include <string_view>

using namespace trunkline;
using namespace trunkline::sim;

namespace {

constexpr std::size_t tcp_at = 20;
constexpr unsigned fin = 0x01;
constexpr unsigned rst = 0x04;
constexpr unsigned ack = 0x10;

std::uint32_t number_at(const TcpConversation::Packet& packet, std::size_t at) {
    std::uint32_t number = 0;
    for (std::size_t octet = 0; octet < 4; ++octet)
        number = number << 8U | static_cast<std::uint32_t>(packet[tcp_at + at + octet]);
    return number;
}
std::uint32_t sequence(const TcpConversation::Packet& packet) { return number_at(packet, 4); }
std::uint32_t acknowledged(const TcpConversation::Packet& packet) { return number_at(packet, 8); }
unsigned flags(const TcpConversation::Packet& packet) { return static_cast<unsigned>(packet[tcp_at + 13]); }

struct Conversation {
    Conversation() : conversation({"gw.broker", Address::v4(172, 17, 0, 1, 40000), Address::v4(172, 19, 0, 1, 1883)}) {}

    TcpConversation::Packet leaves(LinkWay way, SegmentMark mark, std::uint64_t offset = 0,
                                   std::string_view bytes = {}) {
        SentSegment segment;
        segment.mark = mark;
        segment.offset = offset;
        const ByteView octets = as_byte_view(bytes);
        segment.bytes.assign(octets.begin(), octets.end());
        return conversation.packet(way, segment);
    }
    void open() {
        leaves(LinkWay::up, SegmentMark::syn);
        CHECK(!conversation.arrived(LinkWay::up, SegmentMark::syn, 0, 0));
        leaves(LinkWay::down, SegmentMark::syn_ack);
        CHECK(!conversation.arrived(LinkWay::down, SegmentMark::syn_ack, 0, 0));
        CHECK(sequence(leaves(LinkWay::up, SegmentMark::ack)) == 1);
    }

    TcpConversation conversation;
};

}  // namespace

TEST_CASE("numbers count octets, and what has arrived behind a gap is acknowledged when the gap is filled") {
    Conversation talk;
    talk.open();
    CHECK(sequence(talk.leaves(LinkWay::up, SegmentMark::bytes, 0, "first")) == 1);
    CHECK(sequence(talk.leaves(LinkWay::up, SegmentMark::bytes, 5, "second")) == 6);
    const auto early = talk.conversation.arrived(LinkWay::up, SegmentMark::bytes, 5, 6);
    REQUIRE(early);
    CHECK(acknowledged(*early) == 1);
    CHECK(sequence(*early) == 1);  // of the broker, which has sent SYN only
    const auto late = talk.conversation.arrived(LinkWay::up, SegmentMark::bytes, 0, 5);
    REQUIRE(late);
    CHECK(acknowledged(*late) == 12);
    CHECK(acknowledged(talk.leaves(LinkWay::down, SegmentMark::bytes, 0, "answer")) == 12);
}

TEST_CASE("an end is a number of its own, and acknowledged") {
    Conversation talk;
    talk.open();
    const auto closing = talk.leaves(LinkWay::up, SegmentMark::fin, 0);
    CHECK(flags(closing) == (fin | ack));
    const auto answer = talk.conversation.arrived(LinkWay::up, SegmentMark::fin, 0, 0);
    REQUIRE(answer);
    CHECK(acknowledged(*answer) == 2);
}

TEST_CASE("who is refused is reset, and who gives up an opening resets it") {
    Conversation talk;
    talk.leaves(LinkWay::up, SegmentMark::syn);
    CHECK(flags(talk.leaves(LinkWay::up, SegmentMark::fin)) == rst);
    talk.conversation.arrived(LinkWay::up, SegmentMark::syn, 0, 0);
    CHECK(flags(talk.leaves(LinkWay::down, SegmentMark::fin)) == (rst | ack));
    CHECK(!talk.conversation.arrived(LinkWay::down, SegmentMark::fin, 0, 0));
}
