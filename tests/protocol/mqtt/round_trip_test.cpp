#include <doctest/doctest.h>

#include <variant>

#include "tests/protocol/mqtt/generated_packet.hpp"
#include "tests/protocol/mqtt/wire.hpp"

using namespace trunkline;
using namespace trunkline::mqtt;

TEST_CASE("whatever is encoded is decoded as the same packet, in every version") {
    for (const auto version : {v31, v311, v5}) {
        PacketGenerator generator(2026, version);
        const std::size_t kinds =
            version == v5 ? std::variant_size_v<Packet> : std::variant_size_v<Packet> - 1;  // no AUTH
        for (int round = 0; round < 300; ++round) {
            for (std::size_t kind = 0; kind < kinds; ++kind) {
                CAPTURE(static_cast<int>(version));
                CAPTURE(kind);
                CAPTURE(round);
                const Packet packet = generator.draw(kind);
                const auto octets = encoded(packet, version);
                const Wire wire(octets, version);
                if (!wire.accepted()) FAIL(std::string(wire.error().clause));
                REQUIRE(same(packet, wire.packet()));
                REQUIRE(encoded(wire.packet(), version) == octets);
            }
        }
    }
}

TEST_CASE("a packet that is cut short anywhere, and says so in its length, is refused or another one") {
    PacketGenerator generator(7, v5);
    for (int round = 0; round < 20; ++round) {
        for (std::size_t kind = 0; kind < std::variant_size_v<Packet>; ++kind) {
            const auto octets = encoded(generator.draw(kind), v5);
            const auto whole = next_frame(octets, no_limit);
            const ByteView body = (*whole)->body;
            for (std::size_t length = 0; length < body.size(); ++length) {
                const std::vector<std::byte> shorter(body.begin(), body.begin() + static_cast<std::ptrdiff_t>(length));
                const Frame frame{.first_octet = (*whole)->first_octet,
                                  .body = shorter,
                                  .size = length + (length < 128      ? 2U
                                                    : length < 16'384 ? 3U
                                                                      : 4U)};
                const auto packet = decode(frame, v5);
                if (packet) CHECK(encoded_size(*packet, v5) <= frame.size);
            }
        }
    }
}

TEST_CASE("octets changed at random are refused or understood, never more than that") {
    Random random(3, "octets", "changes");
    for (const auto version : {v31, v311, v5}) {
        PacketGenerator generator(11, version);
        for (int round = 0; round < 3'000; ++round) {
            const std::size_t kind = random.below(std::variant_size_v<Packet> - 1);
            auto octets = encoded(generator.draw(kind), version);
            for (std::uint64_t changes = 1 + random.below(3); changes > 0; --changes) {
                octets[random.below(octets.size())] = static_cast<std::byte>(random.below(256));
            }
            const auto frame = next_frame(octets, octets.size());
            if (!frame || !*frame) continue;
            const auto packet = decode(**frame, version);
            if (!packet) {
                CHECK(!packet.error().clause.empty());
                continue;
            }
            const auto* connect = std::get_if<Connect>(&*packet);
            const auto spoken = connect != nullptr ? connect->version : version;
            const Wire again(encoded(*packet, spoken), spoken);
            REQUIRE(again.accepted());
            REQUIRE(same(again.packet(), *packet));
        }
    }
}
