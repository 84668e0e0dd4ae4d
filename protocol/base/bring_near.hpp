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

/// The lines from the beginning of an object to the end of one of its members,
/// of an object that has in front what every use of it needs.
template <typename Object, typename Member>
void bring_near(const Object& object, const Member& last) {
    constexpr std::ptrdiff_t line = 64;
    const auto* at = reinterpret_cast<const std::byte*>(&object);
    const auto* const end = reinterpret_cast<const std::byte*>(&last + 1);
    for (; end - at > line; at += line) bring_beginning_near(at);
    bring_beginning_near(at);
    bring_beginning_near(end - 1);
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
    bring_near(object, object);
}

}  // namespace trunkline
