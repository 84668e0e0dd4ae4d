#pragma once
// The storage thread: applies one batch at a time and reports back. Knows no table.

#include <cassert>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

namespace trunkline::runtime {

/// Group commit by load: whoever owns the core takes the open batch only when this is not busy, so what arrives during
/// one write goes into the next. Between begin() and take_outcome() the batch belongs to the storage thread; all calls
/// come from the thread of the owner. `Applied` says how it went.
template <typename Batch, typename Applied>
class CommitLoop {
public:
    /// On the storage thread: makes the batch durable, or says why not. Must not throw.
    using Apply = std::function<Applied(const Batch&)>;
    /// On the storage thread: an outcome is there to be taken.
    using Wake = std::function<void()>;
    /// The batch comes back whole: what it shares with the core is destroyed on the core's thread.
    struct Outcome {
        Batch batch;
        Applied applied;
    };

    CommitLoop(Apply apply, Wake wake) : apply_(std::move(apply)), wake_(std::move(wake)), thread_([this] { run(); }) {}
    /// Waits for the batch that is being written; its outcome can no longer be taken.
    ~CommitLoop() {
        {
            const std::lock_guard lock(mutex_);
            is_ending_ = true;
        }
        changed_.notify_one();
        thread_.join();
    }
    CommitLoop(const CommitLoop&) = delete;
    CommitLoop& operator=(const CommitLoop&) = delete;

    bool is_busy() const { return is_busy_; }
    /// Only while not busy.
    void begin(Batch batch) {
        assert(!is_busy_);
        is_busy_ = true;
        {
            const std::lock_guard lock(mutex_);
            next_.emplace(std::move(batch));
        }
        changed_.notify_one();
    }
    /// Once for each begin(), when the batch is done.
    std::optional<Outcome> take_outcome() {
        if (!is_busy_) return std::nullopt;
        const std::lock_guard lock(mutex_);
        if (!outcome_) return std::nullopt;
        is_busy_ = false;
        return std::exchange(outcome_, std::nullopt);
    }

private:
    void run() {
        while (std::optional<Batch> batch = wait_for_batch()) {
            Applied applied = apply_(*batch);
            {
                const std::lock_guard lock(mutex_);
                outcome_.emplace(Outcome{std::move(*batch), std::move(applied)});
            }
            wake_();
        }
    }
    /// Nothing: the end. A batch that was begun before is still written.
    std::optional<Batch> wait_for_batch() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return next_.has_value() || is_ending_; });
        return std::exchange(next_, std::nullopt);
    }

    Apply apply_;
    Wake wake_;
    bool is_busy_ = false;  // of the owner's thread alone

    std::mutex mutex_;  // guards what follows
    std::condition_variable changed_;
    std::optional<Batch> next_;
    std::optional<Outcome> outcome_;
    bool is_ending_ = false;

    std::thread thread_;  // last: it starts when the rest exists
};

}  // namespace trunkline::runtime
