#pragma once
// Datagrams on their way out: one block for all, so that a batch costs no allocation each.

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "protocol/base/address.hpp"
#include "protocol/base/bytes.hpp"

namespace trunkline {

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
    /// Room for one datagram, to be written by the caller before anything else happens.
    std::span<std::byte> extend(const Address& to, std::size_t size) {
        entries_.push_back({to, octets_.size(), size});
        octets_.resize(octets_.size() + size);
        return std::span<std::byte>(octets_).last(size);
    }
    /// Appends all of `other`, which is empty afterwards. Swaps when there is nothing to keep in order.
    void take(DatagramBatch& other) {
        if (other.empty()) return;
        if (empty()) {
            clear();
            std::swap(*this, other);
            return;
        }
        for (std::size_t at = 0; at < other.size(); ++at) append(other.to(at), other.datagram(at));
        other.clear();
    }

    bool empty() const { return entries_.empty(); }
    std::size_t size() const { return entries_.size(); }
    std::size_t octets() const { return octets_.size(); }
    const Address& to(std::size_t at) const { return entries_[at].to; }
    ByteView datagram(std::size_t at) const {
        return ByteView(octets_).subspan(entries_[at].offset, entries_[at].size);
    }
    /// Keeps its memory for the next round.
    void clear() {
        entries_.clear();
        octets_.clear();
    }

private:
    std::vector<Entry> entries_;
    std::vector<std::byte> octets_;
};

}  // namespace trunkline
