#pragma once
// The table of network connections.

#include <cassert>
#include <cstdint>
#include <memory>
#include <unordered_map>
#include <utility>
#include <vector>

#include "broker/core/connection.hpp"

namespace trunkline::broker {

/// Owns every connection. References stay valid until erase().
class Connections {
public:
    Connection& add(std::unique_ptr<Connection> connection) {
        const ConnectionId id = connection->id;
        const auto [place, is_new] = by_id_.emplace(id, std::move(connection));
        assert(is_new);
        Connection& added = *place->second;
        added.older = newest_;
        if (newest_ != nullptr) newest_->newer = &added;
        if (oldest_ == nullptr) oldest_ = &added;
        newest_ = &added;
        return added;
    }
    void erase(ConnectionId id) {
        const auto found = by_id_.find(id);
        assert(found != by_id_.end());
        const Connection& gone = *found->second;
        (gone.older == nullptr ? oldest_ : gone.older->newer) = gone.newer;
        (gone.newer == nullptr ? newest_ : gone.newer->older) = gone.older;
        by_id_.erase(found);
    }
    /// To walk all of them in the order of their opening: oldest(), then `newer`.
    Connection* oldest() const { return oldest_; }
    Connection* find(ConnectionId id) const {
        const auto found = by_id_.find(id);
        return found == by_id_.end() ? nullptr : found->second.get();
    }
    std::size_t size() const { return by_id_.size(); }

private:
    Connection* oldest_ = nullptr;
    Connection* newest_ = nullptr;
    std::unordered_map<ConnectionId, std::unique_ptr<Connection>> by_id_;
};

}  // namespace trunkline::broker
