#include "benchmarks/sensors/secured.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace trunkline::load {

namespace {

constexpr std::size_t key_size = 16;  // octets, all of them zero: compare/gateways.py writes the gateway's file

}  // namespace

Secured::Secured(std::size_t sensors, Datagrams& datagrams, DatagramReceiver& receiver)
    : context_(runtime::DtlsClientSettings{}), datagrams_(datagrams), receiver_(receiver), sensors_(sensors) {}
Secured::~Secured() = default;

void Secured::begin(SensorIndex index, std::vector<std::byte> first) {
    runtime::DtlsIdentity identity{"sensor-" + std::to_string(index), std::vector<std::byte>(key_size)};
    Sensor& sensor = sensors_[index];
    sensor.session = std::make_unique<runtime::DtlsClient>(context_, Address(), std::move(identity));
    sensor.first = std::move(first);
    send_output(index);
}

void Secured::put(SensorIndex index, ByteView octets) {
    sensors_[index].session->send(octets);
    send_output(index);
}

void Secured::datagram(SensorIndex index, ByteView octets, Instant arrived) {
    using Status = runtime::DtlsClient::Status;
    if (index >= first_stranger) return;  // whatever strangers hear
    if (index >= sensors_.size() || !sensors_[index].session) throw std::runtime_error("the target has sent to nobody");
    sensor_ = index;
    arrived_ = arrived;
    Sensor& sensor = sensors_[index];
    sensor.session->received(octets, *this);
    if (sensor.session->status() == Status::failed) throw std::runtime_error(std::string(sensor.session->failure()));
    if (sensor.session->status() == Status::open && !sensor.first.empty()) {
        sensor.session->send(sensor.first);
        sensor.first = {};
    }
    send_output(index);
}

void Secured::send_output(SensorIndex index) {
    DatagramBatch& output = sensors_[index].session->output();
    for (std::size_t at = 0; at < output.size(); ++at) datagrams_.put(index, output.datagram(at));
    output = {};
}

}  // namespace trunkline::load
