#pragma once
// A driver that costs next to nothing: batches are stored at once, output is taken and forgotten.

#include <cstdint>
#include <string_view>
#include <vector>

#include "broker/core/broker.hpp"
#include "protocol/mqtt/codec.hpp"

namespace trunkline::broker::bench {

/// The packet as bytes from a client of 5.0.
std::vector<std::byte> octets_of(const mqtt::Packet& packet);

class Driver {
public:
    Driver() : broker(Settings()) { broker.start(now, WallTime()); }

    /// A session that is kept for an hour is in the store.
    ConnectionId connect(std::string_view client_id, bool is_kept);
    void subscribe(ConnectionId id, std::string_view filter, mqtt::QoS qos);
    /// A read of the client's socket.
    void receive(ConnectionId id, ByteView bytes) { broker.received(id, bytes, now); }
    /// The client's socket closes.
    void cut(ConnectionId id);
    /// What the driver of sockets does once per poll round, until nothing is left to do.
    void round();

    Instant now{};
    Broker broker;

private:
    std::uint64_t last_id_ = 0;
};

}  // namespace trunkline::broker::bench
