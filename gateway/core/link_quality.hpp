#pragma once
// How good one sensor's link is, judged by what had to be said twice.

#include <algorithm>
#include <cstdint>
#include <optional>

#include "protocol/base/instant.hpp"

namespace trunkline::gateway {

/// What expects an answer is repeated when the answer does not come: of many copies, the share that are repetitions is
/// the share of round trips that were lost. Both directions' copies count: the gateway's REGISTER, PUBLISH and PUBREL
/// as they leave, the sensor's PUBLISH as it arrives, its repetitions known by DUP.
class LinkQuality {
public:
    // inputs
    void heard(Instant now) { heard_at_ = now; }
    /// A copy of what expects the sensor's answer leaves.
    void asked(bool is_repetition) {
        ++asked_;
        if (is_repetition) ++repeated_;
        observe(is_repetition);
    }
    /// The first copy was answered after this long; of repeated ones nobody knows which copy was (Karn, Partridge
    /// 1987). Smoothed with the gain of RFC 6298 §2.3.
    void answered_after(Duration round_trip) {
        const auto took =
            std::max<std::int64_t>(1, std::chrono::duration_cast<std::chrono::microseconds>(round_trip).count());
        const std::int64_t before = round_trip_us_ == 0 ? took : round_trip_us_;
        round_trip_us_ = static_cast<std::uint32_t>(std::min<std::int64_t>(before + (took - before) / 8, 0xffffffff));
    }
    /// A PUBLISH of QoS 1 or 2 has come.
    void published(bool is_repetition) {
        ++published_;
        if (is_repetition) ++publish_repeated_;
        observe(is_repetition);
    }

    // getters
    /// Nothing: since the start of the gateway it has not been heard.
    std::optional<Instant> heard_at() const { return heard_at_ == never ? std::nullopt : std::optional(heard_at_); }
    /// Nothing: no exchange has been answered at once yet.
    std::optional<Duration> round_trip() const {
        if (round_trip_us_ == 0) return std::nullopt;
        return std::chrono::microseconds(round_trip_us_);
    }
    /// Copies that the gateway has sent, and how many of these were repetitions.
    std::uint32_t asked() const { return asked_; }
    std::uint32_t repeated() const { return repeated_; }
    /// The same of the sensor's PUBLISH.
    std::uint32_t published() const { return published_; }
    std::uint32_t publish_repeated() const { return publish_repeated_; }
    /// Share of round trips that were lost of late, in 65,536ths: of the last few dozen copies, the newest weigh most.
    std::uint32_t lost_of_65536() const { return lost_; }

private:
    static constexpr Instant never{Duration::min()};
    static constexpr std::uint32_t memory = 16;  // copies after which two thirds of what was before is forgotten

    void observe(bool is_repetition) {
        lost_ -= lost_ / memory;
        if (is_repetition) lost_ += 65'536 / memory;
    }

    Instant heard_at_ = never;
    std::uint32_t asked_ = 0;
    std::uint32_t repeated_ = 0;
    std::uint32_t published_ = 0;
    std::uint32_t publish_repeated_ = 0;
    std::uint32_t lost_ = 0;
    std::uint32_t round_trip_us_ = 0;  // 0: unknown
};

}  // namespace trunkline::gateway
