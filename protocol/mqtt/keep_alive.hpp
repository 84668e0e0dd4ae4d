#pragma once
// Server side of Keep Alive.

#include <algorithm>
#include <chrono>
#include <optional>

#include "protocol/base/instant.hpp"

namespace trunkline::mqtt {

/// Silence longer than 1.5 x the agreed interval ends the connection (5.0 [MQTT-3.1.2-22], 3.1.1 [MQTT-3.1.2-24]).
/// An interval of zero turns it off.
class KeepAlive {
public:
    KeepAlive(std::chrono::seconds interval, Instant now) : limit_(Duration(interval) * 3 / 2), heard_(now) {}

    void packet_received(Instant now) { heard_ = now; }
    /// For so long nobody could have been heard: that was no silence.
    void stood_still(Duration time, Instant now) { heard_ = std::min(heard_ + time, now); }
    /// When to look again; nothing: never.
    std::optional<Instant> deadline() const {
        if (limit_ == Duration::zero()) return std::nullopt;
        return heard_ + limit_;
    }
    /// Since the last packet.
    Duration silence(Instant now) const { return now - heard_; }
    bool expired(Instant now) const { return deadline() && now >= *deadline(); }

private:
    Duration limit_;
    Instant heard_;
};

}  // namespace trunkline::mqtt
