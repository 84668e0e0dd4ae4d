#pragma once
// Byte spans and the buffer in which a core leaves what is to be sent.

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
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
    OutputBytes() = default;
    OutputBytes(OutputBytes&& other) noexcept { swap(other); }
    OutputBytes& operator=(OutputBytes&& other) noexcept {
        OutputBytes taken(std::move(other));
        swap(taken);
        return *this;
    }

    std::size_t size() const { return end_ - begin_; }
    bool empty() const { return begin_ == end_; }
    ByteView view() const { return {memory_.get() + begin_, size()}; }
    /// What it takes of the heap, used or not.
    std::size_t memory_bytes() const { return capacity_; }

    void append(ByteView bytes) {
        if (bytes.empty()) return;  // memcpy wants no null pointer, not even for nothing
        std::memcpy(extend(bytes.size()).data(), bytes.data(), bytes.size());
    }
    /// Room for exactly this many bytes at the end, to be written by the caller before anything else happens.
    std::span<std::byte> extend(std::size_t bytes) {
        if (bytes > capacity_ - end_) make_room(bytes);
        std::byte* const room = memory_.get() + end_;
        end_ += static_cast<std::uint32_t>(bytes);
        return {room, bytes};
    }
    /// While it holds nothing: the next so many bytes will cost one allocation.
    void expect(std::size_t bytes) {
        if (capacity_ == 0 && bytes != 0) make_room(bytes);
    }
    /// Forgets the first bytes: they have been taken by the socket.
    void consume(std::size_t bytes) {
        assert(bytes <= size());
        begin_ += static_cast<std::uint32_t>(bytes);
        if (empty()) release();
    }
    /// Appends all of `other`, which is empty afterwards. Swaps when there is nothing to keep in order.
    void take(OutputBytes& other) {
        if (other.empty()) return;
        if (empty()) {
            release();
            swap(other);
        } else {
            append(other.view());
            other.release();
        }
    }

private:
    static constexpr std::size_t least_capacity = 32;

    void swap(OutputBytes& other) noexcept {
        std::swap(memory_, other.memory_);
        std::swap(capacity_, other.capacity_);
        std::swap(begin_, other.begin_);
        std::swap(end_, other.end_);
    }
    void release() {
        memory_.reset();
        capacity_ = begin_ = end_ = 0;
    }
    /// A receiver that is slow but never quite caught up must not make the buffer grow without end: what was consumed
    /// is used again. Moving at most as many bytes as were consumed costs each byte one copy.
    void make_room(std::size_t bytes) {
        const std::size_t kept = size();
        if (kept + bytes <= capacity_ && begin_ >= kept) {
            std::memmove(memory_.get(), memory_.get() + begin_, kept);
        } else {
            const std::size_t capacity = std::max({least_capacity, 2 * kept, kept + bytes});
            assert(capacity <= std::numeric_limits<std::uint32_t>::max());
            auto memory = std::make_unique_for_overwrite<std::byte[]>(capacity);
            if (kept != 0) std::memcpy(memory.get(), memory_.get() + begin_, kept);
            memory_ = std::move(memory);
            capacity_ = static_cast<std::uint32_t>(capacity);
        }
        begin_ = 0;
        end_ = static_cast<std::uint32_t>(kept);
    }

    std::unique_ptr<std::byte[]> memory_;
    std::uint32_t capacity_ = 0;
    std::uint32_t begin_ = 0;
    std::uint32_t end_ = 0;
};

}  // namespace trunkline
