#pragma once
// What must be durable before a sensor hears of it.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "gateway/core/shard.hpp"
#include "gateway/core/ways.hpp"
#include "protocol/mqttsn/messages.hpp"

namespace trunkline::gateway {

/// One sensor's messages on their way out. While something of it is being stored they wait, all of them, so that they
/// keep their order: were CONNACK or REGACK to leave first, a crash would break what they promise.
class AnswerGate {
public:
    /// What more there is gets lost, as datagrams do: the sensor, or we, repeat it.
    static constexpr std::size_t limit = 32;

    void send(Shard& shard, const Address& to, const mqttsn::Message& message) {
        if (is_nowhere(to)) [[unlikely]]
            return;
        if (!is_waiting()) return shard.send(to, message);
        if (held_.size() >= limit) {
            ++shard.counters.answers_dropped;
            return;
        }
        held_.push_back({to, mqttsn::encode(message), static_cast<std::uint8_t>(message.index())});
    }
    /// Nothing leaves before this batch is durable.
    void wait_for(Ticket ticket) { ticket_ = ticket; }
    /// The batch that is waited for; no_ticket: none.
    Ticket ticket() const { return ticket_; }
    bool is_waiting() const { return ticket_ != no_ticket; }
    /// A batch is durable: lets out what has waited, if it was for this one.
    void stored(Shard& shard) {
        if (!shard.durability.is_stored(ticket_)) return;
        ticket_ = no_ticket;
        for (const Held& held : held_) shard.send_encoded(held.to, held.datagram, held.type);
        std::vector<Held>().swap(held_);
    }

private:
    struct Held {
        Address to;
        std::vector<std::byte> datagram;
        std::uint8_t type = 0;  // its place in mqttsn::message_table
    };
    Ticket ticket_{};
    std::vector<Held> held_;
};

}  // namespace trunkline::gateway
