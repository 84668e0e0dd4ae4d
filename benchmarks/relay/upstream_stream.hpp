#pragma once
// A TCP connection of the relay to the broker: sends once a round, hands over whole frames.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "protocol/base/bytes.hpp"
#include "protocol/mqtt/codec.hpp"

namespace trunkline::relay {

class UpstreamStream {
public:
    /// Begins to connect to 127.0.0.1, and waits in the epoll set with `data` as its name.
    UpstreamStream(int epoll, std::uint16_t port, std::uint64_t data);

    /// Whether somebody listens there on 127.0.0.1.
    static bool is_anybody_at(std::uint16_t port);

    /// What is to be sent; the caller calls send() at the end of the round.
    std::vector<std::byte>& output() { return output_; }
    /// Sends what the socket takes; the rest waits until it is writable.
    void send();
    /// Reads once; calls handle(mqtt::Frame) for each. The buffer is anybody's.
    template <typename Handle>
    void receive(std::vector<std::byte>& buffer, Handle handle) {
        ByteView octets = read(buffer);
        while (const auto frame = mqtt::next_frame(octets, largest_packet)) {
            if (!*frame) fail("what the broker sends is no MQTT");
            handle(**frame);
            octets = octets.subspan((*frame)->size);
        }
        unfinished_ = std::vector<std::byte>(octets.begin(), octets.end());
    }

private:
    static constexpr std::size_t largest_packet = 1024 * 1024;
    [[noreturn]] static void fail(const char* what);
    ByteView read(std::vector<std::byte>& buffer);
    void want(std::uint32_t events, int operation) const;

    int epoll_;
    int handle_;
    std::uint64_t data_;
    bool waits_to_write_ = true;  // until it is connected
    std::size_t sent_ = 0;
    std::vector<std::byte> output_;
    std::vector<std::byte> unfinished_;
    std::vector<std::byte> whole_;
};

}  // namespace trunkline::relay
