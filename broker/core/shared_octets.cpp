#include "broker/core/shared_octets.hpp"

#include <cstring>
#include <new>

namespace trunkline::broker {

Counted<SharedOctets::Block> SharedOctets::Block::make(ByteView octets) {
    void* room = ::operator new(sizeof(Block) + octets.size());
    auto* block = new (room) Block(static_cast<std::uint32_t>(octets.size()));
    std::memcpy(block + 1, octets.data(), octets.size());
    return Counted<Block>(block);
}

void SharedOctets::Block::destroy(const Block* block) {
    block->~Block();
    ::operator delete(const_cast<Block*>(block));
}

}  // namespace trunkline::broker
