#pragma once
// What a load sends and reads, in MQTT 3.1.1, which every target speaks.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/instant.hpp"
#include "protocol/mqtt/codec.hpp"

namespace trunkline::load {

using Octets = std::vector<std::byte>;

/// What a payload says of itself.
struct Stamp {
    std::uint32_t publisher = 0;
    std::uint64_t number = 0;  // of the publisher's messages, from zero
    Instant due{};             // when it was to be sent
};

/// The smallest payload that holds a stamp.
inline constexpr std::size_t least_payload = 20;

constexpr std::uint64_t packet_ids = 65'535;
/// Of a publisher's message.
constexpr std::uint16_t packet_id_of(std::uint64_t number) {
    return static_cast<std::uint16_t>(1 + number % packet_ids);
}
/// The number of the newest message before `next` with this identifier.
constexpr std::uint64_t number_of(std::uint16_t packet_id, std::uint64_t next) {
    const std::uint64_t newest = next - 1;
    return newest - (newest % packet_ids + packet_ids - (packet_id - 1U)) % packet_ids;
}

void put_connect(std::string_view client_id, bool clean, Octets& out);
void put_subscribe(std::string_view filter, mqtt::QoS qos, Octets& out);
void put_disconnect(Octets& out);
/// PUBACK, PUBREC, PUBREL or PUBCOMP.
void put_answer(mqtt::PacketType type, std::uint16_t packet_id, Octets& out);

/// The PUBLISH of one publisher, encoded once; each message is a copy with its identifier and stamp patched.
class PublishForm {
public:
    PublishForm(std::uint32_t publisher, std::string_view topic, mqtt::QoS qos, std::size_t payload_size);
    void put(std::uint64_t number, Instant due, Octets& out) const;

private:
    Octets form_;
    std::size_t stamp_at_ = 0;
    bool has_packet_id_ = false;
};

/// A PUBLISH as a subscriber sees it.
struct Delivery {
    mqtt::QoS qos{};
    std::uint16_t packet_id = 0;
    Stamp stamp;
};
/// Nothing: it is none of ours.
std::optional<Delivery> read_delivery(const mqtt::Frame& frame);
/// Of an answer or a SUBACK.
std::uint16_t read_packet_id(const mqtt::Frame& frame);

}  // namespace trunkline::load
