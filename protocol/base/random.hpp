#pragma once
// Seeded random streams, equal on every platform: no std::*_distribution, no library engine.

#include <bit>
#include <cstdint>
#include <string_view>

namespace trunkline {

/// One stream of random numbers: xoshiro256** (Blackman, Vigna 2018), its state filled by SplitMix64.
/// Each entity and purpose gets its own stream, so that adding a sensor does not change the luck of the others.
class Random {
public:
    /// The stream of one entity and purpose within a run: ("sensor:PT-7", "payload").
    Random(std::uint64_t seed, std::string_view entity, std::string_view purpose);

    /// 64 random bits.
    std::uint64_t next() {
        const std::uint64_t result = std::rotl(state_[1] * 5U, 7) * 9U;
        const std::uint64_t shifted = state_[1] << 17U;
        state_[2] ^= state_[0];
        state_[3] ^= state_[1];
        state_[1] ^= state_[2];
        state_[0] ^= state_[3];
        state_[2] ^= shifted;
        state_[3] = std::rotl(state_[3], 45);
        return result;
    }
    /// Uniform in [0, bound), without bias. bound > 0.
    std::uint64_t below(std::uint64_t bound);
    /// True with this probability (0 to 1; exact to 2^-53).
    bool chance(double probability) { return unit() < probability; }
    /// Uniform in [0, 1) with 53 bits.
    double unit() { return static_cast<double>(next() >> 11U) * 0x1.0p-53; }

private:
    std::uint64_t state_[4];
};

/// FNV-1a, 64 bits: stable names to numbers. Not for hash tables that strangers can fill.
std::uint64_t stable_hash(std::string_view text, std::uint64_t start = 0xcbf29ce484222325U);

}  // namespace trunkline
