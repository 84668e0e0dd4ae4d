#pragma once
// Versions of MQTT as people write them.

#include <string_view>

#include "protocol/mqtt/types.hpp"

namespace trunkline::mqtt {

constexpr std::string_view name_of(ProtocolVersion version) {
    switch (version) {
        case ProtocolVersion::v3_1:
            return "3.1";
        case ProtocolVersion::v3_1_1:
            return "3.1.1";
        case ProtocolVersion::v5:
            return "5.0";
    }
    return "unknown";
}

}  // namespace trunkline::mqtt
