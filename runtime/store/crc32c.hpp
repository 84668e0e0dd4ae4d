#pragma once
// The checksum of stored rows.

#include <cstdint>
#include <string_view>

#include "protocol/base/bytes.hpp"

namespace trunkline::runtime {

/// CRC-32C (Castagnoli, polynomial 0x1EDC6F41 reflected; RFC 3720 appendix B.4), continued from `start`.
std::uint32_t crc32c(ByteView bytes, std::uint32_t start = 0);

/// The checksum of a row: its columns in order. Numbers count as eight octets, texts and blobs as length and content,
/// so that no two different rows look the same to it.
class RowChecksum {
public:
    RowChecksum& number(std::int64_t value);
    RowChecksum& bytes(ByteView value);
    RowChecksum& text(std::string_view value) { return bytes(as_byte_view(value)); }
    std::int64_t value() const { return sum_; }

private:
    std::uint32_t sum_ = 0;
};

}  // namespace trunkline::runtime
