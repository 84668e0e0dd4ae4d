#include "protocol/base/random.hpp"

#include <cassert>

namespace trunkline {

namespace {

std::uint64_t split_mix(std::uint64_t& state) {
    state += 0x9e3779b97f4a7c15U;
    std::uint64_t mixed = state;
    mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9U;
    mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111ebU;
    return mixed ^ (mixed >> 31U);
}

}  // namespace

std::uint64_t stable_hash(std::string_view text, std::uint64_t start) {
    std::uint64_t hash = start;
    for (const char character : text) {
        hash ^= static_cast<unsigned char>(character);
        hash *= 0x100000001b3U;
    }
    return hash;
}

Random::Random(std::uint64_t seed, std::string_view entity, std::string_view purpose) {
    // The zero byte between the names keeps ("ab", "c") apart from ("a", "bc").
    std::uint64_t mixed = stable_hash(purpose, stable_hash(std::string_view("\0", 1), stable_hash(entity)));
    mixed ^= split_mix(seed);
    for (std::uint64_t& word : state_) word = split_mix(mixed);
}

std::uint64_t Random::below(std::uint64_t bound) {
    assert(bound > 0);
    // Draws under the threshold would make the low remainders more likely (2^64 mod bound of them): draw again.
    const std::uint64_t threshold = (0U - bound) % bound;
    for (;;) {
        const std::uint64_t drawn = next();
        if (drawn >= threshold) return drawn % bound;
    }
}

}  // namespace trunkline
