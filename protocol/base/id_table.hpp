#pragma once
// Things by numbers of which none is used twice: connections, streams.

#include <bit>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace trunkline {

/// Owns objects, each under an identifier (an enum). Finding one looks at one place in nearly every case; a node of its
/// own for each, as in std::unordered_map, costs two more looks into memory that is far away. There is no walking
/// through it: its order would be that of the hash.
template <typename Id, typename Object>
class IdTable {
public:
    std::size_t size() const { return size_; }

    /// Null: there is none.
    Object* find(Id id) const {
        if (places_.empty()) return nullptr;
        const Place& place = places_[index_of(id)];
        return place.object.get();
    }
    /// False: the identifier is taken, and the object is lost.
    bool add(Id id, std::unique_ptr<Object> object) {
        assert(object);
        if (4 * (size_ + 1) > 3 * places_.size()) grow();
        Place& place = places_[index_of(id)];
        if (place.object) return false;
        place = {id, std::move(object)};
        ++size_;
        return true;
    }
    /// Null: there was none.
    std::unique_ptr<Object> take(Id id) {
        if (places_.empty()) return nullptr;
        const std::size_t index = index_of(id);
        std::unique_ptr<Object> taken = std::move(places_[index].object);
        if (taken) {
            --size_;
            close_gap(index);
        }
        return taken;
    }

private:
    struct Place {
        Id id{};
        std::unique_ptr<Object> object;  // null: the place is free
    };

    /// Numbers in a row are spread over the table, so that those that live long do not stand in each other's way.
    std::size_t home_of(Id id) const {
        constexpr std::uint64_t golden = 0x9e3779b97f4a7c15U;
        const auto bits = static_cast<unsigned>(std::countr_zero(places_.size()));
        return static_cast<std::size_t>(static_cast<std::uint64_t>(id) * golden >> (64 - bits));
    }
    std::size_t after(std::size_t index) const { return (index + 1) & (places_.size() - 1); }
    /// Where the identifier stands, or would.
    std::size_t index_of(Id id) const {
        std::size_t index = home_of(id);
        while (places_[index].object && places_[index].id != id) index = after(index);
        return index;
    }
    void grow() {
        constexpr std::size_t smallest = 16;
        std::vector<Place> before(places_.empty() ? smallest : 2 * places_.size());
        before.swap(places_);
        for (Place& place : before) {
            if (place.object) places_[index_of(place.id)] = std::move(place);
        }
    }
    /// Whoever stands behind a gap and could not have its home moves up.
    void close_gap(std::size_t gap) {
        for (std::size_t index = after(gap); places_[index].object; index = after(index)) {
            const std::size_t mask = places_.size() - 1;
            const std::size_t from_home = (index - home_of(places_[index].id)) & mask;
            if (from_home < ((index - gap) & mask)) continue;
            places_[gap] = std::move(places_[index]);
            gap = index;
        }
    }

    std::vector<Place> places_;  // a power of two, at most three quarters of them taken
    std::size_t size_ = 0;
};

}  // namespace trunkline
