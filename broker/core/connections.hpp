#pragma once
// The table of network connections.

#include <cassert>
#include <memory>
#include <utility>

#include "broker/core/connection.hpp"
#include "protocol/base/id_table.hpp"

namespace trunkline::broker {

/// Owns every connection. References stay valid until erase().
class Connections {
public:
    Connection& add(std::unique_ptr<Connection> connection) {
        Connection& added = *connection;
        [[maybe_unused]] const bool is_new = by_id_.add(added.id, std::move(connection));
        assert(is_new);
        added.older = newest_;
        if (newest_ != nullptr) newest_->newer = &added;
        if (oldest_ == nullptr) oldest_ = &added;
        newest_ = &added;
        return added;
    }
    void erase(ConnectionId id) {
        const std::unique_ptr<Connection> gone = by_id_.take(id);
        assert(gone);
        (gone->older == nullptr ? oldest_ : gone->older->newer) = gone->newer;
        (gone->newer == nullptr ? newest_ : gone->newer->older) = gone->older;
    }
    /// To walk all of them in the order of their opening: oldest(), then `newer`.
    Connection* oldest() const { return oldest_; }
    void expect(ConnectionId id) const { by_id_.expect(id); }
    Connection* find(ConnectionId id) const { return by_id_.find(id); }
    std::size_t size() const { return by_id_.size(); }

private:
    Connection* oldest_ = nullptr;
    Connection* newest_ = nullptr;
    IdTable<ConnectionId, Connection> by_id_;
};

}  // namespace trunkline::broker
