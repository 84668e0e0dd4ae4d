#include "simulator/links/channel.hpp"

#include <algorithm>
#include <functional>

namespace trunkline::sim {

namespace {

/// Rounded up. A packet of 64 KiB at one bit in a second fits.
Duration time_on_the_wire(std::uint64_t octets, std::uint64_t bits_per_second) {
    constexpr std::uint64_t nanobits = 8'000'000'000;  // of an octet
    return Duration(static_cast<Duration::rep>((octets * nanobits + bits_per_second - 1) / bits_per_second));
}

/// As netem's packet_time_ns() reckons: at least one octet, so that time passes.
std::uint64_t octets_on_the_wire(std::size_t octets, const WireOverhead& overhead) {
    auto all = static_cast<std::int64_t>(octets) + overhead.packet_octets;
    if (overhead.cell_octets != 0) {
        const auto cell = static_cast<std::int64_t>(overhead.cell_octets);
        all = (all + cell - 1) / cell * (cell + overhead.cell_overhead_octets);
    }
    return static_cast<std::uint64_t>(std::max<std::int64_t>(1, all));
}

}  // namespace

void Bottleneck::change(std::uint64_t bits_per_second, std::uint64_t queue_octets, const WireOverhead& overhead) {
    bits_per_second_ = bits_per_second;
    queue_octets_ = queue_octets;
    overhead_ = overhead;
}

std::optional<Instant> Bottleneck::send(std::size_t octets, Instant now) {
    forget_what_has_left(now);
    // Without a rate, but not before what still waits from a slower time.
    if (bits_per_second_ == 0) return std::max(free_at_, now);
    if (waiting_octets_ > 0 && waiting_octets_ + octets > queue_octets_) return std::nullopt;
    free_at_ = std::max(free_at_, now) + time_on_the_wire(octets_on_the_wire(octets, overhead_), bits_per_second_);
    waiting_.push_back({free_at_, octets});
    waiting_octets_ += octets;
    return free_at_;
}

void Bottleneck::forget_what_has_left(Instant now) {
    for (; first_ < waiting_.size() && waiting_[first_].leaves <= now; ++first_)
        waiting_octets_ -= waiting_[first_].octets;
    // Moved to the front once half of it is gone: each packet is moved at most once or so.
    if (first_ * 2 < waiting_.size()) return;
    waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(first_));
    first_ = 0;
}

void Channel::change(const LinkProfile& link) {
    up_.change(link.rate_up, link.queue_octets, link.overhead);
    down_.change(link.rate_down, link.queue_octets, link.overhead);
    is_half_duplex_ = link.half_duplex;
    // For good: what waits from a slower time still leaves first.
    if (link.rate_up != 0 || link.rate_down != 0 || link.limit_packets != 0 || link.lora) is_wide_ = false;
    held_up_.change(link.limit_packets);
    held_down_.change(link.limit_packets);
    if (link.lora && !lora_) lora_ = std::make_unique<Lora>();
}

bool PacketsHeld::has_room(Instant now) {
    while (!until_.empty() && until_.front() <= now) {
        std::pop_heap(until_.begin(), until_.end(), std::greater<>());
        until_.pop_back();
    }
    return limit_ == 0 || until_.size() < limit_;
}

void PacketsHeld::hold(Instant until) {
    if (limit_ == 0) return;
    until_.push_back(until);
    std::push_heap(until_.begin(), until_.end(), std::greater<>());
}

std::optional<Instant> Channel::send(LinkWay way, std::size_t octets, Instant now) {
    return way == LinkWay::up || is_half_duplex_ ? up_.send(octets, now) : down_.send(octets, now);
}

}  // namespace trunkline::sim
