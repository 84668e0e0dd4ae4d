#pragma once
// The sensors' network and the broker around a gateway core, as cheap as they can be.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/core/gateway.hpp"
#include "protocol/mqtt/codec.hpp"
#include "protocol/mqttsn/codec.hpp"

namespace trunkline::gateway::bench {

/// The packet as bytes from the broker.
std::vector<std::byte> octets_of(const mqtt::Packet& packet);
/// Where the sensor with this number is.
Address address_of(std::uint32_t sensor);

class Driver {
public:
    explicit Driver(Settings settings = {}) : gateway(std::move(settings)) {}

    /// CONNECT up to CONNACK, on both sides. In aggregating mode all share the connection of the first.
    UpstreamId connect(const Address& from, std::string_view client_id);
    mqttsn::TopicId register_topic(const Address& from, std::string_view topic);

    /// SUBSCRIBE at QoS 1 up to SUBACK, on both sides, and until no retained message can come any more.
    void subscribe(const Address& from, UpstreamId id, std::string_view filter);

    void receive(const Address& from, const mqttsn::Message& message);
    void receive_upstream(UpstreamId id, ByteView bytes) { gateway.upstream_received(id, bytes, now); }
    /// The identifier in the PUBLISH that leaves for the broker; the rest of the output is forgotten.
    mqtt::PacketId published(UpstreamId id);
    /// The last datagram to any sensor since the last call. Valid until the next one.
    ByteView last_datagram();

    Instant now{};
    Gateway gateway;

private:
    std::optional<UpstreamId> shared_;
    DatagramBatch datagrams_;
    std::vector<std::byte> datagram_;
};

}  // namespace trunkline::gateway::bench
