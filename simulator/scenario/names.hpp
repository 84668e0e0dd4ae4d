#pragma once
// The ids of one kind of thing: no two equal, found by reference or by glob.

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "simulator/scenario/field.hpp"

namespace trunkline::sim::reading {

/// `*` any run of characters, `?` one character; everything else itself.
bool glob_matches(std::string_view glob, std::string_view text);

/// Ids in the order in which they were added, which is the order of the plan.
class Names {
public:
    explicit Names(std::string_view kind) : kind_(kind) {}

    /// Refuses an id that is there already.
    void add(const Field& field, const std::string& id);
    /// The index of the id that the field names, or a refusal with the nearest one.
    std::size_t index_of(const Field& field) const;
    /// The indexes, ascending, that a selector `kind:glob` picks. Refuses another kind, and a glob that picks nothing.
    std::vector<std::size_t> select(const Field& field) const;

    /// For the end of a line about an id that is none of these: the nearest one, or which there are.
    std::string suggest(std::string_view written) const;

    std::size_t size() const { return ids_.size(); }
    const std::string& operator[](std::size_t index) const { return ids_[index]; }

private:
    /// Some ids, for suggestions: comparing with a million would take its time.
    std::vector<std::string_view> some() const;

    std::string_view kind_;
    std::vector<std::string> ids_;
    std::unordered_map<std::string, std::size_t> index_;
};

}  // namespace trunkline::sim::reading
