#pragma once
// The octets of datagrams under way: blocks that are used again, so that a datagram costs no allocation.

#include <cstdint>
#include <span>
#include <vector>

#include "protocol/base/bytes.hpp"

namespace trunkline::sim {

class OctetsPool {
public:
    /// Copies; the number is good until release().
    std::uint32_t put(ByteView octets) {
        if (free_.empty()) {
            free_.push_back(static_cast<std::uint32_t>(blocks_.size()));
            blocks_.emplace_back();
        }
        const std::uint32_t block = free_.back();
        free_.pop_back();
        blocks_[block].assign(octets.begin(), octets.end());
        return block;
    }
    ByteView at(std::uint32_t block) const { return blocks_[block]; }
    std::span<std::byte> edit(std::uint32_t block) { return blocks_[block]; }
    void release(std::uint32_t block) { free_.push_back(block); }

private:
    std::vector<std::vector<std::byte>> blocks_;
    std::vector<std::uint32_t> free_;
};

}  // namespace trunkline::sim
