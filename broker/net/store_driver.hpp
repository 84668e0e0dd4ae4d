#pragma once
// Carries batches between the core and the store: the next one while none is being written, a failed one again.

#include <chrono>
#include <optional>

#include "broker/core/broker.hpp"
#include "protocol/base/instant.hpp"
#include "runtime/store/commit_loop.hpp"
#include "runtime/transport/event_loop.hpp"

namespace trunkline::broker {

class StoreDriver {
public:
    /// Without a store every batch counts as stored at once: nothing survives the process, and nobody was told that it
    /// would. The store and the loop outlive the driver.
    StoreDriver(Store* store, runtime::EventLoop& loop);

    /// Once per round: tells the core what became of a batch and takes the next one.
    void exchange(Broker& core, Instant now);
    /// No batch is being written or waits to be written again.
    bool is_idle() const { return !failed_ && !(commits_ && commits_->is_busy()); }
    /// When a failed batch is offered again.
    std::optional<Instant> deadline() const;

    static constexpr Duration first_pause = std::chrono::milliseconds(100);
    static constexpr Duration last_pause = std::chrono::seconds(5);

private:
    struct Failed {
        StoreBatch batch;
        Instant offer_again_at;
    };
    using CommitLoop = runtime::CommitLoop<StoreBatch, Result<void, StoreError>>;
    void tell(Broker& core, CommitLoop::Outcome outcome, Instant now);

    std::optional<CommitLoop> commits_;
    std::optional<Failed> failed_;
    Duration pause_ = first_pause;  // doubles with each failure in a row
};

}  // namespace trunkline::broker
