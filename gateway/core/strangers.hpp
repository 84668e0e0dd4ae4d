#pragma once
// Answers to addresses that have no connection.

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <vector>

#include "protocol/base/address.hpp"
#include "protocol/base/instant.hpp"

namespace trunkline::gateway {

/// DISCONNECT is answered by DISCONNECT, also to strangers, whose first answer may be lost. Two gateways, one of which
/// was shown the other's address by a forged datagram, would go on for ever: hence one answer per address and second,
/// and no more addresses per second than are remembered here.
class Strangers {
public:
    static constexpr Duration pause = std::chrono::seconds(1);
    static constexpr std::size_t capacity = 256;

    bool may_answer(const Address& address, Instant now) {
        const bool was_answered = std::any_of(answered_.begin(), answered_.end(), [&](const Answer& answer) {
            return answer.to == address && now - answer.at < pause;
        });
        if (was_answered) return false;
        if (answered_.size() < capacity) {
            answered_.push_back({address, now});
            return true;
        }
        if (now - answered_[oldest_].at < pause) return false;
        answered_[oldest_] = {address, now};
        oldest_ = (oldest_ + 1) % capacity;
        return true;
    }

private:
    struct Answer {
        Address to;
        Instant at;
    };
    std::vector<Answer> answered_;  // a ring once it is full
    std::size_t oldest_ = 0;
};

}  // namespace trunkline::gateway
