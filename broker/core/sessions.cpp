#include "broker/core/sessions.hpp"

#include <algorithm>
#include <cassert>

namespace trunkline::broker {

SessionSlot Sessions::make(std::string_view client_id) { return add(client_id, SessionId{last_id_ + 1}); }

SessionSlot Sessions::restore(std::string_view client_id, SessionId id) {
    const SessionSlot slot = add(client_id, id);
    restored_.emplace(static_cast<std::uint64_t>(id), slot);
    return slot;
}

SessionSlot Sessions::add(std::string_view client_id, SessionId id) {
    assert(!find(client_id));
    auto session = std::make_unique<Session>();
    session->client_id = client_id;
    session->id = id;
    session->queue.tally_in(*queued_);
    last_id_ = std::max(last_id_, static_cast<std::uint64_t>(id));
    SessionSlot slot{static_cast<std::uint32_t>(slots_.size())};
    if (free_.empty()) {
        slots_.emplace_back();
    } else {
        slot = free_.back();
        free_.pop_back();
    }
    slots_[static_cast<std::size_t>(slot)] = std::move(session);
    client_ids_.add(slot, text_of());
    return slot;
}

void Sessions::erase(SessionSlot slot) {
    std::unique_ptr<Session>& session = slots_[static_cast<std::size_t>(slot)];
    assert(session != nullptr);
    client_ids_.erase(session->client_id, text_of());
    session->queue.clear();
    session.reset();
    free_.push_back(slot);
}

std::optional<SessionSlot> Sessions::find(std::string_view client_id) const {
    return client_ids_.find(client_id, text_of());
}

std::optional<SessionSlot> Sessions::find_restored(SessionId id) const {
    const auto found = restored_.find(static_cast<std::uint64_t>(id));
    if (found == restored_.end()) return std::nullopt;
    return found->second;
}

}  // namespace trunkline::broker
