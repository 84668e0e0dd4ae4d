#pragma once
// The table of sessions, by slot and by client identifier.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "broker/core/client_ids.hpp"
#include "broker/core/session.hpp"

namespace trunkline::broker {

/// Owns every session. References stay valid until erase().
class Sessions {
public:
    /// A session for a client that has none, with a SessionId of its own. [MQTT-3.1.3-2]
    SessionSlot make(std::string_view client_id);
    /// The same with the SessionId that the store knows; new ones get higher numbers.
    SessionSlot restore(std::string_view client_id, SessionId id);
    void erase(SessionSlot slot);

    Session& operator[](SessionSlot slot) { return *slots_[static_cast<std::size_t>(slot)]; }
    const Session& operator[](SessionSlot slot) const { return *slots_[static_cast<std::size_t>(slot)]; }
    /// Null for a slot that is free: a wake-up may come after the session has ended.
    Session* find(SessionSlot slot) { return slots_[static_cast<std::size_t>(slot)].get(); }
    std::optional<SessionSlot> find(std::string_view client_id) const;
    /// Only for restored sessions, and only until restoring_done().
    std::optional<SessionSlot> find_restored(SessionId id) const;
    void restoring_done() { restored_ = {}; }

    std::size_t size() const { return client_ids_.size(); }
    /// Slots from 0 below this may be in use: to look at all sessions, piece by piece.
    std::size_t slot_count() const { return slots_.size(); }
    const Session* find(SessionSlot slot) const { return slots_[static_cast<std::size_t>(slot)].get(); }
    /// Of all queues.
    const QueueTally& queued() const { return *queued_; }
    const std::shared_ptr<QueueTally>& tally() const { return queued_; }

private:
    /// For ClientIds.
    auto text_of() const {
        return [this](SessionSlot slot) -> std::string_view { return (*this)[slot].client_id; };
    }
    SessionSlot add(std::string_view client_id, SessionId id);

    std::shared_ptr<QueueTally> queued_ = std::make_shared<QueueTally>();  // at one place, though the table moves
    std::vector<std::unique_ptr<Session>> slots_;
    std::vector<SessionSlot> free_;
    ClientIds client_ids_;
    std::unordered_map<std::uint64_t, SessionSlot> restored_;
    std::uint64_t last_id_ = 0;
};

}  // namespace trunkline::broker
