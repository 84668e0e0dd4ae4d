#pragma once
// Memory that is going to be used soon.

#include <cstddef>

namespace trunkline {

/// Has the lines of an object brought into the caches without waiting for them.
/// For objects of which there are more than caches hold, a moment before they
/// are used: all lines then come at the same time, instead of one after the
/// other as each is stumbled upon. Of no effect but on time.
template <typename Object>
void bring_near(const Object& object) {
    constexpr std::size_t line = 64;
    const auto* const begin = reinterpret_cast<const std::byte*>(&object);
    for (std::size_t at = 0; at < sizeof(Object); at += line) __builtin_prefetch(begin + at);
    __builtin_prefetch(begin + sizeof(Object) - 1);
}

}  // namespace trunkline
