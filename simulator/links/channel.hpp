#pragma once
// What a rate makes of packets: each takes its time on the wire, and those that come meanwhile wait, as far as there is
// room.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "protocol/base/instant.hpp"
#include "simulator/links/lora.hpp"
#include "simulator/plan/link_profile.hpp"

namespace trunkline::sim {

/// One way of a channel: first in, first out, with a finite queue from whose end is dropped (drop-tail; netem "rate"
/// behind a bfifo with a limit in bytes).
class Bottleneck {
public:
    /// What waits already leaves as it was going to. A rate of 0 is no limit.
    void change(std::uint64_t bits_per_second, std::uint64_t queue_octets, const WireOverhead& overhead = {});

    /// When the packet's last bit has left; nothing: the queue is full. An idle line takes every packet; a busy one if
    /// the octets that have not left yet, those of the packet on the wire included, and this packet's are at most the
    /// queue's.
    std::optional<Instant> send(std::size_t octets, Instant now);

private:
    struct Waiting {
        Instant leaves;
        std::uint64_t octets = 0;
    };
    void forget_what_has_left(Instant now);

    std::uint64_t bits_per_second_ = 0;
    std::uint64_t queue_octets_ = 0;
    WireOverhead overhead_;
    std::vector<Waiting> waiting_;  // from first_ on, in the order in which they leave
    std::size_t first_ = 0;
    std::uint64_t waiting_octets_ = 0;
    Instant free_at_{};
};

/// Packets that wait or are under way, as far as a link bounds their number (netem "limit").
class PacketsHeld {
public:
    void change(std::uint32_t limit) { limit_ = limit; }
    bool has_room(Instant now);
    void hold(Instant until);

private:
    std::uint32_t limit_ = 0;     // 0: any number, and nothing is remembered
    std::vector<Instant> until_;  // a heap: the first to go is in front
};

/// What all connections over one link at one place share: the devices of a station, the connections of a gateway.
class Channel {
public:
    explicit Channel(const LinkProfile& link) { change(link); }

    void change(const LinkProfile& link);
    /// It has, and had, neither a rate nor a limit: every packet leaves at once, and nothing is remembered of it.
    bool is_wide() const { return is_wide_; }
    std::optional<Instant> send(LinkWay way, std::size_t octets, Instant now);

    /// Whether the link's limit of packets lets another one in. Those that it lets in are held until they arrive.
    bool has_room(LinkWay way, Instant now) { return held(way).has_room(now); }
    void hold(LinkWay way, Instant until) { held(way).hold(until); }

    /// What is on the air, and who speaks for the gateway here: of a link with LoRa.
    struct Lora {
        LoraAir air;
        LoraTransmitter gateway;
    };
    Lora& lora() { return *lora_; }

private:
    PacketsHeld& held(LinkWay way) { return way == LinkWay::up ? held_up_ : held_down_; }

    Bottleneck up_;
    Bottleneck down_;
    bool is_half_duplex_ = false;
    bool is_wide_ = true;
    PacketsHeld held_up_;
    PacketsHeld held_down_;
    std::unique_ptr<Lora> lora_;
};

}  // namespace trunkline::sim
