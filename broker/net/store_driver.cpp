#include "broker/net/store_driver.hpp"

#include <algorithm>
#include <utility>

namespace trunkline::broker {

StoreDriver::StoreDriver(Store* store, runtime::EventLoop& loop) {
    if (store == nullptr) return;
    commits_.emplace([store](const StoreBatch& batch) { return store->apply(batch); }, [&loop] { loop.wake(); });
}

std::optional<Instant> StoreDriver::deadline() const {
    if (!failed_) return std::nullopt;
    return failed_->offer_again_at;
}

void StoreDriver::exchange(Broker& core, Instant now) {
    if (!commits_) {
        while (const std::optional<StoreBatch> batch = core.take_batch()) core.stored(batch->ticket, now);
        return;
    }
    if (std::optional<CommitLoop::Outcome> outcome = commits_->take_outcome()) tell(core, *std::move(outcome), now);
    if (commits_->is_busy()) return;
    if (failed_) {
        if (now < failed_->offer_again_at) return;
        commits_->begin(std::move(failed_->batch));
        failed_.reset();
    } else if (std::optional<StoreBatch> batch = core.take_batch()) {
        commits_->begin(*std::move(batch));
    }
}

void StoreDriver::tell(Broker& core, CommitLoop::Outcome outcome, Instant now) {
    if (outcome.applied) {
        pause_ = first_pause;
        core.stored(outcome.batch.ticket, now);
        return;  // the batch is destroyed here, on the core's thread
    }
    core.store_failed(outcome.batch.ticket, outcome.applied.error(), now);
    failed_ = Failed{std::move(outcome.batch), now + pause_};
    pause_ = std::min(pause_ * 2, last_pause);
}

}  // namespace trunkline::broker
