#pragma once
// Things by numbers of which none is used twice: connections, streams.

#include <cassert>
#include <cstddef>
#include <memory>
#include <utility>

#include "protocol/base/flat_table.hpp"

namespace trunkline {

/// Owns objects, each under an identifier (an enum). They stay where they are.
template <typename Id, typename Object>
class IdTable {
public:
    std::size_t size() const { return table_.size(); }

    /// Null: there is none.
    Object* find(Id id) const {
        const std::unique_ptr<Object>* found = table_.find(id);
        return found == nullptr ? nullptr : found->get();
    }
    void expect(Id id) const { table_.expect(id); }
    /// False: the identifier is taken, and the object is lost.
    bool add(Id id, std::unique_ptr<Object> object) {
        assert(object);
        return table_.add(id, std::move(object));
    }
    /// Null: there was none.
    std::unique_ptr<Object> take(Id id) { return table_.take(id); }

private:
    FlatTable<Id, std::unique_ptr<Object>, NumberHash> table_;
};

}  // namespace trunkline
