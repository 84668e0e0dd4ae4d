#pragma once
// Batches on their way from one thread to another.

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <utility>
#include <vector>

namespace trunkline::runtime {

/// One thread gives, one takes, in order. Whole batches change hands, so that a wake-up carries all there is; emptied
/// ones come back to be filled again. `Batch` is movable and has clear(), which keeps a sensible amount of memory.
template <typename Batch>
class Handover {
public:
    /// Gives what is in `batch`, which is empty afterwards. True: nothing was waiting before, so that the taker may be
    /// asleep and is to be woken.
    [[nodiscard]] bool give(Batch& batch, std::size_t bytes = 0) {
        const std::lock_guard lock(mutex_);
        const bool was_empty = waiting_.empty();
        waiting_.push_back(std::move(batch));
        waiting_bytes_ += bytes;
        if (spare_.empty()) {
            batch = Batch();
        } else {
            batch = std::move(spare_.back());
            spare_.pop_back();
        }
        return was_empty;
    }
    /// The giver waits while more than so many bytes wait to be taken: memory is bounded, however slow the taker is.
    void await_room(std::size_t limit_bytes) {
        std::unique_lock lock(mutex_);
        taken_.wait(lock, [&] { return waiting_bytes_ <= limit_bytes || is_over_; });
    }
    /// No more than so many bytes wait to be taken. For givers who rather lose something than wait.
    bool has_room(std::size_t limit_bytes) {
        const std::lock_guard lock(mutex_);
        return waiting_bytes_ <= limit_bytes;
    }
    /// From any thread: nobody takes any more, and await_room() does not wait.
    void end() {
        {
            const std::lock_guard lock(mutex_);
            is_over_ = true;
        }
        taken_.notify_one();
    }

    /// Calls `use` for every batch that waits. Those that are given meanwhile come next time.
    template <typename Use>
    void take_each(Use use) {
        {
            const std::lock_guard lock(mutex_);
            if (waiting_.empty()) return;
            taking_.swap(waiting_);
            waiting_bytes_ = 0;
        }
        taken_.notify_one();
        for (Batch& batch : taking_) {
            use(batch);
            batch.clear();
        }
        const std::lock_guard lock(mutex_);
        for (Batch& batch : taking_) {
            if (spare_.size() < spare_limit) spare_.push_back(std::move(batch));
        }
        taking_.clear();
    }

private:
    static constexpr std::size_t spare_limit = 2;

    std::vector<Batch> taking_;  // of the taker's thread alone

    std::mutex mutex_;  // guards what follows
    std::condition_variable taken_;
    std::vector<Batch> waiting_;
    std::vector<Batch> spare_;
    std::size_t waiting_bytes_ = 0;
    bool is_over_ = false;
};

}  // namespace trunkline::runtime
