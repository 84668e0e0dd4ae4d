#pragma once
// Memory that is going to be used soon.

#include <cstddef>

namespace trunkline {

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
    for (std::size_t at = 0; at < sizeof(Object); at += line) __builtin_prefetch(begin + at);
    __builtin_prefetch(begin + sizeof(Object) - 1);
}

/// The same for the beginning of a piece of memory, which may be null.
inline void bring_beginning_near(const void* memory) { __builtin_prefetch(memory); }

}  // namespace trunkline
