#pragma once
// Sensors of which nothing is known but a CONNECT.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "gateway/core/upstream_connections.hpp"
#include "protocol/base/instant.hpp"

namespace trunkline::gateway {

/// A CONNECT from an address that proves nothing may be forged: it becomes a sensor, but stands here until it says a
/// second word. Nobody here has registered, subscribed or published anything, so that to lose its place costs a real
/// one no more than another CONNECT. Whoever has waited here for `patience` may lose it, the oldest first, and only
/// when there is no other place for the next one: a flood gets so many places per `patience`, and no more.
class Newcomers {
public:
    /// A real sensor, whose first word after CONNACK was lost, has repeated it by then: Tretry (MQTT-SN 1.2 §7.2).
    static constexpr Duration patience = std::chrono::seconds(10);

    explicit Newcomers(std::size_t limit) : limit_(limit) {}

    bool is_full() const { return size_ >= limit_; }
    std::size_t size() const { return size_; }
    bool contains(SensorId id) const { return index_of(id) < links_.size() && links_[index_of(id)].is_in; }

    /// It has said CONNECT. Requires that it is not in here.
    void add(SensorId id, Instant now) {
        const auto index = static_cast<std::uint32_t>(id);
        if (index >= links_.size()) links_.resize(index + std::size_t{1});
        links_[index] = {now, newest_, none, true};
        (newest_ == none ? oldest_ : links_[newest_].after) = index;
        newest_ = index;
        ++size_;
    }
    /// It has said more, or is gone. Of no effect for one that is not in here.
    void remove(SensorId id) {
        if (!contains(id)) return;
        Link& link = links_[index_of(id)];
        (link.before == none ? oldest_ : links_[link.before].after) = link.after;
        (link.after == none ? newest_ : links_[link.after].before) = link.before;
        link.is_in = false;
        --size_;
    }
    /// Who loses its place to the next one. Nothing: nobody yet.
    std::optional<SensorId> to_displace(Instant now) const {
        if (oldest_ == none || now - links_[oldest_].since < patience) return std::nullopt;
        return SensorId{oldest_};
    }

private:
    static constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();
    struct Link {
        Instant since{};
        std::uint32_t before = none;
        std::uint32_t after = none;
        bool is_in = false;
    };
    static std::size_t index_of(SensorId id) { return static_cast<std::uint32_t>(id); }

    std::size_t limit_;
    std::size_t size_ = 0;
    std::uint32_t oldest_ = none;
    std::uint32_t newest_ = none;
    std::vector<Link> links_;  // by the sensor's place
};

}  // namespace trunkline::gateway
