#pragma once
// The store that is only memory: for virtual runs that are not about disks, and for tests.

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "broker/core/store_batch.hpp"

namespace trunkline::broker {

/// Gives back exactly what was applied. It outlives the core that it serves, as a disk would, and shares the core's
/// messages: both belong to one thread.
class Ledger : public Store {
public:
    Result<void, StoreError> apply(const StoreBatch& batch) override;
    Result<void, StoreError> load(Visitor& visitor, const WallClock& clock) override;
    Result<FetchedPart, StoreError> fetch(const Fetch& wanted) override;

    std::size_t session_count() const { return sessions_.size(); }
    std::size_t subscription_count() const { return subscriptions_.size(); }
    std::size_t inbound_count() const { return inbound_.size(); }
    std::size_t entry_count() const { return entries_.size(); }
    std::size_t retained_count() const { return retained_.size(); }
    std::size_t will_count() const { return wills_.size(); }
    Ticket last_ticket() const { return last_ticket_; }

private:
    using Place = std::pair<SessionId, std::uint64_t>;  // in the queue of a session, by sequence
    static Place place_of(const EntryRecord& record) { return {record.session, record.sequence}; }
    void erase_entry(ArrivalNumber arrival);
    void erase_deep(SessionId session);

    std::map<SessionId, SessionRecord> sessions_;
    std::map<std::pair<SessionId, std::string>, SubscriptionRecord> subscriptions_;
    std::set<std::pair<SessionId, mqtt::PacketId>> inbound_;
    std::map<ArrivalNumber, EntryRecord> entries_;
    std::map<Place, ArrivalNumber> deep_;
    std::map<std::string, RetainedRecord> retained_;
    std::map<SessionId, WillRecord> wills_;
    Ticket last_ticket_{};
    WallClock clock_;  // of the core that has loaded
};

}  // namespace trunkline::broker
