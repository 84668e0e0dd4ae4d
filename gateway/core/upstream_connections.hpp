#pragma once
// The network connections to the broker, as the driver sees them.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "gateway/core/brokers.hpp"
#include "protocol/base/bring_near.hpp"
#include "protocol/base/bytes.hpp"
#include "protocol/base/id_table.hpp"

namespace trunkline::gateway {

/// Given by the core to each upstream connection that it asks for; never twice in its life.
enum class UpstreamId : std::uint64_t {};

/// A sensor's place in the tables of its shard. Used again when the sensor's session is forgotten.
enum class SensorId : std::uint32_t {};

/// What is to be opened, sent and closed. A connection outlives its sensor's interest in it: it is released, sends what
/// it holds, and is forgotten when the driver says that it is closed.
class UpstreamConnections {
public:
    /// It is about to be used. In two steps (bring_near.hpp).
    void expect(UpstreamId id, unsigned step) const {
        if (step == 0) return connections_.expect(id);
        if (const Connection* found = connections_.find(id)) bring_near(*found);
    }

    // towards the sensors
    UpstreamId open(SensorId owner, BrokerId broker) {
        const UpstreamId id{++last_id_};
        connections_.add(id, std::make_unique<Connection>(Connection{owner, broker, false, 0, {}}));
        opens_.push_back(id);
        return id;
    }
    /// Appends what `source.take_output()` has.
    template <typename Source>
    void collect(UpstreamId id, Source& source) {
        Connection& connection = *connections_.find(id);
        if (source.take_output(connection.output) == 0 || connection.is_pending) return;
        connection.is_pending = true;
        pending_.push_back(id);
    }
    /// Another one is its owner from now on.
    void hand_over(UpstreamId id, SensorId owner) { connections_.find(id)->owner = owner; }
    /// Close it once its output is sent; nobody waits for it any more.
    void release(UpstreamId id) {
        connections_.find(id)->owner.reset();
        closes_.push_back(id);
    }

    /// Octets that the connection's socket has not taken. Nearly always none, of all.
    std::size_t unsent(UpstreamId id) const { return unsent_ == 0 ? 0 : connections_.find(id)->unsent; }
    std::size_t unsent_of_all() const { return unsent_; }

    // towards the driver
    /// Nothing for a connection that was released, or never was.
    std::optional<SensorId> owner(UpstreamId id) const {
        const Connection* found = connections_.find(id);
        return found == nullptr ? std::nullopt : found->owner;
    }
    /// Where it goes. Requires that closed() was not called.
    BrokerId broker(UpstreamId id) const { return connections_.find(id)->broker; }
    void closed(UpstreamId id) {
        unsent(id, 0);
        connections_.take(id);
    }
    /// So many octets of what was taken from here the socket has not taken.
    void unsent(UpstreamId id, std::size_t octets) {
        Connection* const found = connections_.find(id);
        if (found == nullptr) return;
        unsent_ = unsent_ - found->unsent + octets;
        found->unsent = static_cast<std::uint32_t>(octets);  // OutputBytes has no more
    }
    std::vector<UpstreamId> take_opens() {
        if (opens_.empty()) return {};
        return std::exchange(opens_, {});
    }
    std::vector<UpstreamId> take_closes() {
        if (closes_.empty()) return {};
        return std::exchange(closes_, {});
    }
    std::span<const UpstreamId> pending() {
        reported_.clear();
        if (pending_.empty()) return reported_;
        std::swap(reported_, pending_);
        for (const UpstreamId id : reported_) {
            if (Connection* found = connections_.find(id)) found->is_pending = false;
        }
        return reported_;
    }
    std::size_t take_output(UpstreamId id, OutputBytes& out) {
        Connection* const found = connections_.find(id);
        if (found == nullptr) return 0;
        const std::size_t size = found->output.size();
        out.take(found->output);
        return size;
    }

    std::size_t size() const { return connections_.size(); }

private:
    struct Connection {
        std::optional<SensorId> owner;
        BrokerId broker{};
        bool is_pending = false;
        std::uint32_t unsent = 0;
        OutputBytes output;
    };
    IdTable<UpstreamId, Connection> connections_;
    std::vector<UpstreamId> opens_;
    std::vector<UpstreamId> closes_;
    std::vector<UpstreamId> pending_;
    std::vector<UpstreamId> reported_;
    std::uint64_t last_id_ = 0;
    std::size_t unsent_ = 0;  // of all
};

}  // namespace trunkline::gateway
