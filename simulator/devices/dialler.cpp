#include "simulator/devices/dialler.hpp"

#include <algorithm>

namespace trunkline::sim {

void Dialler::advance(Instant now) {
    if (!at_ || *at_ > now) return;
    at_.reset();
    is_wanted_ = true;
}

void Dialler::ended(Instant now, Duration at_least) {
    const auto bound = static_cast<std::uint64_t>(backoff_.count()) + 1;
    const Duration pause = is_drawn_ ? Duration(static_cast<Duration::rep>(random_.below(bound))) : backoff_;
    at_ = now + std::max(pause, at_least);
    backoff_ = std::min(backoff_ * 2, last_);
}

void Dialler::stop() {
    at_.reset();
    is_wanted_ = false;
}

}  // namespace trunkline::sim
