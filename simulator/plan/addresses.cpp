#include "simulator/plan/addresses.hpp"

#include <cstdint>

namespace trunkline::sim {

namespace {

constexpr std::uint16_t sensor_port = 10000;
constexpr unsigned sensor_ports = 50'000;
constexpr std::uint8_t sensor_network = 10;
constexpr unsigned sensor_networks = 100;
constexpr std::uint16_t gateway_port = 1884;
constexpr std::uint16_t broker_port = 1883;
constexpr std::size_t first_octet_at = 12;  // of an IPv4 address within its IPv6 form

Address in_network(std::uint8_t second_octet, std::size_t index, std::uint16_t port) {
    return Address::v4(172, second_octet, static_cast<std::uint8_t>(index >> 8U), static_cast<std::uint8_t>(index),
                       port);
}

}  // namespace

Address sensor_address(std::size_t sensor, AddressChanges changes) {
    return Address::v4(static_cast<std::uint8_t>(sensor_network + changes.hosts % sensor_networks),
                       static_cast<std::uint8_t>(sensor >> 16U), static_cast<std::uint8_t>(sensor >> 8U),
                       static_cast<std::uint8_t>(sensor),
                       static_cast<std::uint16_t>(sensor_port + changes.ports % sensor_ports));
}

std::optional<std::size_t> sensor_at(const Address& address) {
    const std::uint8_t* octets = address.ip.data() + first_octet_at;
    const bool is_theirs = address.is_v4() && octets[0] >= sensor_network &&
                           octets[0] < sensor_network + sensor_networks && address.port >= sensor_port &&
                           address.port < sensor_port + sensor_ports;
    if (!is_theirs) return std::nullopt;
    return static_cast<std::size_t>(octets[1]) << 16U | static_cast<std::size_t>(octets[2]) << 8U | octets[3];
}

Address gateway_address(std::size_t gateway) { return in_network(17, gateway + 1, gateway_port); }
Address actor_address(std::size_t actor) { return in_network(18, actor + 1, 0); }
Address broker_address() { return in_network(19, 1, broker_port); }

}  // namespace trunkline::sim
