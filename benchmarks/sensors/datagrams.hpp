#pragma once
// One UDP socket that speaks for thousands of addresses of 127.0.0.0/8: each sensor has one of its own.

#include <netinet/in.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "protocol/base/bytes.hpp"
#include "protocol/base/instant.hpp"
#include "runtime/time/real_clock.hpp"

namespace trunkline::load {

/// Counts from zero.
using SensorIndex = std::uint32_t;
/// Who is no sensor has a number from here on.
constexpr SensorIndex first_stranger = 1'000'000;

class DatagramReceiver {
public:
    virtual ~DatagramReceiver() = default;
    /// The octets are gone after the call. `arrived`: when the system had the datagram at the sensor's socket, where it
    /// has waited for this thread since.
    virtual void datagram(SensorIndex sensor, ByteView octets, Instant arrived) = 0;
};

/// Sends and receives in batches, so that the load is cheaper than its target.
class Datagrams {
public:
    /// `gateway`: its port on 127.0.0.1.
    explicit Datagrams(std::uint16_t gateway);
    ~Datagrams();
    Datagrams(const Datagrams&) = delete;
    Datagrams& operator=(const Datagrams&) = delete;

    int handle() const { return handle_; }
    /// Leaves with flush().
    void put(SensorIndex from, ByteView octets);
    void flush();
    /// All that has come.
    void receive(DatagramReceiver& receiver);

private:
    struct Entry {
        SensorIndex from = 0;
        std::size_t offset = 0;
        std::size_t size = 0;
    };
    std::size_t send_batch(std::size_t first);
    std::size_t receive_batch(DatagramReceiver& receiver);

    int handle_;
    runtime::RealClock clock_;
    sockaddr_in gateway_{};
    std::vector<Entry> entries_;
    std::vector<std::byte> octets_;
    std::vector<std::byte> buffer_;
};

}  // namespace trunkline::load
