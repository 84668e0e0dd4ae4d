#pragma once
// A few octets that many messages in queues refer to.

#include <cstdint>
#include <string_view>

#include "broker/core/counted.hpp"
#include "protocol/base/bytes.hpp"

namespace trunkline::broker {

/// Immutable octets in one allocation, which its owners share. Nothing is allocated for none.
class SharedOctets {
public:
    SharedOctets() = default;
    explicit SharedOctets(ByteView octets) {
        if (!octets.empty()) block_ = Block::make(octets);
    }
    explicit SharedOctets(std::string_view text) : SharedOctets(as_byte_view(text)) {}

    ByteView view() const { return block_ ? block_->octets() : ByteView(); }
    std::string_view text() const { return as_text(view()); }
    bool empty() const { return !block_; }

private:
    class Block {
    public:
        static Counted<Block> make(ByteView octets);
        static void destroy(const Block* block);
        ByteView octets() const { return {reinterpret_cast<const std::byte*>(this + 1), size_}; }

    private:
        friend class Counted<Block>;
        explicit Block(std::uint32_t size) : size_(size) {}

        mutable std::uint32_t references_ = 0;
        std::uint32_t size_;
    };
    Counted<Block> block_;
};

}  // namespace trunkline::broker
