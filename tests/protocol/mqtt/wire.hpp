#pragma once
// Packets on and off the wire, for the tests of the codec and the client.

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

#include "protocol/mqtt/codec.hpp"
#include "tests/support/packet_notation.hpp"
#include "tests/support/packet_samples.hpp"

namespace trunkline::mqtt {

constexpr auto v31 = ProtocolVersion::v3_1;
constexpr auto v311 = ProtocolVersion::v3_1_1;
constexpr auto v5 = ProtocolVersion::v5;
constexpr std::size_t no_limit = 268'435'460;

/// One decoded packet together with the octets that it views.
class Wire {
public:
    Wire(std::vector<std::byte> octets, ProtocolVersion version) : octets_(std::move(octets)), packet_(read(version)) {}
    Wire(std::string_view notation, ProtocolVersion version) : Wire(test::octets_of(notation), version) {}
    Wire(const Wire&) = delete;
    Wire& operator=(const Wire&) = delete;

    bool accepted() const { return packet_.has_value(); }
    const ProtocolError& error() const { return packet_.error(); }
    /// The packet, which must be one of this kind.
    template <typename T>
    const T& as() const {
        if (!packet_) FAIL("refused: " << std::string(packet_.error().clause));
        REQUIRE(std::holds_alternative<T>(*packet_));
        return std::get<T>(*packet_);
    }
    const Packet& packet() const { return *packet_; }

private:
    Decoded<Packet> read(ProtocolVersion version) const {
        const auto frame = next_frame(octets_, no_limit);
        REQUIRE(frame.has_value());
        if (!*frame) return Failure{frame->error()};
        REQUIRE((*frame)->size == octets_.size());
        return decode(**frame, version);
    }
    std::vector<std::byte> octets_;
    Decoded<Packet> packet_;
};

inline bool accepts(std::string_view notation, ProtocolVersion version) { return Wire(notation, version).accepted(); }

/// The clause against which these octets are refused; "accepted" when they are not.
inline std::string clause_against(std::string_view notation, ProtocolVersion version) {
    const Wire wire(notation, version);
    return wire.accepted() ? "accepted" : std::string(wire.error().clause);
}

/// The sample of that name is refused with its reason and its clause.
inline void check_refused(std::string_view name) {
    const test::PacketSample& sample = test::malformed_sample(name);
    CAPTURE(std::string(name));
    const Wire wire(sample.octets(), sample.version);
    REQUIRE(!wire.accepted());
    CHECK(std::string(wire.error().clause) == std::string(sample.clause));
    CHECK(static_cast<int>(wire.error().reason) == static_cast<int>(sample.reason));
}

inline std::vector<std::byte> encoded(const Packet& packet, ProtocolVersion version) {
    OutputBytes out;
    const std::size_t size = encode(packet, version, out);
    CHECK(size == out.size());
    CHECK(size == encoded_size(packet, version));
    return {out.view().begin(), out.view().end()};
}

/// Whether the packet's octets are these.
inline bool writes(const Packet& packet, ProtocolVersion version, std::string_view notation) {
    return encoded(packet, version) == test::octets_of(notation);
}

inline std::string text_of(ByteView octets) { return std::string(as_text(octets)); }
inline std::string text_of(std::string_view text) { return std::string(text); }

}  // namespace trunkline::mqtt
