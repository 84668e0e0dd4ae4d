#pragma once
// Datagrams on their way out of one client, in a row.

#include <cstddef>
#include <span>
#include <vector>

#include "protocol/base/bytes.hpp"

namespace trunkline::mqttsn {

/// Keeps its memory when cleared, so that whoever uses it again allocates nothing.
class Datagrams {
public:
    /// Room for one more, to be written by the caller before anything else happens.
    std::span<std::byte> extend(std::size_t size) {
        octets_.resize(octets_.size() + size);
        ends_.push_back(octets_.size());
        return std::span<std::byte>(octets_).last(size);
    }

    bool empty() const { return ends_.empty(); }
    std::size_t size() const { return ends_.size(); }
    ByteView operator[](std::size_t place) const {
        const std::size_t begin = place == 0 ? 0 : ends_[place - 1];
        return ByteView(octets_).subspan(begin, ends_[place] - begin);
    }
    void clear() {
        octets_.clear();
        ends_.clear();
    }

private:
    std::vector<std::byte> octets_;
    std::vector<std::size_t> ends_;
};

}  // namespace trunkline::mqttsn
