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
        octets_ += octets_of(entry.record);
        entries_.push_back(std::move(entry));
    }
    /// A retransmission of what is here: its PUBACK was lost.
    bool contains(const mqttsn::Publish& packet, std::string_view topic) const {
        return packet.dup && std::any_of(entries_.begin(), entries_.end(), [&](const Entry& entry) {
                   return entry.msg_id == packet.msg_id && entry.record.topic == topic &&
                          std::equal(packet.data.begin(), packet.data.end(), entry.record.payload.begin(),
                                     entry.record.payload.end());
               });
    }
    /// The first that is not under way.
    Entry* next() {
        const auto found =
            std::find_if(entries_.begin(), entries_.end(), [](const Entry& entry) { return !entry.under_way; });
        return found == entries_.end() ? nullptr : &*found;
    }
    std::size_t under_way() const {
        return static_cast<std::size_t>(std::count_if(entries_.begin(), entries_.end(),
                                                      [](const Entry& entry) { return entry.under_way.has_value(); }));
    }
    /// The one that this acknowledgement ends.
    std::optional<UplinkRecord> take(mqtt::PacketId packet_id) {
        const auto found = std::find_if(entries_.begin(), entries_.end(),
                                        [&](const Entry& entry) { return entry.under_way == packet_id; });
        if (found == entries_.end()) return std::nullopt;
        UplinkRecord record = std::move(found->record);
        octets_ -= octets_of(record);
        entries_.erase(found);
        if (entries_.empty()) std::vector<Entry>().swap(entries_);
        return record;
    }
    /// Another upstream connection, to which packet identifiers mean nothing, takes over.
    void start_over() {
        for (Entry& entry : entries_) entry.under_way.reset();
    }
    /// Nothing: it is not here.
    Entry* find(UplinkNumber number) {
        const auto found = std::find_if(entries_.begin(), entries_.end(),
                                        [&](const Entry& entry) { return entry.record.number == number; });
        return found == entries_.end() ? nullptr : &*found;
    }
    std::span<Entry> entries() { return entries_; }
    std::vector<Entry> take_all() {
        octets_ = 0;
        return std::exchange(entries_, {});
    }

    bool empty() const { return entries_.empty(); }
    std::size_t size() const { return entries_.size(); }
    /// Of topics and payloads.
    std::size_t octets() const { return octets_; }
    static std::size_t octets_of(const UplinkRecord& record) { return record.topic.size() + record.payload.size(); }

private:
    std::vector<Entry> entries_;
    std::size_t octets_ = 0;
};

}  // namespace trunkline::gateway
