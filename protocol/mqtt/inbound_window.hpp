#pragma once
// Messages that a client has received and that are not over yet: QoS 1 until PUBACK, QoS 2 until PUBREL.

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "protocol/mqtt/types.hpp"

namespace trunkline::mqtt {

/// For the messages of one QoS: of which the owner is to be told, and which PUBACK or PUBREC may leave: in the order in
/// which the messages came on the present connection [MQTT-4.6.0-2] [MQTT-4.6.0-3], so that one answer waits for those
/// before it. Allocates nothing while unused.
class InboundWindow {
public:
    struct Answer {
        PacketId packet_id{};
        ReasonCode reason{};
    };

    /// PUBLISH came, and wants its answer. True: the owner is to be told, because the message is new, or because the
    /// owner was told on an earlier connection and has not answered since. What it has answered, it is not told again.
    /// [MQTT-4.3.3-10]
    bool arrived(PacketId packet_id) {
        Entry& entry = entries_[packet_id];
        const bool is_first_here = entry.connection != connection_;
        if (is_first_here) {
            entry.connection = connection_;
            ++open_;
        }
        if (!entry.is_owed) {
            entry.is_owed = true;
            owed_.push_back(packet_id);
        }
        return is_first_here && !entry.answer;
    }
    /// The owner's word; the first counts. Of no effect for an identifier that is not here.
    void answer(PacketId packet_id, ReasonCode reason) {
        const auto found = entries_.find(packet_id);
        if (found != entries_.end() && !found->second.answer) found->second.answer = reason;
    }
    /// The next answer in line, if the owner has given it. The message stays: forget() is for the caller.
    std::optional<Answer> take_answer() {
        if (owed_.empty()) return std::nullopt;
        Entry& entry = entries_.at(owed_.front());
        if (!entry.answer) return std::nullopt;
        const Answer answer{owed_.front(), *entry.answer};
        entry.is_owed = false;
        owed_.erase(owed_.begin());  // two octets each: moving thousands costs less than a list would
        return answer;
    }
    /// The message is over; the same identifier is a new one from now on. [MQTT-4.3.3-9] [MQTT-4.3.3-12]. False: it was
    /// not here.
    bool forget(PacketId packet_id) {
        const auto found = entries_.find(packet_id);
        if (found == entries_.end()) return false;
        if (found->second.connection == connection_) --open_;
        if (found->second.is_owed) std::erase(owed_, packet_id);
        entries_.erase(found);
        return true;
    }

    /// Answers are owed only to a PUBLISH that comes on the present connection.
    void connection_lost() {
        for (const PacketId packet_id : owed_) entries_.at(packet_id).is_owed = false;
        owed_.clear();
        open_ = 0;
        ++connection_;
    }
    void clear() {
        connection_lost();
        entries_.clear();
    }

    /// Of those that came on the present connection: the answer has left, and the message is not over.
    std::size_t answered() const { return open_ - owed_.size(); }
    /// PUBLISH came on the present connection, and the message is not over.
    bool is_open(PacketId packet_id) const {
        const auto found = entries_.find(packet_id);
        return found != entries_.end() && found->second.connection == connection_;
    }
    /// How many are open: what the server's send quota has been charged for (§4.9).
    std::size_t open() const { return open_; }
    /// With those of earlier connections.
    std::size_t size() const { return entries_.size(); }

private:
    struct Entry {
        std::optional<ReasonCode> answer;
        bool is_owed = false;          // is in `owed_`
        std::uint64_t connection = 0;  // the last one on which PUBLISH came
    };

    std::unordered_map<PacketId, Entry> entries_;  // lookup only
    std::vector<PacketId> owed_;                   // in the order in which PUBLISH came
    std::size_t open_ = 0;
    std::uint64_t connection_ = 1;
};

}  // namespace trunkline::mqtt
