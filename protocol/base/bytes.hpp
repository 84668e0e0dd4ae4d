#pragma once
// Byte spans and the buffer in which a core leaves what is to be sent.

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

namespace trunkline {

using ByteView = std::span<const std::byte>;

/// The octets of a text, not copied.
inline ByteView as_byte_view(std::string_view text) {
    return std::as_bytes(std::span<const char>(text.data(), text.size()));
}

/// The text in octets, not copied, not checked.
inline std::string_view as_text(ByteView bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

/// Bytes on their way out of a core: one contiguous buffer, appended at the end, consumed at the front, and given back
/// to the allocator when empty, so that an idle connection holds none.
class OutputBytes {
public:
    std::size_t size() const { return bytes_.size() - consumed_; }
    bool empty() const { return size() == 0; }
    ByteView view() const { return ByteView(bytes_).subspan(consumed_); }
    /// What it takes of the heap, used or not.
    std::size_t memory_bytes() const { return bytes_.capacity(); }

    void append(ByteView bytes) {
        forget_consumed();
        bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    }
    /// Room for exactly this many bytes at the end, to be written by the caller before anything else happens.
    std::span<std::byte> extend(std::size_t bytes) {
        forget_consumed();
        const std::size_t before = bytes_.size();
        bytes_.resize(before + bytes);
        return std::span<std::byte>(bytes_).subspan(before);
    }
    /// Forgets the first bytes: they have been taken by the socket.
    void consume(std::size_t bytes) {
        assert(bytes <= size());
        consumed_ += bytes;
        if (consumed_ == bytes_.size()) release();
    }
    /// Appends all of `other`, which is empty afterwards. Swaps when there is nothing to keep in order.
    void take(OutputBytes& other) {
        if (empty()) {
            release();
            std::swap(bytes_, other.bytes_);
            std::swap(consumed_, other.consumed_);
        } else {
            append(other.view());
            other.release();
        }
    }

private:
    void release() {
        std::vector<std::byte>().swap(bytes_);  // assigning {} would keep the memory
        consumed_ = 0;
    }
    /// A receiver that is slow but never quite caught up must not make the buffer grow without end. Moving at most as
    /// many bytes as were consumed costs each byte one copy.
    void forget_consumed() {
        if (consumed_ < size()) return;
        bytes_.erase(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(consumed_));
        consumed_ = 0;
    }
    std::vector<std::byte> bytes_;
    std::size_t consumed_ = 0;
};

}  // namespace trunkline
