#pragma once
// A device's clock that runs at a rate of its own.

#include <cstdint>

#include "protocol/base/instant.hpp"

namespace trunkline::sim {

/// The device's line of time, by which all its timers run, over the true one: continuous and rising, right at first,
/// and gaining some parts in a million from a moment on. Whole nanoseconds, so that it is the same in every build.
class DeviceClock {
public:
    /// From now on it gains so much (above -1,000,000).
    void set_drift(std::int32_t ppm, Instant now) {
        shown_ = reads(now);
        since_ = now;
        ppm_ = ppm;
    }
    /// What it shows at a true moment, not before the last change.
    Instant reads(Instant now) const {
        const Duration passed = now - since_;
        return shown_ + passed + gained(passed);
    }
    /// The first true moment at which it shows this, or the last change if that was before.
    Instant when(Instant shown) const {
        if (shown <= shown_) return since_;
        const auto wanted = (shown - shown_).count();
        Instant at = since_ + Duration(wanted / rate() * million + wanted % rate() * million / rate());
        while (reads(at) < shown) at += Duration(1);
        return at;
    }

private:
    static constexpr std::int64_t million = 1'000'000;
    std::int64_t rate() const { return million + ppm_; }
    // Apart, so that years do not overflow.
    Duration gained(Duration passed) const {
        return Duration(passed.count() / million * ppm_ + passed.count() % million * ppm_ / million);
    }

    Instant since_{};
    Instant shown_{};
    std::int32_t ppm_ = 0;
};

}  // namespace trunkline::sim
