#pragma once
// Messages of many sensors on their way over one connection to the broker.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "gateway/core/upstream_connections.hpp"
#include "gateway/core/upstream_session.hpp"
#include "protocol/mqtt/types.hpp"

namespace trunkline::gateway {

/// QoS 1 and 2. What the broker's Receive Maximum has no room for waits here, a bounded number for each sensor, and
/// leaves in turns: one message of each sensor that has any, so that no sensor waits for another's backlog. Each sensor
/// has packet identifiers of its own; this knows which of them stands for which on the connection.
class SharedUplink {
public:
    struct Message {
        mqtt::PacketId packet_id{};  // the sensor's own
        std::string topic;
        std::vector<std::byte> payload;
        mqtt::QoS qos{};
        bool retain = false;
        bool was_sent = false;  // in this session, perhaps, before a restart
    };
    /// Of whom a message on the connection is, and what it is called there.
    struct Origin {
        SensorId sensor{};
        mqtt::PacketId packet_id{};
        bool is_forgotten = false;  // its session has ended: nobody is to be told
    };

    /// One that none of its messages has at present, from 1 to UpstreamSession::last_own_packet_id.
    mqtt::PacketId new_packet_id(SensorId sensor) {
        Publisher& publisher = publishers_[sensor];
        do publisher.last_id = static_cast<std::uint16_t>(publisher.last_id % UpstreamSession::last_own_packet_id + 1);
        while (publisher.has(mqtt::PacketId{publisher.last_id}));
        return mqtt::PacketId{publisher.last_id};
    }
    /// Behind what it has here already.
    void wait(SensorId sensor, Message message) {
        Publisher& publisher = publishers_[sensor];
        if (publisher.waiting.empty()) turns_.push_back(sensor);
        publisher.waiting.push_back(std::move(message));
        ++waiting_;
    }
    /// It is the broker's to acknowledge under this identifier.
    void left(SensorId sensor, mqtt::PacketId own, mqtt::PacketId on_connection) {
        publishers_[sensor].under_way.push_back({own, on_connection});
        origins_.insert_or_assign(on_connection, Origin{.sensor = sensor, .packet_id = own});
    }

    // those that wait; require has_waiting()
    SensorId first_sensor() const { return turns_.front(); }
    const Message& first() const { return publishers_.at(turns_.front()).waiting.front(); }
    /// It left, or never will; the next sensor has its turn.
    void take_first() {
        const SensorId sensor = turns_.front();
        Publisher& publisher = publishers_.at(sensor);
        publisher.waiting.erase(publisher.waiting.begin());
        --waiting_;
        turns_.pop_front();
        if (!publisher.waiting.empty()) turns_.push_back(sensor);
    }
    /// It cannot leave now, though others may.
    void put_off() {
        turns_.push_back(turns_.front());
        turns_.pop_front();
    }

    /// The broker is done with this one. Nothing: it is nobody's.
    std::optional<Origin> take(mqtt::PacketId on_connection) {
        const auto found = origins_.find(on_connection);
        if (found == origins_.end()) return std::nullopt;
        const Origin origin = found->second;
        origins_.erase(found);
        std::erase_if(publishers_.at(origin.sensor).under_way,
                      [on_connection](const UnderWay& one) { return one.on_connection == on_connection; });
        return origin;
    }
    std::optional<Origin> find(mqtt::PacketId on_connection) const {
        const auto found = origins_.find(on_connection);
        return found == origins_.end() ? std::nullopt : std::optional(found->second);
    }
    /// The sensor's session ends. What has left is the broker's; what waits is given up.
    void forget(SensorId sensor) {
        const auto found = publishers_.find(sensor);
        if (found == publishers_.end()) return;
        if (!found->second.waiting.empty()) std::erase(turns_, sensor);
        waiting_ -= found->second.waiting.size();
        found->second.waiting.clear();
        for (const UnderWay& one : found->second.under_way) {
            const auto origin = origins_.find(one.on_connection);
            if (origin != origins_.end() && origin->second.sensor == sensor) origin->second.is_forgotten = true;
        }
        if (found->second.under_way.empty()) publishers_.erase(found);
    }

    bool has_waiting() const { return !turns_.empty(); }
    /// Sensors that have messages waiting.
    std::size_t turns() const { return turns_.size(); }
    /// Messages of this sensor, waiting and under way.
    std::size_t count(SensorId sensor) const {
        const auto found = publishers_.find(sensor);
        return found == publishers_.end() ? 0 : found->second.waiting.size() + found->second.under_way.size();
    }
    std::size_t waiting() const { return waiting_; }

private:
    struct UnderWay {
        mqtt::PacketId own{};
        mqtt::PacketId on_connection{};
    };
    struct Publisher {
        std::uint16_t last_id = 0;
        std::vector<Message> waiting;  // bounded by the caller
        std::vector<UnderWay> under_way;

        bool has(mqtt::PacketId id) const {
            const auto is_it = [id](const UnderWay& one) { return one.own == id; };
            return std::any_of(under_way.begin(), under_way.end(), is_it) ||
                   std::any_of(waiting.begin(), waiting.end(), [id](const Message& m) { return m.packet_id == id; });
        }
    };

    std::unordered_map<SensorId, Publisher> publishers_;  // looked up, never walked through
    std::unordered_map<mqtt::PacketId, Origin> origins_;  // the same
    std::deque<SensorId> turns_;                          // who has messages waiting, once each
    std::size_t waiting_ = 0;
};

}  // namespace trunkline::gateway
