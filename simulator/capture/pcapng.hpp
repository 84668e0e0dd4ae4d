#pragma once
// The blocks of a capture file (draft-ietf-opsawg-pcapng).

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "protocol/base/bytes.hpp"
#include "protocol/base/instant.hpp"

namespace trunkline::sim {

constexpr std::uint16_t linktype_raw = 101;  // packets begin with their IP header

/// "Section Header Block" (§4.1): little-endian, of unknown length. An empty comment is left out.
std::string section_header(std::string_view comment);
/// "Interface Description Block" (§4.2): LINKTYPE_RAW, instants in nanoseconds.
std::string interface_description(std::string_view name);
/// "Enhanced Packet Block" (§4.3). An empty comment is left out.
std::string enhanced_packet(std::uint32_t interface, WallTime at, ByteView packet, std::string_view comment);

}  // namespace trunkline::sim
