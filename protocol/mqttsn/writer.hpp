#pragma once
// Where the fields of one message go: counted first, then written into a span that is known to fit.

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstdint>

#include "protocol/base/bytes.hpp"
#include "protocol/mqttsn/types.hpp"

namespace trunkline::mqttsn {

/// Counts what a Writer would write.
class Measure {
public:
    void octet(unsigned) { size_ += 1; }
    void two_octets(std::uint16_t) { size_ += 2; }
    void octets(ByteView view) { size_ += view.size(); }
    std::size_t size() const { return size_; }

private:
    std::size_t size_ = 0;
};

class Writer {
public:
    explicit Writer(std::span<std::byte> target) : rest_(target) {}

    void octet(unsigned value) {
        assert(value <= 0xff);
        assert(!rest_.empty());
        rest_[0] = static_cast<std::byte>(value);
        rest_ = rest_.subspan(1);
    }
    void two_octets(std::uint16_t value) {
        octet(value >> 8);
        octet(value & 0xffU);
    }
    void octets(ByteView view) {
        assert(view.size() <= rest_.size());
        std::copy(view.begin(), view.end(), rest_.begin());
        rest_ = rest_.subspan(view.size());
    }
    bool is_full() const { return rest_.empty(); }

private:
    std::span<std::byte> rest_;
};

}  // namespace trunkline::mqttsn
