#pragma once
// Who has published how much since memory became scarce, and whose acknowledgements are held back therefore.

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "broker/core/store_batch.hpp"
#include "broker/core/transport_info.hpp"
#include "protocol/base/instant.hpp"
#include "protocol/mqtt/types.hpp"

namespace trunkline::broker {

/// PUBACK or PUBREC that waits for memory: a 5.0 client that has as many of them as its Receive Maximum sends no more.
struct HeldAnswer {
    mqtt::QoS qos{};
    mqtt::PacketId packet_id{};
    mqtt::ReasonCode reason{};
    Ticket ticket{};
};

/// Empty as long as there is room. The greediest are those whose share is not below the average.
class HeldPublishers {
public:
    /// It has published so many octets. True: it is held from now on.
    bool published(ConnectionId id, std::size_t octets, Instant now);
    bool is_held(ConnectionId id) const {
        if (publishers_.empty()) return false;
        const auto found = publishers_.find(id);
        return found != publishers_.end() && found->second.held_since.has_value();
    }
    /// Of one that is held.
    void hold_back(ConnectionId id, HeldAnswer answer);
    /// How many of those held back end a handshake: PUBACK, and PUBREC with a failure. [MQTT-3.3.4-7]
    std::size_t acknowledgements(ConnectionId id) const {
        if (publishers_.empty()) return 0;
        const auto found = publishers_.find(id);
        return found == publishers_.end() ? 0 : found->second.acknowledgements;
    }
    /// Its connection has ended.
    void forget(ConnectionId id);

    /// There is room again: who was held, and what they are owed, in order.
    std::vector<std::pair<ConnectionId, std::vector<HeldAnswer>>> release();
    /// Who has been held the longest, and since when.
    std::optional<std::pair<ConnectionId, Instant>> longest_held() const;

private:
    struct Publisher {
        std::uint64_t octets = 0;
        std::optional<Instant> held_since;
        std::vector<HeldAnswer> answers;
        std::size_t acknowledgements = 0;
    };
    std::map<ConnectionId, Publisher> publishers_;
    std::uint64_t octets_ = 0;        // of all of them
    std::vector<ConnectionId> held_;  // longest first
};

}  // namespace trunkline::broker
