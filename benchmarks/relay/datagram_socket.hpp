#pragma once
// The relay's side towards sensors: one UDP socket, batches both ways.

#include <netinet/in.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "protocol/base/bytes.hpp"

namespace trunkline::relay {

/// An IPv4 address and port, as one number.
using Place = std::uint64_t;

class DatagramSocket {
public:
    explicit DatagramSocket(std::uint16_t port);

    int handle() const { return handle_; }
    /// One batch; calls handle(Place, ByteView) for each. False: that was all.
    template <typename Handle>
    bool receive(Handle handle) {
        const std::size_t count = receive_batch();
        for (std::size_t at = 0; at < count; ++at) handle(from_[at], received_[at]);
        return count == batch;
    }
    /// Leaves with flush().
    void put(Place to, ByteView octets);
    void flush();

private:
    static constexpr std::size_t batch = 32;  // as the gateway's
    std::size_t receive_batch();

    struct Entry {
        Place to = 0;
        std::size_t offset = 0;
        std::size_t size = 0;
    };
    int handle_;
    std::vector<std::byte> buffer_;
    std::vector<Place> from_;
    std::vector<ByteView> received_;
    std::vector<Entry> entries_;
    std::vector<std::byte> octets_;
};

}  // namespace trunkline::relay
