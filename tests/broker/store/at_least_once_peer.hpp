#pragma once
// A client that publishes and subscribes at QoS 1, and remembers what it was told.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/mqtt/client.hpp"
#include "tests/broker/store/broker_on_disk.hpp"

namespace trunkline::broker::test {

/// A message as a subscriber got it.
struct Delivery {
    std::string payload;
    bool dup = false;
    int life = 0;             // of the broker's process, counted from 1
    bool comes_late = false;  // an earlier one with this payload had been settled by then
    bool settled = false;     // acknowledged, and the broker has had the time to write that down
};

/// PUBACK as a publisher got it.
struct Acknowledged {
    std::string payload;
    int life = 0;
};

/// A client with a persistent session, and what it has seen over all its connections.
class AtLeastOncePeer : public ClientEnd {
public:
    explicit AtLeastOncePeer(std::string_view client_id, bool acknowledges = true,
                             std::optional<mqtt::ClientWill> will = std::nullopt);

    void publish(std::string_view payload, Instant now, bool retain = false);
    /// Acknowledges what it has got and not acknowledged, at most this many.
    void acknowledge(std::size_t messages);

    void opened(int life, Instant now) override;
    void received(ByteView bytes, Instant now) override;
    std::size_t take_output(OutputBytes& out) override { return client.take_output(out); }
    void closed(Instant now) override;
    void settle() override;

    mqtt::Client client;
    std::vector<std::string> published;      // in this order
    std::vector<Acknowledged> acknowledged;  // by the broker, without a failure
    std::vector<std::string> refused;        // by the broker
    std::vector<Delivery> deliveries;
    bool is_accepted = false;      // said a CONNACK
    bool session_present = false;  // said its last CONNACK
    bool is_subscribed = false;    // said a SUBACK

private:
    void note_events();

    int life_ = 0;
    std::map<mqtt::PacketId, std::string> in_flight_;
    std::map<std::size_t, mqtt::PacketId> unacknowledged_;  // by place in deliveries
    std::vector<std::size_t> unsettled_;                    // places in deliveries, acknowledged
};

}  // namespace trunkline::broker::test
