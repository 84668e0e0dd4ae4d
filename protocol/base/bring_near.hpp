#pragma once
// Memory that is going to be used soon.

#include <cstddef>

namespace trunkline {

/// The first line of a piece of memory, which may be null; bring_near() has the argument.
inline void bring_beginning_near(const void* memory) {
    __builtin_prefetch(memory);
    // To g++ a function that only prefetches is one without effect, and calls to it that it does not inline are left
    // out: not those of one with assembly, empty as it is.
    asm volatile("");
}

/// Has the lines of an object brought into the caches without waiting for them.
/// For objects of which there are more than caches hold, a moment before they
/// are used: all lines then come at the same time, instead of one after the
/// other as each is stumbled upon. Of no effect but on time.
///
/// What is near may lead on to what is far: expect() of many classes has
/// steps, of which each brings near what the one before has led to. Whoever
/// expects several things takes each step for all of them, so that the memory
/// of one comes while the others are looked at.
template <typename Object>
void bring_near(const Object& object) {
    constexpr std::size_t line = 64;
    const auto* const begin = reinterpret_cast<const std::byte*>(&object);
    for (std::size_t at = 0; at < sizeof(Object); at += line) bring_beginning_near(begin + at);
    bring_beginning_near(begin + sizeof(Object) - 1);
}

}  // namespace trunkline
