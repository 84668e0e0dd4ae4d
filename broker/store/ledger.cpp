#include "broker/store/ledger.hpp"

#include <cstdint>
#include <type_traits>
#include <utility>
#include <variant>

#include "broker/store/message_on_line.hpp"

namespace trunkline::broker {

Result<void, StoreError> Ledger::apply(const StoreBatch& batch) {
    const auto enter = [this](const auto& operation) {
        using Operation = std::decay_t<decltype(operation)>;
        if constexpr (std::is_same_v<Operation, PutSession>) {
            sessions_.insert_or_assign(operation.record.id, operation.record);
        } else if constexpr (std::is_same_v<Operation, DropSession>) {
            sessions_.erase(operation.id);
            const auto first = subscriptions_.lower_bound({operation.id, std::string()});
            const auto end =
                subscriptions_.lower_bound({SessionId{static_cast<std::uint64_t>(operation.id) + 1}, std::string()});
            subscriptions_.erase(first, end);
            inbound_.erase(inbound_.lower_bound({operation.id, {}}),
                           inbound_.lower_bound({SessionId{static_cast<std::uint64_t>(operation.id) + 1}, {}}));
        } else if constexpr (std::is_same_v<Operation, PutSubscription>) {
            subscriptions_.insert_or_assign({operation.record.session, operation.record.filter}, operation.record);
        } else if constexpr (std::is_same_v<Operation, DropSubscription>) {
            subscriptions_.erase({operation.session, operation.filter});
        } else if constexpr (std::is_same_v<Operation, PutEntry>) {
            entries_.insert_or_assign(operation.record.arrival, operation.record);
            if (operation.record.is_deep) deep_.emplace(place_of(operation.record), operation.record.arrival);
        } else if constexpr (std::is_same_v<Operation, DropEntry>) {
            erase_entry(operation.arrival);
        } else if constexpr (std::is_same_v<Operation, ReleaseEntry>) {
            const auto found = entries_.find(operation.arrival);
            if (found != entries_.end()) found->second.is_released = true;
        } else if constexpr (std::is_same_v<Operation, DeepenEntry>) {
            const auto found = entries_.find(operation.arrival);
            if (found == entries_.end()) return;
            found->second.is_deep = true;
            deep_.emplace(place_of(found->second), operation.arrival);
        } else if constexpr (std::is_same_v<Operation, DropDeepEntries>) {
            erase_deep(operation.session);
        } else if constexpr (std::is_same_v<Operation, PutInbound>) {
            inbound_.emplace(operation.record.session, operation.record.packet_id);
        } else if constexpr (std::is_same_v<Operation, DropInbound>) {
            inbound_.erase({operation.record.session, operation.record.packet_id});
        } else if constexpr (std::is_same_v<Operation, PutRetained>) {
            retained_.insert_or_assign(std::string(operation.record.message->topic()), operation.record);
        } else if constexpr (std::is_same_v<Operation, DropRetained>) {
            retained_.erase(operation.topic);
        } else if constexpr (std::is_same_v<Operation, PutWill>) {
            wills_.insert_or_assign(operation.record.session, operation.record);
        } else if constexpr (std::is_same_v<Operation, DropWill>) {
            wills_.erase(operation.session);
        }
    };
    for (const StoreOperation& operation : batch.operations) std::visit(enter, operation);
    last_ticket_ = batch.ticket;
    return {};
}

void Ledger::erase_entry(ArrivalNumber arrival) {
    const auto found = entries_.find(arrival);
    if (found == entries_.end()) return;
    if (found->second.is_deep) deep_.erase(place_of(found->second));
    entries_.erase(found);
}

void Ledger::erase_deep(SessionId session) {
    const auto first = deep_.lower_bound({session, 0});
    const auto end = deep_.lower_bound({SessionId{static_cast<std::uint64_t>(session) + 1}, 0});
    for (auto place = first; place != end; ++place) entries_.erase(place->second);
    deep_.erase(first, end);
}

Result<FetchedPart, StoreError> Ledger::fetch(const Fetch& wanted) {
    FetchedPart part;
    std::size_t bytes = 0;
    auto place = deep_.lower_bound({wanted.session, wanted.from});
    for (; place != deep_.end() && place->first.first == wanted.session; ++place) {
        if (part.records.size() == wanted.most_messages || bytes >= wanted.most_bytes) return part;
        const EntryRecord& kept = entries_.at(place->second);
        if (wanted.expired_at && (!kept.expires_at || *kept.expires_at > *wanted.expired_at)) {
            if (!part.next_expiry || (kept.expires_at && *kept.expires_at < *part.next_expiry))
                part.next_expiry = kept.expires_at;
            continue;
        }
        EntryRecord record = kept;
        record.message = message_on_line(*kept.message, kept.received_at, kept.expires_at, clock_);
        bytes += record.message->footprint();
        part.next = record.sequence + 1;
        part.records.push_back(std::move(record));
    }
    part.is_end = true;
    return part;
}

Result<void, StoreError> Ledger::load(Visitor& visitor, const WallClock& clock) {
    clock_ = clock;
    for (const auto& [id, record] : sessions_) visitor.record(record);
    for (const auto& [key, record] : subscriptions_) visitor.record(record);
    for (const auto& [session, packet_id] : inbound_) visitor.record(InboundRecord{session, packet_id});
    for (const auto& [arrival, kept] : entries_) {
        EntryRecord record = kept;
        record.message = message_on_line(*kept.message, kept.received_at, kept.expires_at, clock);
        visitor.record(std::move(record));
    }
    for (const auto& [topic, kept] : retained_) {
        RetainedRecord record = kept;
        record.message = message_on_line(*kept.message, kept.received_at, kept.expires_at, clock);
        visitor.record(std::move(record));
    }
    for (const auto& [session, kept] : wills_) {
        WillRecord record = kept;
        record.message = message_on_line(*kept.message, kept.received_at, std::nullopt, clock);
        visitor.record(std::move(record));
    }
    return {};
}

}  // namespace trunkline::broker
