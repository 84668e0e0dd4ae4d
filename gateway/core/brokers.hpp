#pragma once
// Which of several brokers the sensors' connections belong to.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "gateway/core/broker_version.hpp"
#include "protocol/base/deadlines.hpp"
#include "protocol/base/instant.hpp"

namespace trunkline::gateway {

/// A place in the list of brokers, which is their order of preference.
enum class BrokerId : std::uint8_t {};

/// The list. All sensors' connections go to one of them, the chosen one: the first that is there. When it fails, the
/// next one is chosen at once; when one before it has been well for long enough, that one. While none is there each is
/// tried in turn. Whoever connects tells what became of it; who is connected already follows when the choice changes.
class Brokers {
public:
    static constexpr std::size_t limit = 16;

    /// `count`: from 1 to the limit. `return_after`: how long a better one has to be well.
    Brokers(std::size_t count, mqtt::ProtocolVersion preferred, Duration return_after)
        : brokers_(count, Broker{BrokerVersion(preferred), State::unknown, {}}), return_after_(return_after) {}

    // inputs
    /// It has answered CONNECT, whatever it said.
    void answered(BrokerId id, Instant now) {
        Broker& broker = at(id);
        if (broker.state == State::well) return;
        const bool is_back = broker.state == State::failed && id == chosen_;
        has_changed_ = has_changed_ || is_back;
        broker.state = State::well;
        broker.well_since = now;
        if (at(chosen_).state == State::failed) choose(id);
    }
    /// A connection to it could not be made, or it has fallen silent.
    void failed(BrokerId id) {
        at(id).state = State::failed;
        if (id != chosen_) return;
        const auto other = std::find_if(brokers_.begin(), brokers_.end(),
                                        [](const Broker& broker) { return broker.state != State::failed; });
        const std::size_t next = other != brokers_.end() ? static_cast<std::size_t>(other - brokers_.begin())
                                                         : (static_cast<std::size_t>(id) + 1) % brokers_.size();
        choose(BrokerId(static_cast<std::uint8_t>(next)));
    }
    /// The same, seen by who asks it for signs of life. If it was the last one that was there, connections that nobody
    /// has closed are none any more.
    void fell_silent(BrokerId id) {
        failed(id);
        has_lost_all_ = std::all_of(brokers_.begin(), brokers_.end(),
                                    [](const Broker& broker) { return broker.state == State::failed; });
    }
    void advance(Instant now) {
        for (std::size_t index = 0; index < static_cast<std::size_t>(chosen_); ++index) {
            const Broker& broker = brokers_[index];
            if (broker.state == State::well && broker.well_since + return_after_ <= now)
                return choose(BrokerId(static_cast<std::uint8_t>(index)));
        }
    }

    // outputs
    /// Where connections are made.
    BrokerId chosen() const { return chosen_; }
    /// Once: that is another one, or is back, and nothing is known against it. Nobody need wait any longer.
    bool take_change() {
        const bool is_good = has_changed_ && at(chosen_).state != State::failed;
        if (is_good) has_changed_ = false;
        return is_good;
    }

    /// Once: none is there any more.
    bool take_loss_of_all() { return std::exchange(has_lost_all_, false); }

    // deadline
    std::optional<Instant> next_deadline() const {
        std::optional<Instant> first;
        for (std::size_t index = 0; index < static_cast<std::size_t>(chosen_); ++index) {
            if (brokers_[index].state == State::well)
                first = earlier(first, brokers_[index].well_since + return_after_);
        }
        return first;
    }

    // getters
    std::size_t size() const { return brokers_.size(); }
    /// It answered when it was last asked.
    bool is_well(BrokerId id) const { return brokers_[static_cast<std::size_t>(id)].state == State::well; }
    bool has_failed(BrokerId id) const { return brokers_[static_cast<std::size_t>(id)].state == State::failed; }
    BrokerVersion& version(BrokerId id) { return at(id).version; }

private:
    enum class State : std::uint8_t { unknown, well, failed };
    struct Broker {
        BrokerVersion version;
        State state;
        Instant well_since;
    };

    Broker& at(BrokerId id) { return brokers_[static_cast<std::size_t>(id)]; }
    void choose(BrokerId id) {
        has_changed_ = has_changed_ || id != chosen_;
        chosen_ = id;
    }

    std::vector<Broker> brokers_;
    Duration return_after_;
    BrokerId chosen_{};
    bool has_changed_ = false;
    bool has_lost_all_ = false;
};

}  // namespace trunkline::gateway
