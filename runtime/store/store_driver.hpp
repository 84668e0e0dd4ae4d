#pragma once
// Carries batches between a core and its store: the next one while none is being written, a failed one again.

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include "protocol/base/instant.hpp"
#include "protocol/base/result.hpp"
#include "runtime/store/commit_loop.hpp"

namespace trunkline::runtime {

/// `Core` has take_batch(), stored() and store_failed(); `Store` applies a `Batch`, or fails with an `Error`.
template <typename Core, typename Store, typename Batch, typename Error>
class StoreDriver {
public:
    /// Without a store every batch counts as stored at once: nothing survives the process, and nobody was told that it
    /// would. The store and the loop, which is woken when a batch is done, outlive the driver.
    template <typename Loop>
    StoreDriver(Store* store, Loop& loop) {
        if (store == nullptr) return;
        commits_.emplace([store](const Batch& batch) { return store->apply(batch); }, [&loop] { loop.wake(); });
    }

    /// Once per round: tells the core what became of a batch and takes the next one.
    void exchange(Core& core, Instant now) {
        if (!commits_) {
            while (const std::optional<Batch> batch = core.take_batch()) core.stored(batch->ticket, now);
            return;
        }
        if (std::optional<Outcome> outcome = commits_->take_outcome()) tell(core, *std::move(outcome), now);
        if (commits_->is_busy()) return;
        if (failed_) {
            if (now < failed_->offer_again_at) return;
            commits_->begin(std::move(failed_->batch));
            failed_.reset();
        } else if (std::optional<Batch> batch = core.take_batch()) {
            commits_->begin(*std::move(batch));
        }
    }
    /// No batch is being written or waits to be written again.
    bool is_idle() const { return !failed_ && !(commits_ && commits_->is_busy()); }
    /// When a failed batch is offered again.
    std::optional<Instant> deadline() const {
        if (!failed_) return std::nullopt;
        return failed_->offer_again_at;
    }

    static constexpr Duration first_pause = std::chrono::milliseconds(100);
    static constexpr Duration last_pause = std::chrono::seconds(5);

private:
    struct Failed {
        Batch batch;
        Instant offer_again_at;
    };
    using Commits = CommitLoop<Batch, Result<void, Error>>;
    using Outcome = typename Commits::Outcome;

    void tell(Core& core, Outcome outcome, Instant now) {
        if (outcome.applied) {
            pause_ = first_pause;
            core.stored(outcome.batch.ticket, now);
            return;  // the batch is destroyed here, on the core's thread
        }
        core.store_failed(outcome.batch.ticket, outcome.applied.error(), now);
        failed_ = Failed{std::move(outcome.batch), now + pause_};
        pause_ = std::min(pause_ * 2, last_pause);
    }

    std::optional<Commits> commits_;
    std::optional<Failed> failed_;
    Duration pause_ = first_pause;  // doubles with each failure in a row
};

}  // namespace trunkline::runtime
