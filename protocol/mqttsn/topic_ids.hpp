#pragma once
// The topic ids of one session, as its client knows them (§6.5).

#include <cassert>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/bring_near.hpp"
#include "protocol/mqttsn/types.hpp"

namespace trunkline::mqttsn {

/// Names of topics and the normal ids that the gateway has assigned to them. A sensor knows a handful: looked through
/// from the front, and no memory before the first one.
class TopicIds {
public:
    /// Place of a name; names keep their places until forget_all().
    using Place = std::size_t;

    /// A name is about to be looked up. In two steps (bring_near.hpp).
    void expect(unsigned step) const {
        if (step == 0) bring_beginning_near(entries_.data());
        if (step == 1 && !entries_.empty()) bring_beginning_near(entries_.front().name.data());
    }

    /// The place of the name, which is added without an id when it is new.
    Place place_of(std::string_view name) {
        for (Place place = 0; place < entries_.size(); ++place) {
            if (entries_[place].name == name) return place;
        }
        entries_.push_back({std::string(name), unassigned});
        return entries_.size() - 1;
    }
    bool knows(std::string_view name) const {
        for (const Entry& entry : entries_) {
            if (entry.name == name) return true;
        }
        return false;
    }
    /// The name that has this id; nothing for an id that no name has.
    std::optional<std::string_view> name_of(TopicId id) const {
        if (id == unassigned) return std::nullopt;
        for (const Entry& entry : entries_) {
            if (entry.id == id) return entry.name;
        }
        return std::nullopt;
    }
    std::string_view name(Place place) const { return entries_[place].name; }
    bool has_id(Place place) const { return entries_[place].id != unassigned; }
    /// Zero without an id.
    TopicId id(Place place) const { return entries_[place].id; }

    /// The gateway's word is final: an id that it gives to one name is no other name's any more.
    void assign(Place place, TopicId id) {
        assert(!is_reserved(id));
        forget(id);
        entries_[place].id = id;
    }
    void forget_id(Place place) { entries_[place].id = unassigned; }
    /// Whoever has it.
    void forget(TopicId id) {
        for (Entry& entry : entries_) {
            if (entry.id == id) entry.id = unassigned;
        }
    }
    void forget_all() { entries_.clear(); }
    std::size_t size() const { return entries_.size(); }

private:
    static constexpr TopicId unassigned{0};
    struct Entry {
        std::string name;
        TopicId id;
    };
    std::vector<Entry> entries_;
};

}  // namespace trunkline::mqttsn
