#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "protocol/mqtt/topic_filter.hpp"
#include "tests/protocol/mqtt/wire.hpp"
#include "tests/support/allocations.hpp"

using namespace trunkline;
using namespace trunkline::mqtt;

TEST_CASE("decoding allocates nothing, whatever comes") {
    std::vector<std::pair<std::vector<std::byte>, ProtocolVersion>> packets;
    for (const test::ValidSample& sample : test::valid_packets()) packets.emplace_back(sample.octets(), sample.version);
    for (const test::PacketSample& sample : test::malformed_packets())
        packets.emplace_back(sample.octets(), sample.version);
    std::size_t accepted = 0;
    std::size_t walked = 0;
    const std::uint64_t before = test::allocation_count();
    for (const auto& [octets, version] : packets) {
        const auto frame = next_frame(octets, no_limit);
        if (!frame || !*frame) continue;
        const auto packet = decode(**frame, version);
        if (!packet) continue;
        ++accepted;
        if (const auto* publish = std::get_if<Publish>(&*packet)) {
            for ([[maybe_unused]] const Property& property : publish->properties) ++walked;
        }
        if (const auto* subscribe = std::get_if<Subscribe>(&*packet)) {
            for (SubscriptionRequests requests = subscribe->requests; requests.next();) ++walked;
        }
    }
    CHECK(test::allocation_count() == before);
    CHECK(accepted == test::valid_packets().size());
    CHECK(walked == 9 + 2 + 2);
}

TEST_CASE("a stream of whole packets allocates nothing") {
    const auto bytes = test::octets_of("30 {['a'] 'payload'} 40 {0001} c0 {} 30 {['b'] 'payload'}");
    FrameStream stream(no_limit);
    int frames = 0;
    const std::uint64_t before = test::allocation_count();
    stream.feed(bytes);
    while (const auto frame = stream.next()) frames += frame->has_value() ? 1 : 0;
    CHECK(test::allocation_count() == before);
    CHECK(frames == 4);
}

TEST_CASE("encoding allocates only when the output buffer grows") {
    const std::string payload(100, 'p');
    const Publish publish{.qos = QoS::at_least_once,
                          .topic = "station/7/pressure",
                          .packet_id = PacketId{9},
                          .payload = as_byte_view(payload)};
    const PubAck ack{.packet_id = PacketId{9}};
    OutputBytes out;
    out.extend(100'000);
    out.consume(99'000);  // room behind, and something in front that keeps the buffer
    encode(publish, v5, out);
    const std::uint64_t before = test::allocation_count();
    for (int round = 0; round < 100; ++round) {
        encode(publish, v5, out);
        encode(ack, v5, out);
    }
    CHECK(test::allocation_count() == before);
}

TEST_CASE("matching allocates nothing") {
    const std::uint64_t before = test::allocation_count();
    const bool matches = topic_matches("plant/+/pressure/#", "plant/7/pressure/3/raw");
    CHECK(test::allocation_count() == before);
    CHECK(matches);
}
