#pragma once
// Which QoS 2 messages have been received already: what turns "at least once" into "exactly once" (§6.6).

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "protocol/base/instant.hpp"
#include "protocol/mqttsn/types.hpp"

namespace trunkline::mqttsn {

/// Remembers a MsgId from its first PUBLISH until PUBREL, and for a quarantine after that: a copy of the PUBLISH may be
/// on its way for longer than the exchange takes, and must not be taken for a new message. No memory while unused.
class Qos2Inbox {
public:
    enum class Arrival : std::uint8_t {
        first,   // to be delivered
        again,   // was delivered
        no_room  // `limit` exchanges are open
    };
    static constexpr std::size_t limit = 16;

    Arrival arrived(MsgId msg_id, Instant now) {
        std::erase_if(entries_, [&](const Entry& entry) { return entry.forget_at && *entry.forget_at <= now; });
        if (find(msg_id) != entries_.end()) return Arrival::again;
        if (entries_.size() == limit && !drop_oldest_released()) return Arrival::no_room;
        entries_.push_back({msg_id, std::nullopt});
        return Arrival::first;
    }
    /// PUBREL: the exchange is over, and the MsgId unknown again at `forget_at`. One that is unknown stays unknown.
    void released(MsgId msg_id, Instant forget_at) {
        const auto entry = find(msg_id);
        if (entry != entries_.end() && !entry->forget_at) entry->forget_at = forget_at;
    }
    void clear() { entries_.clear(); }
    std::size_t size() const { return entries_.size(); }

private:
    struct Entry {
        MsgId msg_id{};
        std::optional<Instant> forget_at;  // set: released
    };
    std::vector<Entry>::iterator find(MsgId msg_id) {
        return std::find_if(entries_.begin(), entries_.end(),
                            [&](const Entry& entry) { return entry.msg_id == msg_id; });
    }
    bool drop_oldest_released() {
        const auto oldest =
            std::find_if(entries_.begin(), entries_.end(), [](const Entry& entry) { return entry.forget_at; });
        if (oldest == entries_.end()) return false;
        entries_.erase(oldest);
        return true;
    }
    std::vector<Entry> entries_;  // in the order of arrival
};

}  // namespace trunkline::mqttsn
