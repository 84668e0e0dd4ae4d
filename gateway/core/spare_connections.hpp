#pragma once
// Connections to the broker that are opened before a sensor needs one.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>

#include "gateway/core/brokers.hpp"
#include "gateway/core/upstream_connections.hpp"
#include "protocol/base/deadlines.hpp"
#include "protocol/base/instant.hpp"

namespace trunkline::gateway {

/// To open a connection, and with TLS to shake hands, is most of what a sensor's CONNECT costs in transparent mode;
/// when power comes back, all do it at once. So many connections to the chosen broker wait here, open and silent, until
/// a sensor takes one and says CONNECT on it.
///
/// Brokers close connections that never say CONNECT (5.0 §3.1.4): nobody is to be shut out by that, so those that have
/// waited for `maximum_age` are closed from here and replaced. All of them are replaced in half that time, one after
/// the other, and after a failure, or when a broker closes them sooner than that, with a back-off from 1 s to 60 s.
class SpareConnections {
public:
    /// No sensor has this id.
    static constexpr SensorId owner{0xfffffffdU};
    static constexpr Duration first_pause = std::chrono::seconds(1);
    static constexpr Duration last_pause = std::chrono::seconds(60);

    /// `wanted`: 0 for none.
    SpareConnections(std::size_t wanted, Duration maximum_age)
        : wanted_(wanted),
          maximum_age_(maximum_age),
          interval_(wanted == 0 ? maximum_age : maximum_age / 2 / static_cast<Duration::rep>(wanted)) {}

    // inputs; each concerns a connection of `owner`
    void opened(UpstreamId id, Instant now) {
        if (const auto found = spares_.find(id); found != spares_.end()) found->second = {now, true};
    }
    /// It could not be opened, or the broker has closed it.
    void closed(UpstreamId id, Instant now) {
        spares_.erase(id);
        next_open_ = now + pause_;
        pause_ = std::min(2 * pause_, last_pause);
    }
    /// The chosen broker is another one, or is back: nothing is known against it.
    void broker_changed() {
        pause_ = first_pause;
        next_open_ = {};
    }
    /// Closes what is too old or of another broker than the chosen one, and opens what is missing.
    void advance(const Brokers& brokers, UpstreamConnections& connections, Instant now) {
        if (wanted_ == 0) return;
        while (!spares_.empty() && (broker_ != brokers.chosen() || oldest_is_due(now))) {
            connections.release(spares_.begin()->first);
            spares_.erase(spares_.begin());
        }
        broker_ = brokers.chosen();
        while (spares_.size() < wanted_ && next_open_ <= now) {
            spares_.emplace(connections.open(owner, broker_), Spare{now, false});
            next_open_ = now + interval_;
        }
    }
    void shut_down(UpstreamConnections& connections) {
        for (const auto& [id, spare] : spares_) connections.release(id);
        spares_.clear();
        wanted_ = 0;
    }

    // output
    /// One that is open, and is the taker's from now on; the youngest, which the broker is least tired of. Nothing:
    /// there is none.
    std::optional<UpstreamId> take(SensorId taker, BrokerId broker, UpstreamConnections& connections, Instant now) {
        if (spares_.empty() || broker != broker_) return std::nullopt;
        const auto youngest =
            std::find_if(spares_.rbegin(), spares_.rend(), [](const auto& entry) { return entry.second.is_open; });
        if (youngest == spares_.rend()) return std::nullopt;
        // The first of many, perhaps: what they take is replaced behind them.
        if (spares_.size() == wanted_) next_open_ = now + interval_;
        const UpstreamId id = youngest->first;
        spares_.erase(id);
        connections.hand_over(id, taker);
        pause_ = first_pause;
        return id;
    }

    // deadline
    std::optional<Instant> next_deadline() const {
        if (wanted_ == 0) return std::nullopt;
        std::optional<Instant> deadline;
        if (!spares_.empty()) deadline = spares_.begin()->second.since + maximum_age_;
        if (spares_.size() < wanted_) deadline = earlier(deadline, next_open_);
        return deadline;
    }

    // getters
    /// Open ones, and those that are being opened.
    std::size_t size() const { return spares_.size(); }

private:
    struct Spare {
        Instant since{};  // it is being opened, or is open
        bool is_open = false;
    };
    /// One that does not open is the driver's to give up.
    bool oldest_is_due(Instant now) const { return now - spares_.begin()->second.since >= maximum_age_; }

    std::size_t wanted_;
    Duration maximum_age_;
    Duration interval_;
    BrokerId broker_{};
    Duration pause_ = first_pause;
    Instant next_open_{};
    std::map<UpstreamId, Spare> spares_;  // by their numbers: the oldest first
};

}  // namespace trunkline::gateway
