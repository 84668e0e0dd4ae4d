#pragma once
// A subscriber that reads nothing more.

#include <cstdint>
#include <string_view>

#include "protocol/mqtt/codec.hpp"

namespace trunkline::load {

/// Connects, subscribes, and from then on leaves what comes in its socket, which has little room.
class StalledReader {
public:
    /// Returns when the subscription is acknowledged. Throws std::runtime_error if it is not.
    StalledReader(std::uint16_t port, std::string_view filter, mqtt::QoS qos);
    ~StalledReader();
    StalledReader(const StalledReader&) = delete;
    StalledReader& operator=(const StalledReader&) = delete;

private:
    int handle_;
};

}  // namespace trunkline::load
