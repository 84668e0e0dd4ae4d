#pragma once
// Datagrams on their way out of a gateway: one block for all, so that a batch costs no allocation each.

#include <cstddef>
#include <vector>

#include "protocol/base/address.hpp"
#include "protocol/base/bytes.hpp"

namespace trunkline::gateway {

class DatagramBatch {
public:
    struct Entry {
        Address to;
        std::size_t offset = 0;
        std::size_t size = 0;
    };

    void append(const Address& to, ByteView datagram) {
        entries_.push_back({to, octets_.size(), datagram.size()});
        octets_.insert(octets_.end(), datagram.begin(), datagram.end());
    }
    bool empty() const { return entries_.empty(); }
    std::size_t size() const { return entries_.size(); }
    const Address& to(std::size_t at) const { return entries_[at].to; }
    ByteView datagram(std::size_t at) const { return ByteView(octets_).subspan(entries_[at].offset, entries_[at].size); }
    /// Keeps its memory for the next round.
    void clear() {
        entries_.clear();
        octets_.clear();
    }

private:
    std::vector<Entry> entries_;
    std::vector<std::byte> octets_;
};

}  // namespace trunkline::gateway
