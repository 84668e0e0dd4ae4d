#pragma once
// DTLS for the sensors of a load: between what they say and the datagrams that leave.

#include <memory>
#include <vector>

#include "benchmarks/sensors/datagrams.hpp"
#include "runtime/transport/dtls_client.hpp"

namespace trunkline::load {

/// Each sensor has its own session and the identity "sensor-N"; all have the same key.
class Secured final : private DatagramReceiver, private runtime::DtlsClientEvents {
public:
    /// `receiver` gets what the gateway has said, decrypted.
    Secured(std::size_t sensors, Datagrams& datagrams, DatagramReceiver& receiver);
    ~Secured() override;

    /// The sensor begins to shake hands; `first` leaves when it has.
    void begin(SensorIndex sensor, std::vector<std::byte> first);
    void put(SensorIndex sensor, ByteView octets);
    void receive() { datagrams_.receive(*this); }

private:
    struct Sensor {
        std::unique_ptr<runtime::DtlsClient> session;
        std::vector<std::byte> first;
    };
    void datagram(SensorIndex sensor, ByteView octets, Instant arrived) override;
    void record(ByteView octets) override { receiver_.datagram(sensor_, octets, arrived_); }
    void send_output(SensorIndex sensor);

    runtime::DtlsClientContext context_;
    Datagrams& datagrams_;
    DatagramReceiver& receiver_;
    std::vector<Sensor> sensors_;
    SensorIndex sensor_ = 0;  // whose datagram is being looked at
    Instant arrived_{};       // when that came
};

}  // namespace trunkline::load
