#include "gateway/main/reserved_heap.hpp"

#include <malloc.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <vector>

namespace trunkline::gateway {

namespace {

constexpr std::size_t piece_bytes = 64 * 1024;    // of a larger one malloc() makes a mapping of its own
constexpr std::size_t page_bytes = 4 * 1024;      // or larger
constexpr std::size_t slack_bytes = 1024 * 1024;  // what may be free besides, before malloc() gives anything back

}  // namespace

void reserve_heap(std::size_t bytes) {
    if (bytes == 0) return;
    constexpr std::size_t most = std::numeric_limits<int>::max();
    ::mallopt(M_TRIM_THRESHOLD, static_cast<int>(std::min(bytes + slack_bytes, most)));
    std::vector<std::unique_ptr<std::byte[]>> pieces;
    for (std::size_t taken = 0; taken < bytes; taken += piece_bytes) {
        std::byte* piece = pieces.emplace_back(new std::byte[piece_bytes]).get();
        for (std::size_t at = 0; at < piece_bytes; at += page_bytes) static_cast<volatile std::byte&>(piece[at]) = {};
    }
}

}  // namespace trunkline::gateway
