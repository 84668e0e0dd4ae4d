#include "runtime/store/crc32c.hpp"

#include <array>

namespace trunkline::runtime {

namespace {

constexpr std::uint32_t polynomial = 0x82f63b78U;  // 0x1EDC6F41, bits reversed

/// tables[k][b]: what octet b does to the sum when k octets follow it ("slicing by four").
constexpr auto tables = [] {
    std::array<std::array<std::uint32_t, 256>, 4> made{};
    for (std::uint32_t octet = 0; octet < 256; ++octet) {
        std::uint32_t sum = octet;
        for (int bit = 0; bit < 8; ++bit) sum = (sum >> 1U) ^ ((sum & 1U) != 0 ? polynomial : 0U);
        made[0][octet] = sum;
    }
    for (std::uint32_t octet = 0; octet < 256; ++octet) {
        for (std::size_t k = 1; k < 4; ++k)
            made[k][octet] = (made[k - 1][octet] >> 8U) ^ made[0][made[k - 1][octet] & 0xffU];
    }
    return made;
}();

std::uint32_t octet_at(ByteView bytes, std::size_t index) { return std::to_integer<std::uint32_t>(bytes[index]); }

}  // namespace

std::uint32_t crc32c(ByteView bytes, std::uint32_t start) {
    std::uint32_t sum = ~start;
    std::size_t at = 0;
    for (; at + 4 <= bytes.size(); at += 4) {
        sum ^= octet_at(bytes, at) | octet_at(bytes, at + 1) << 8U | octet_at(bytes, at + 2) << 16U |
               octet_at(bytes, at + 3) << 24U;
        sum = tables[3][sum & 0xffU] ^ tables[2][sum >> 8U & 0xffU] ^ tables[1][sum >> 16U & 0xffU] ^
              tables[0][sum >> 24U];
    }
    for (; at < bytes.size(); ++at) sum = (sum >> 8U) ^ tables[0][(sum ^ octet_at(bytes, at)) & 0xffU];
    return ~sum;
}

RowChecksum& RowChecksum::number(std::int64_t value) {
    std::array<std::byte, 8> octets{};
    for (std::size_t index = 0; index < octets.size(); ++index)
        octets[index] = static_cast<std::byte>(value >> (8 * index));
    sum_ = crc32c(octets, sum_);
    return *this;
}

RowChecksum& RowChecksum::bytes(ByteView value) {
    number(static_cast<std::int64_t>(value.size()));
    sum_ = crc32c(value, sum_);
    return *this;
}

}  // namespace trunkline::runtime
