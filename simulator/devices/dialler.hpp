#pragma once
// When a device wants a connection: at its first moment, and again whenever one has ended.

#include <optional>
#include <utility>

#include "protocol/base/instant.hpp"
#include "protocol/base/random.hpp"
#include "simulator/plan/device_plan.hpp"

namespace trunkline::sim {

/// Comes back after a draw from zero to the back-off, or after all of it, which doubles with each end and starts anew
/// only once the connection has been of use: a server that accepts and throws out at once is not stormed.
class Dialler {
public:
    Dialler(BackoffPlan backoff, Random random, Instant first)
        : first_(backoff.first),
          last_(backoff.last),
          random_(random),
          at_(first),
          backoff_(backoff.first),
          is_drawn_(backoff.is_drawn) {}

    // inputs
    void advance(Instant now);
    /// The connection, or the attempt, is over. The next one does not come before `at_least` has passed.
    void ended(Instant now, Duration at_least = Duration::zero());
    /// The connection has been of use.
    void succeeded() { backoff_ = first_; }
    /// No further connection is wanted.
    void stop();
    /// One is wanted at this moment.
    void start(Instant at) { at_ = at; }

    // outputs
    /// True once for each connection that is wanted.
    bool take_request() { return std::exchange(is_wanted_, false); }
    std::optional<Instant> next_deadline() const { return at_; }

private:
    Duration first_;
    Duration last_;
    Random random_;
    std::optional<Instant> at_;
    Duration backoff_;
    bool is_drawn_;
    bool is_wanted_ = false;
};

}  // namespace trunkline::sim
