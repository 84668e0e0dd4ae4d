#include "simulator/links/stream_direction.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <string>

using namespace std::chrono_literals;
using namespace trunkline;
using namespace trunkline::sim;

namespace {

LinkProfile lossy(double loss) { return {.id = "uplink", .delay = 0ms, .jitter = 0ms, .loss = loss}; }
Random luck() { return Random(1, "stream", "up"); }

std::string read_all(StreamDirection& stream) {
    std::string text;
    while (const auto deadline = stream.next_deadline()) {
        stream.advance(*deadline);
        text += as_text(stream.arrived());
        stream.consume(stream.arrived().size());
    }
    return text;
}

std::size_t send(StreamDirection& stream, std::string_view text, Instant now) {
    OutputBytes bytes;
    bytes.append(as_byte_view(text));
    return stream.send(bytes, now);
}

std::string counted(std::size_t octets) {
    std::string text;
    for (std::size_t at = 0; at < octets; ++at) text.push_back(static_cast<char>('a' + at % 26));
    return text;
}

}  // namespace

TEST_CASE("a stream loses no byte and keeps their order, whatever the link loses and however it jitters") {
    StreamDirection stream({.id = "uplink", .delay = 50ms, .jitter = 50ms, .loss = 0.3}, luck());
    const std::string text = counted(200'000);
    CHECK(send(stream, text, Instant{}) == text.size());
    CHECK(read_all(stream) == text);
    CHECK(stream.counts().sent >= 137);  // 200,000 octets in segments of 1460
    CHECK(stream.counts().lost > 0);
}

TEST_CASE("a stream without losses delivers after the delay, not before") {
    StreamDirection stream({.id = "uplink", .delay = 50ms, .jitter = 0ms, .loss = 0.0}, luck());
    send(stream, "reading", Instant{});
    stream.advance(Instant{} + 50ms - 1ns);
    CHECK(stream.arrived().empty());
    stream.advance(Instant{} + 50ms);
    CHECK(as_text(stream.arrived()) == "reading");
    CHECK(!stream.next_deadline());
}

TEST_CASE("the mean extra delay of a lossy hop is RTO * p / (1 - 2p)") {
    for (const double p : {0.01, 0.05, 0.10, 0.20}) {
        CAPTURE(p);
        StreamDirection stream(lossy(p), luck());
        const int readings = p < 0.05 ? 1'600'000 : 400'000;  // fewer losses, more luck
        Duration extra{};
        Instant now{};
        for (int reading = 0; reading < readings; ++reading) {
            now += 1h;  // a thin stream: the last reading has long arrived
            send(stream, "r", now);
            while (const auto deadline = stream.next_deadline()) {
                stream.advance(*deadline);
                if (!stream.arrived().empty()) extra += *deadline - now;
                stream.consume(stream.arrived().size());
            }
        }
        const double measured = std::chrono::duration<double>(extra).count() / readings;
        CHECK(std::abs(measured / (0.2 * p / (1 - 2 * p)) - 1.0) < 0.02);  // 2 % of the delay, not of a second
    }
}

TEST_CASE("a lossy hop delays by (2^k - 1) RTO or more with probability p^k") {
    for (const double p : {0.1, 0.2, 0.3}) {
        StreamDirection stream(lossy(p), luck());
        constexpr int readings = 200'000;
        std::array<int, 4> delayed{};  // by k losses or more
        Instant now{};
        for (int reading = 0; reading < readings; ++reading) {
            now += 1h;
            send(stream, "r", now);
            Instant arrived = now;
            while (const auto deadline = stream.next_deadline()) {
                arrived = *deadline;
                stream.advance(arrived);
                stream.consume(stream.arrived().size());
            }
            for (std::size_t k = 1; k < delayed.size(); ++k) delayed[k] += arrived - now >= 200ms * ((1 << k) - 1);
        }
        double expected = 1.0;
        for (std::size_t k = 1; k < delayed.size(); ++k) {
            expected *= p;
            CAPTURE(p);
            CAPTURE(k);
            const double deviation = std::sqrt(expected * (1.0 - expected) / readings);
            CHECK(std::abs(static_cast<double>(delayed[k]) / readings - expected) < 4.0 * deviation);
        }
    }
}

TEST_CASE("a stream over a dead link breaks after sixteen losses of one segment and rests then") {
    StreamDirection stream(lossy(1.0), luck());
    send(stream, "reading", Instant{});
    Instant last{};
    while (const auto deadline = stream.next_deadline()) {
        last = *deadline;
        CHECK(!stream.is_broken());
        stream.advance(*deadline);
    }
    CHECK(stream.is_broken());
    CHECK(last == Instant{} + 804'600ms);  // 924.6 s less the last time-out, which nobody waits for here
}

TEST_CASE("a handshake over a dead link breaks after seven losses") {
    StreamDirection stream(lossy(1.0), luck());
    stream.send_mark(SegmentMark::syn, Instant{});
    Instant last{};
    while (const auto deadline = stream.next_deadline()) {
        last = *deadline;
        stream.advance(*deadline);
    }
    CHECK(stream.is_broken());
    CHECK(last == Instant{} + 63s);  // 1 + 2 + 4 + 8 + 16 + 32
}

TEST_CASE("a receiver that does not read fills the window, and the sender is told to wait") {
    StreamDirection stream(lossy(0.0), luck());
    const std::string text = counted(StreamDirection::window + 10);
    CHECK(send(stream, text, Instant{}) == StreamDirection::window);
    CHECK(stream.room() == 0);
    stream.advance(Instant{});
    CHECK(stream.room() == 0);  // arrived, but not read
    stream.consume(10);
    CHECK(stream.room() == 10);
}

TEST_CASE("FIN is seen only after the last byte has been read") {
    StreamDirection stream(lossy(0.0), luck());
    send(stream, "last", Instant{});
    stream.send_mark(SegmentMark::fin, Instant{});
    stream.advance(Instant{});
    CHECK(!stream.take_mark());
    stream.consume(4);
    CHECK(stream.take_mark() == SegmentMark::fin);
    CHECK(!stream.take_mark());
}

TEST_CASE("a full queue delays a stream and takes none of its bytes") {
    LinkProfile narrow = lossy(0.05);
    narrow.rate_up = 64'000;
    narrow.queue_octets = 8U * 1024U;
    Channel channel(narrow);
    StreamDirection stream(narrow, luck(), &channel, LinkWay::up);
    const std::string text = counted(50'000);
    send(stream, text, Instant{});
    std::string arrived;
    Instant last{};
    while (const auto deadline = stream.next_deadline()) {
        last = *deadline;
        stream.advance(last);
        arrived += as_text(stream.arrived());
        stream.consume(stream.arrived().size());
    }
    CHECK(arrived == text);
    CHECK(!stream.is_broken());
    CHECK(stream.counts().queue_full > 0);
    CHECK(last > Instant{} + 6250ms);  // 50,000 octets and their headers at 64 kbit/s
    CHECK(last < Instant{} + 20s);
}

TEST_CASE("however long a queue is full, a stream does not despair of it") {
    LinkProfile crawl = lossy(0.0);
    crawl.rate_up = 1'200;  // a full segment takes ten seconds
    crawl.queue_octets = 1'500;
    Channel channel(crawl);
    StreamDirection stream(crawl, luck(), &channel, LinkWay::up);
    const std::string text = counted(20'000);
    send(stream, text, Instant{});
    CHECK(read_all(stream) == text);
    CHECK(!stream.is_broken());
    CHECK(stream.counts().queue_full > 100);
}

TEST_CASE("a watched stream tells every segment that it puts on the link, with its place and what becomes of it") {
    StreamDirection stream(lossy(0.3), luck());
    stream.watch();
    const std::string text = counted(20'000);
    stream.send_mark(SegmentMark::syn, Instant{});
    send(stream, text, Instant{});
    read_all(stream);
    std::string arrived;
    std::uint64_t lost = 0;
    bool has_repeated = false;
    for (const SentSegment& segment : stream.take_sent()) {
        has_repeated = has_repeated || segment.is_repeated;
        CHECK(as_text(segment.bytes) == text.substr(segment.offset, segment.bytes.size()));
        if (segment.transit.arrives) arrived += as_text(segment.bytes);
        else ++lost;
    }
    CHECK(arrived.size() == text.size());  // each arrives once
    CHECK(lost == stream.counts().lost);
    CHECK(lost > 0);
    CHECK(has_repeated);
    CHECK(stream.take_sent().empty());
}

TEST_CASE("a damaged segment is a lost one, whatever the link says of checksums") {
    LinkProfile profile = lossy(0.0);
    profile.corrupt = 0.2;
    profile.has_checksum = false;
    StreamDirection stream(profile, luck());
    const std::string text = counted(200'000);
    send(stream, text, Instant{});
    CHECK(read_all(stream) == text);
    CHECK(stream.counts().damaged > 0);
    CHECK(stream.counts().lost == stream.counts().damaged);
}

TEST_CASE("an MTU makes segments smaller, and loses none") {
    LinkProfile profile = lossy(0.0);
    profile.mtu_octets = 240;
    StreamDirection stream(profile, luck());
    const std::string text = counted(2'000);
    send(stream, text, Instant{});
    CHECK(read_all(stream) == text);
    CHECK(stream.counts().sent == 10);  // of 200 octets each
    CHECK(stream.counts().lost == 0);
}
