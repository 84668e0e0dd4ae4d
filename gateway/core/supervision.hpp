#pragma once
// Gateway side of the keep-alive: how long a client may be silent.

#include <algorithm>
#include <chrono>
#include <optional>

#include "protocol/base/instant.hpp"

namespace trunkline::gateway {

/// What a timer that a client indicated is stretched by: 10 % when it is longer than a minute, else 50 %
/// (MQTT-SN 1.2 §7.2; a minute itself gets the larger tolerance).
constexpr Duration with_tolerance(std::chrono::seconds indicated) {
    const Duration exact = indicated;
    return indicated > std::chrono::minutes(1) ? exact + exact / 10 : exact + exact / 2;
}

/// A client that is silent for longer than its keep-alive, tolerance included, is lost (§6.11). Zero: never.
class Supervision {
public:
    Supervision(std::chrono::seconds keep_alive, Instant now) : limit_(with_tolerance(keep_alive)), heard_(now) {}

    void message_received(Instant now) { heard_ = now; }
    /// For so long nobody could have been heard: that was no silence.
    void stood_still(Duration time, Instant now) { heard_ = std::min(heard_ + time, now); }
    std::optional<Instant> deadline() const {
        if (limit_ == Duration::zero()) return std::nullopt;
        return heard_ + limit_;
    }
    bool expired(Instant now) const { return deadline() && now >= *deadline(); }

private:
    Duration limit_;
    Instant heard_;
};

}  // namespace trunkline::gateway
