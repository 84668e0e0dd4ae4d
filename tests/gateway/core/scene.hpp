#pragma once
// A gateway between scripted sensors and a scripted broker: datagrams and MQTT bytes in, words out.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/core/gateway.hpp"
#include "protocol/mqtt/codec.hpp"
#include "protocol/mqttsn/codec.hpp"

namespace trunkline::gateway {

inline const Address sensor_a = Address::v4(10, 0, 0, 1, 5001);
inline const Address sensor_b = Address::v4(10, 0, 0, 2, 5002);
inline const Address sensor_c = Address::v4(10, 0, 0, 3, 5003);

/// One message in words: "PUBACK id=1 msg=7 code=0".
std::string words(const mqttsn::Message& message);
/// "PUBLISH plant/p qos=1 packet=1 'reading'".
std::string words(const mqtt::Packet& packet);

/// A PUBLISH of QoS 0 on a normal topic id.
inline mqttsn::Publish qos_0(mqttsn::TopicId topic, std::string_view data = "") {
    return {.topic_id = topic, .data = as_byte_view(data)};
}

/// For a test of what sensors see: runs its test case twice, with a connection to the broker for each sensor and with
/// one for all. Called once in a test case.
Settings both_modes(Settings settings = {});

class Scene {
public:
    explicit Scene(Settings settings = {});

    // the sensors' side
    void send(const Address& from, const mqttsn::Message& message);
    void send_octets(const Address& from, std::vector<std::byte> datagram);
    /// Encapsulated, from a client with this Wireless Node Id.
    void send_through(const Address& forwarder, std::string_view node, const mqttsn::Message& message);
    /// What the gateway has sent to this address since the last call: messages, joined by "; ". In front of each that
    /// is encapsulated stands its Wireless Node Id, as text: "[n1] CONNACK code=0".
    std::string heard(const Address& at);
    mqttsn::TopicId registered(const Address& from, std::string_view topic);

    // the broker's side
    /// Connections that were asked for since the last call.
    std::vector<UpstreamId> asked() { return gateway.take_upstream_opens(); }
    /// The only one that was asked for since the last call. One that all share is asked for by the first of them.
    UpstreamId asked_one();
    void open(UpstreamId id);
    void answer(UpstreamId id, const mqtt::Packet& packet);
    void accept(UpstreamId id, bool session_present = false);
    void suback(UpstreamId id, std::uint16_t packet_id, mqtt::ReasonCode reason);
    void unsuback(UpstreamId id, std::uint16_t packet_id, mqtt::ReasonCode reason = mqtt::ReasonCode::success);
    void close(UpstreamId id) { gateway.upstream_closed(id, now); }
    /// What has arrived on this connection since the last call: packets, joined by "; ".
    std::string got(UpstreamId id);

    /// CONNECT up to CONNACK, everything heard and got on the way taken off.
    UpstreamId connected(const Address& from, std::string_view client_id, bool clean_session = true,
                         std::uint16_t keep_alive = 60);

    /// What the broker gets when a sensor with a clean session leaves: on a shared connection nothing.
    std::string farewell(std::string_view before = "") const {
        return is_shared() ? "" : std::string(before) + "DISCONNECT 0 expiry=0";
    }
    /// So that whatever the broker sends is for this sensor; on a connection of its own it is anyway.
    void subscribe_to_all(const Address& from);

    // time
    /// Lets time pass from one deadline to the next.
    void pass(Duration time);

    bool is_shared() const { return settings.modes.otherwise == Mode::aggregating; }

    /// "connected s1; gone s1 disconnected; …" since the last call.
    std::string facts();

    Instant now{};
    Settings settings;
    Gateway gateway;

private:
    void collect();

    std::optional<UpstreamId> shared_;    // what all share
    std::optional<UpstreamId> accepted_;  // the same, once the broker has accepted it
    DatagramBatch arrived_;
    std::map<Address, std::vector<std::string>> heard_;
    std::map<UpstreamId, mqtt::FrameStream> streams_;
};

}  // namespace trunkline::gateway
