#pragma once
// Which session a client identifier belongs to.

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "broker/core/slots.hpp"

namespace trunkline::broker {

/// Slots by the identifiers of their sessions. The texts stay the sessions' own, so that an entry is a number:
/// `text_of(slot)` is asked for them. There is no walking through it: its order would be that of the hash.
class ClientIds {
public:
    std::size_t size() const { return size_; }

    template <typename TextOf>
    std::optional<SessionSlot> find(std::string_view id, TextOf text_of) const {
        if (places_.empty()) return std::nullopt;
        const Place place = places_[index_of(id, text_of)];
        if (place == free) return std::nullopt;
        return slot_in(place);
    }
    /// The identifier of the slot's session is not there yet.
    template <typename TextOf>
    void add(SessionSlot slot, TextOf text_of) {
        if (4 * (size_ + 1) > 3 * places_.size()) grow(text_of);
        Place& place = places_[index_of(text_of(slot), text_of)];
        assert(place == free);
        place = static_cast<Place>(slot) + 1;
        ++size_;
    }
    /// It is there.
    template <typename TextOf>
    void erase(std::string_view id, TextOf text_of) {
        std::size_t gap = index_of(id, text_of);
        assert(places_[gap] != free);
        --size_;
        // Whoever stands behind the gap and could not have its home moves up.
        for (std::size_t index = after(gap); places_[index] != free; index = after(index)) {
            const std::size_t from_home = (index - home_of(text_of(slot_in(places_[index])))) & mask();
            if (from_home < ((index - gap) & mask())) continue;
            places_[gap] = places_[index];
            gap = index;
        }
        places_[gap] = free;
    }

private:
    using Place = std::uint32_t;  // a slot's number and 1
    static constexpr Place free = 0;

    static SessionSlot slot_in(Place place) { return SessionSlot{place - 1}; }
    std::size_t mask() const { return places_.size() - 1; }
    std::size_t after(std::size_t index) const { return (index + 1) & mask(); }
    std::size_t home_of(std::string_view id) const { return std::hash<std::string_view>{}(id)&mask(); }
    /// Where the identifier stands, or would.
    template <typename TextOf>
    std::size_t index_of(std::string_view id, TextOf text_of) const {
        std::size_t index = home_of(id);
        while (places_[index] != free && text_of(slot_in(places_[index])) != id) index = after(index);
        return index;
    }
    template <typename TextOf>
    void grow(TextOf text_of) {
        constexpr std::size_t smallest = 16;
        std::vector<Place> before(places_.empty() ? smallest : 2 * places_.size(), free);
        before.swap(places_);
        for (const Place place : before) {
            if (place != free) places_[index_of(text_of(slot_in(place)), text_of)] = place;
        }
    }

    std::vector<Place> places_;  // a power of two, at most three quarters of them taken
    std::size_t size_ = 0;
};

}  // namespace trunkline::broker
