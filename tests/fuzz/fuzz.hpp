#pragma once
// What the fuzz targets share.

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>

#include "protocol/base/bytes.hpp"

/// The entry that libFuzzer calls with each input; replay_main.cpp calls it with each file of a corpus.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* input, std::size_t size);

namespace trunkline::fuzz {

inline ByteView as_byte_view(const std::uint8_t* input, std::size_t size) {
    return std::as_bytes(std::span<const std::uint8_t>(input, size));
}

/// Holds in every build, unlike assert.
inline void require(bool holds, const char* promise) {
    if (holds) return;
    std::fprintf(stderr, "broken: %s\n", promise);
    std::abort();
}

}  // namespace trunkline::fuzz
