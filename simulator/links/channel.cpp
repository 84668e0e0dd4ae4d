#include "simulator/links/channel.hpp"

#include <algorithm>

namespace trunkline::sim {

namespace {

/// Rounded up. A packet of 64 KiB at one bit in a second fits.
Duration time_on_the_wire(std::uint64_t octets, std::uint64_t bits_per_second) {
    constexpr std::uint64_t nanobits = 8'000'000'000;  // of an octet
    return Duration(static_cast<Duration::rep>((octets * nanobits + bits_per_second - 1) / bits_per_second));
}

}  // namespace

void Bottleneck::change(std::uint64_t bits_per_second, std::uint64_t queue_octets) {
    bits_per_second_ = bits_per_second;
    queue_octets_ = queue_octets;
}

std::optional<Instant> Bottleneck::send(std::size_t octets, Instant now) {
    forget_what_has_left(now);
    // Without a rate, but not before what still waits from a slower time.
    if (bits_per_second_ == 0) return std::max(free_at_, now);
    if (waiting_octets_ > 0 && waiting_octets_ + octets > queue_octets_) return std::nullopt;
    free_at_ = std::max(free_at_, now) + time_on_the_wire(octets, bits_per_second_);
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
    up_.change(link.rate_up, link.queue_octets);
    down_.change(link.rate_down, link.queue_octets);
    is_half_duplex_ = link.half_duplex;
}

std::optional<Instant> Channel::send(LinkWay way, std::size_t octets, Instant now) {
    return way == LinkWay::up || is_half_duplex_ ? up_.send(octets, now) : down_.send(octets, now);
}

}  // namespace trunkline::sim
