#pragma once
// Somebody on the field's network who is not of the scenario.

#include <cstddef>
#include <optional>
#include <vector>

#include "protocol/base/instant.hpp"

namespace trunkline::sim {

/// What a guest does when it is woken.
struct GuestMove {
    std::vector<std::byte> datagram;  // to the first gateway, at once and without loss; empty: nothing
    std::optional<Instant> again;     // when to wake it next
};

/// A stranger that sends datagrams of its own making to a gateway and gets no answer: what a gateway must bear, and how
/// tests plant something that is not deterministic.
class Guest {
public:
    virtual ~Guest() = default;
    virtual GuestMove woken(Instant now) = 0;
};

}  // namespace trunkline::sim
