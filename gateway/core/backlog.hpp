#pragma once
// A sensor's messages that the gateway has taken over from it, because the broker was away.

#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "gateway/core/store_batch.hpp"
#include "protocol/base/bytes.hpp"
#include "protocol/base/seldom.hpp"
#include "protocol/mqttsn/messages.hpp"

namespace trunkline::gateway {

/// In the order in which they came; stored, and acknowledged to the sensor once they are. They go to the broker before
/// anything newer, and stay here until it has acknowledged them. Nothing on the heap while empty.
class Backlog {
public:
    struct Entry {
        UplinkRecord record;
        mqttsn::MsgId msg_id{};                   // the sensor's; zero after a restart
        std::optional<mqtt::PacketId> under_way;  // to the broker
        bool was_sent = false;                    // in the broker's session, perhaps, before a restart
        bool is_promised = false;                 // QoS 2: PUBREC was sent before the broker's
    };

    void add(Entry entry) {
        all_.get().octets += octets_of(entry.record);
        all_->entries.push_back(std::move(entry));
    }
    /// A retransmission of what is here: its PUBACK was lost.
    bool contains(const mqttsn::Publish& packet, std::string_view topic) const {
        return packet.dup && all_ && std::any_of(all_->entries.begin(), all_->entries.end(), [&](const Entry& entry) {
                   return entry.msg_id == packet.msg_id && entry.record.topic == topic &&
                          std::equal(packet.data.begin(), packet.data.end(), entry.record.payload.begin(),
                                     entry.record.payload.end());
               });
    }
    /// The first that is not under way.
    Entry* next() {
        return first_of([](const Entry& entry) { return !entry.under_way; });
    }
    std::size_t under_way() {
        const std::span<Entry> all = entries();
        return static_cast<std::size_t>(
            std::count_if(all.begin(), all.end(), [](const Entry& entry) { return entry.under_way.has_value(); }));
    }
    /// The one that this acknowledgement ends.
    std::optional<UplinkRecord> take(mqtt::PacketId packet_id) {
        Entry* const found = first_of([&](const Entry& entry) { return entry.under_way == packet_id; });
        if (found == nullptr) return std::nullopt;
        UplinkRecord record = std::move(found->record);
        all_->octets -= octets_of(record);
        all_->entries.erase(all_->entries.begin() + (found - all_->entries.data()));
        if (all_->entries.empty()) all_.reset();
        return record;
    }
    /// Another upstream connection, to which packet identifiers mean nothing, takes over.
    void start_over() {
        for (Entry& entry : entries()) entry.under_way.reset();
    }
    /// Nothing: it is not here.
    Entry* find(UplinkNumber number) {
        return first_of([&](const Entry& entry) { return entry.record.number == number; });
    }
    std::span<Entry> entries() { return all_ ? std::span(all_->entries) : std::span<Entry>(); }
    std::vector<Entry> take_all() {
        std::vector<Entry> taken;
        if (all_) taken.swap(all_->entries);
        all_.reset();
        return taken;
    }

    bool empty() const { return !all_; }
    std::size_t size() const { return all_ ? all_->entries.size() : 0; }
    /// Of topics and payloads.
    std::size_t octets() const { return all_ ? all_->octets : 0; }
    static std::size_t octets_of(const UplinkRecord& record) { return record.topic.size() + record.payload.size(); }

private:
    template <typename Is>
    Entry* first_of(Is is_it) {
        const std::span<Entry> all = entries();
        const auto found = std::find_if(all.begin(), all.end(), is_it);
        return found == all.end() ? nullptr : &*found;
    }

    struct All {  // one at least
        std::vector<Entry> entries;
        std::size_t octets = 0;
    };
    Seldom<All> all_;
};

}  // namespace trunkline::gateway
