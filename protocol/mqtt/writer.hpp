#pragma once
// Writes packets: the fields of each are stated once and run twice, first to measure, then into room that fits.

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#include "protocol/base/bytes.hpp"
#include "protocol/mqtt/properties.hpp"
#include "protocol/mqtt/types.hpp"

namespace trunkline::mqtt {

/// The largest Variable Byte Integer, and so the largest Remaining Length (5.0 §1.5.5).
inline constexpr std::uint32_t variable_byte_integer_limit = 268'435'455;

constexpr std::size_t variable_byte_integer_size(std::size_t value) {
    if (value < 128) return 1;
    if (value < 16'384) return 2;
    return value < 2'097'152 ? 3 : 4;
}

/// Writes the data types of 5.0 §1.5, with the members of FieldCounter, into room that is known to fit.
class FieldWriter {
public:
    explicit FieldWriter(std::span<std::byte> room) : next_(room.data()) {}

    void byte(std::uint8_t value) { *next_++ = std::byte{value}; }
    void two_bytes(std::uint16_t value) {
        byte(static_cast<std::uint8_t>(value >> 8U));
        byte(static_cast<std::uint8_t>(value & 0xffU));
    }
    void four_bytes(std::uint32_t value) {
        two_bytes(static_cast<std::uint16_t>(value >> 16U));
        two_bytes(static_cast<std::uint16_t>(value & 0xffffU));
    }
    void variable_byte_integer(std::size_t value) {
        for (; value >= 128; value >>= 7U) byte(static_cast<std::uint8_t>(value | 0x80U));
        byte(static_cast<std::uint8_t>(value));
    }
    void octets(ByteView bytes) {
        if (bytes.empty()) return;  // memcpy wants no null pointer, not even for nothing
        std::memcpy(next_, bytes.data(), bytes.size());
        next_ += bytes.size();
    }
    void binary(ByteView bytes) {
        two_bytes(static_cast<std::uint16_t>(bytes.size()));
        octets(bytes);
    }
    void text(std::string_view value) { binary(as_byte_view(value)); }
    void packet_id(PacketId id) { two_bytes(static_cast<std::uint16_t>(id)); }
    void properties(const Properties& list) {
        variable_byte_integer(list.octets().size());
        octets(list.octets());
    }
    const std::byte* position() const { return next_; }

private:
    std::byte* next_;
};

/// Counts what FieldWriter will write, and asserts what only we can get wrong.
class FieldCounter {
public:
    std::size_t size() const { return size_; }

    void byte(std::uint8_t) { size_ += 1; }
    void two_bytes(std::uint16_t) { size_ += 2; }
    void four_bytes(std::uint32_t) { size_ += 4; }
    void variable_byte_integer(std::size_t value) {
        assert(value <= variable_byte_integer_limit);
        size_ += variable_byte_integer_size(value);
    }
    void octets(ByteView bytes) { size_ += bytes.size(); }
    void binary(ByteView bytes) {
        assert(bytes.size() <= 65'535);
        size_ += 2 + bytes.size();
    }
    void text(std::string_view value) { binary(as_byte_view(value)); }
    void packet_id([[maybe_unused]] PacketId id) {
        assert(id != PacketId{});  // [MQTT-2.2.1-3]
        size_ += 2;
    }
    void properties(const Properties& list) {
        variable_byte_integer(list.octets().size());
        octets(list.octets());
    }

private:
    std::size_t size_ = 0;
};

constexpr std::uint8_t first_octet(PacketType type, unsigned flags = 0) {
    return static_cast<std::uint8_t>(static_cast<unsigned>(type) << 4U | flags);
}

/// Appends one packet to `out`, or only measures it when `out` is null. `fields(sink)` writes what Remaining Length
/// counts. Returns the octets of the whole packet.
template <typename Fields>
std::size_t put_packet(std::uint8_t first, OutputBytes* out, const Fields& fields) {
    FieldCounter counter;
    fields(counter);
    const std::size_t remaining_length = counter.size();
    assert(remaining_length <= variable_byte_integer_limit);
    const std::size_t size = 1 + variable_byte_integer_size(remaining_length) + remaining_length;
    if (out == nullptr) return size;
    const std::span<std::byte> room = out->extend(size);
    FieldWriter writer(room);
    writer.byte(first);
    writer.variable_byte_integer(remaining_length);
    fields(writer);
    assert(writer.position() == room.data() + room.size());
    return size;
}

}  // namespace trunkline::mqtt
