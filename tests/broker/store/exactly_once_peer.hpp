#pragma once
// A client that publishes and subscribes at QoS 2 (§4.3.3), and remembers what it was told.

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/mqtt/codec.hpp"
#include "tests/broker/store/broker_on_disk.hpp"

namespace trunkline::broker::test {

/// Speaks 5.0 with a persistent session. Its own session outlives its connections; the broker's is asked for at each.
class ExactlyOncePeer : public ClientEnd {
public:
    explicit ExactlyOncePeer(std::string_view client_id) : client_id_(client_id) {}

    /// Only while connected; nothing otherwise.
    void subscribe(std::string_view filter);
    void publish(std::string_view payload);

    void opened(int life, Instant now) override;
    void received(ByteView bytes, Instant now) override;
    std::size_t take_output(OutputBytes& out) override;
    void closed(Instant now) override;

    std::vector<std::string> published;   // in this order
    std::vector<std::string> taken;       // by the broker: PUBREC came
    std::vector<std::string> deliveries;  // first arrivals of each packet identifier
    bool session_present = false;         // said its last CONNACK
    bool is_subscribed = false;           // said a SUBACK
    std::size_t in_flight() const { return outgoing_.size(); }

private:
    struct Outgoing {
        mqtt::PacketId packet_id{};
        std::string payload;
        bool is_released = false;
    };
    void handle(const mqtt::ConnAck& packet);
    void handle(const mqtt::SubAck&) { is_subscribed = true; }
    void handle(const mqtt::Publish& packet);
    void handle(const mqtt::PubRec& packet);
    void handle(const mqtt::PubRel& packet);
    void handle(const mqtt::PubComp& packet);
    void send(const mqtt::Packet& packet);
    void send(const Outgoing& message, bool dup);

    std::string client_id_;
    mqtt::FrameStream frames_{1U << 20U};
    OutputBytes output_;
    std::vector<Outgoing> outgoing_;  // in the order of publish() [MQTT-4.6.0-1]
    std::set<mqtt::PacketId> inbox_;  // taken and not released
    std::uint16_t last_packet_id_ = 0;
    bool is_connected_ = false;
};

}  // namespace trunkline::broker::test
