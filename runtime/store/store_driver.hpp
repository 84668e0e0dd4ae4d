#pragma once
// Carries batches between a core and its store: the next one while none is being written, a failed one again. What a
// core wants to read goes the same way, in turns.

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>
#include <variant>

#include "protocol/base/deadlines.hpp"
#include "protocol/base/instant.hpp"
#include "protocol/base/result.hpp"
#include "runtime/store/commit_loop.hpp"

namespace trunkline::runtime {

/// For a core that reads only at its start. Others say in the same three functions what they read while they run.
struct NoReading {
    struct Request {};
    struct Answer {};
    /// What the core wants to read now.
    template <typename Core>
    static std::optional<Request> take(Core&) {
        return std::nullopt;
    }
    /// On the storage thread.
    template <typename Store>
    static Answer read(Store&, const Request&) {
        return {};
    }
    /// Returns what could not be read.
    template <typename Core>
    static std::optional<Request> tell(Core&, Request, Answer, Instant) {
        return std::nullopt;
    }
};

/// `Core` has take_batch(), stored() and store_failed(); `Store` applies a `Batch`, or fails with an `Error`.
template <typename Core, typename Store, typename Batch, typename Error, typename Reading = NoReading>
class StoreDriver {
public:
    /// Without a store every batch counts as stored at once: nothing survives the process, and nobody was told that it
    /// would. The store and the loop, which is woken when the storage thread is done, outlive the driver.
    template <typename Loop>
    StoreDriver(Store* store, Loop& loop) {
        if (store == nullptr) return;
        jobs_.emplace([store](const Job& job) { return run(*store, job); }, [&loop] { loop.wake(); });
    }

    /// Once per round: tells the core what the storage thread has done and gives it the next thing to do.
    void exchange(Core& core, Instant now) {
        if (!jobs_) {
            while (const std::optional<Batch> batch = core.take_batch()) core.stored(batch->ticket, now);
            return;
        }
        if (std::optional<Outcome> outcome = jobs_->take_outcome()) tell(core, *std::move(outcome), now);
        if (jobs_->is_busy()) return;
        // In turns, so that neither starves the other.
        if (!std::exchange(reads_next_, false) || !begin_reading(core, now)) reads_next_ = begin_batch(core, now);
        if (!jobs_->is_busy()) static_cast<void>(begin_reading(core, now));
    }
    /// No batch is being written or waits to be written again.
    bool is_idle() const { return !failed_batch_ && !(jobs_ && jobs_->is_busy()); }
    /// When what failed is tried again.
    std::optional<Instant> deadline() const {
        std::optional<Instant> at;
        if (failed_batch_) at = failed_batch_->again_at;
        if (failed_reading_) at = earlier(at, failed_reading_->again_at);
        return at;
    }

    static constexpr Duration first_pause = std::chrono::milliseconds(100);
    static constexpr Duration last_pause = std::chrono::seconds(5);

private:
    using Request = typename Reading::Request;
    using Answer = typename Reading::Answer;
    using Applied = Result<void, Error>;
    using Job = std::variant<Batch, Request>;
    using Jobs = CommitLoop<Job, std::variant<Applied, Answer>>;
    using Outcome = typename Jobs::Outcome;
    template <typename What>
    struct Failed {
        What what;
        Instant again_at;
    };

    static std::variant<Applied, Answer> run(Store& store, const Job& job) {
        if (const auto* request = std::get_if<Request>(&job)) return Reading::read(store, *request);
        return store.apply(std::get<Batch>(job));
    }

    /// True: the storage thread is busy with it.
    bool begin_batch(Core& core, Instant now) {
        if (failed_batch_) {
            if (now < failed_batch_->again_at) return false;
            jobs_->begin(std::exchange(failed_batch_, std::nullopt)->what);
            return true;
        }
        std::optional<Batch> batch = core.take_batch();
        if (batch) jobs_->begin(*std::move(batch));
        return batch.has_value();
    }
    bool begin_reading(Core& core, Instant now) {
        if (failed_reading_) {
            if (now < failed_reading_->again_at) return false;
            jobs_->begin(std::exchange(failed_reading_, std::nullopt)->what);
            return true;
        }
        std::optional<Request> request = Reading::take(core);
        if (request) jobs_->begin(*std::move(request));
        return request.has_value();
    }

    void tell(Core& core, Outcome outcome, Instant now) {
        if (auto* request = std::get_if<Request>(&outcome.batch)) {
            auto unread = Reading::tell(core, std::move(*request), std::get<Answer>(std::move(outcome.applied)), now);
            if (!unread) return;
            failed_reading_ = Failed<Request>{*std::move(unread), now + pause_};
        } else {
            auto& batch = std::get<Batch>(outcome.batch);
            const auto& applied = std::get<Applied>(outcome.applied);
            if (applied) {
                pause_ = first_pause;
                core.stored(batch.ticket, now);
                return;  // the batch is destroyed here, on the core's thread
            }
            core.store_failed(batch.ticket, applied.error(), now);
            failed_batch_ = Failed<Batch>{std::move(batch), now + pause_};
        }
        pause_ = std::min(pause_ * 2, last_pause);
    }

    std::optional<Jobs> jobs_;
    std::optional<Failed<Batch>> failed_batch_;
    std::optional<Failed<Request>> failed_reading_;
    bool reads_next_ = false;
    Duration pause_ = first_pause;  // doubles with each failure in a row
};

}  // namespace trunkline::runtime
