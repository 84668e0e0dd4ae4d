#pragma once
// A hash table in one piece of memory: nearly every look-up sees one place of it.

#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "protocol/base/bring_near.hpp"

namespace trunkline {

/// Values under keys. A node of its own for each, as in std::unordered_map, costs two more looks into memory that is
/// far away. A value that is false (null, nullopt) stands for a free place and is never entered. `Hash` spreads over
/// all 64 bits, of which the upper ones count. Places move when others come and go. There is no walking through it: its
/// order would be that of the hash.
template <typename Key, typename Value, typename Hash>
class FlatTable {
public:
    explicit FlatTable(Hash hash = Hash()) : hash_(hash) {}

    std::size_t size() const { return size_; }

    /// Null: there is none. Valid until the table changes.
    Value* find(const Key& key) {
        if (places_.empty()) return nullptr;
        Place& place = places_[index_of(key)];
        return place.value ? &place.value : nullptr;
    }
    const Value* find(const Key& key) const { return const_cast<FlatTable*>(this)->find(key); }
    /// The key is going to be looked up: brings near where it should stand.
    void expect(const Key& key) const {
        if (!places_.empty()) bring_near(places_[home_of(key)]);
    }
    /// What stands there, nearly always the key's; null: nothing is to be found.
    const Value* likely(const Key& key) const {
        return places_.empty() || !places_[home_of(key)].value ? nullptr : &places_[home_of(key)].value;
    }
    /// False: the key is taken, and the value is lost.
    bool add(Key key, Value value) {
        if (4 * (size() + 1) > 3 * places_.size()) grow();
        Place& place = places_[index_of(key)];
        if (place.value) return false;
        place.key = std::move(key);
        place.value = std::move(value);
        ++size_;
        return true;
    }
    /// False: there was none.
    Value take(const Key& key) {
        if (places_.empty()) return Value();
        const std::size_t index = index_of(key);
        Value taken = std::exchange(places_[index].value, Value());
        if (taken) {
            --size_;
            close_gap(index);
        }
        return taken;
    }
    void clear() {
        places_.clear();
        size_ = 0;
    }

private:
    struct Place {
        Key key{};
        Value value{};
    };

    std::size_t home_of(const Key& key) const {
        return static_cast<std::size_t>(static_cast<std::uint64_t>(hash_(key)) >> unused_bits_);
    }
    std::size_t after(std::size_t index) const { return (index + 1) & (places_.size() - 1); }
    /// Where the key stands, or would.
    std::size_t index_of(const Key& key) const {
        std::size_t index = home_of(key);
        while (places_[index].value && !(places_[index].key == key)) index = after(index);
        return index;
    }
    void grow() {
        constexpr std::size_t smallest = 4;
        std::vector<Place> before(places_.empty() ? smallest : 2 * places_.size());
        before.swap(places_);
        unused_bits_ = 64U - static_cast<std::uint32_t>(std::countr_zero(places_.size()));
        for (Place& place : before) {
            if (place.value) places_[index_of(place.key)] = std::move(place);
        }
    }
    /// Whoever stands behind a gap and could not have its home moves up.
    void close_gap(std::size_t gap) {
        for (std::size_t index = after(gap); places_[index].value; index = after(index)) {
            const std::size_t mask = places_.size() - 1;
            const std::size_t from_home = (index - home_of(places_[index].key)) & mask;
            if (from_home < ((index - gap) & mask)) continue;
            places_[gap].key = std::move(places_[index].key);
            places_[gap].value = std::exchange(places_[index].value, Value());
            gap = index;
        }
    }

    [[no_unique_address]] Hash hash_;
    std::vector<Place> places_;  // a power of two, at most three quarters of them taken
    std::uint32_t size_ = 0;
    std::uint32_t unused_bits_ = 0;  // of a hash, behind those that say the home
};

/// For numbers that count: those in a row are spread over the table, so that those that live long do not stand in each
/// other's way.
struct NumberHash {
    template <typename Number>
    std::uint64_t operator()(Number number) const {
        constexpr std::uint64_t golden = 0x9e3779b97f4a7c15U;
        return static_cast<std::uint64_t>(number) * golden;
    }
};

}  // namespace trunkline
