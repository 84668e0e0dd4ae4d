#pragma once
// How near the memory in use is to what the settings allow, and so what has to give way.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace trunkline::broker {

/// In the order in which they set in; each includes those before it.
enum class Pressure : std::uint8_t {
    none,
    refusing,  // new clients are refused
    holding,   // publishers that send more than their share wait for their acknowledgements, and are not read
    dropping,  // QoS 0 is dropped
    full,      // nothing is taken that would need memory
};
std::string_view name_of(Pressure pressure);

class MemoryBudget {
public:
    /// In octets; 0: there is no limit.
    explicit MemoryBudget(std::size_t limit) : limit_(limit) {}

    bool is_set() const { return limit_ != 0; }
    std::size_t limit() const { return limit_; }
    Pressure pressure() const { return pressure_; }
    bool is(Pressure at_least) const { return pressure_ >= at_least; }

    /// True: the pressure has risen.
    bool rises_to(std::size_t used);
    /// True: the pressure has fallen. It falls below where it rose, so that it does not swing with every message.
    bool falls_to(std::size_t used);

private:
    std::size_t limit_;
    Pressure pressure_ = Pressure::none;
};

}  // namespace trunkline::broker
