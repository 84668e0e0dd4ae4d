#include "simulator/main/seed_queue.hpp"

#include <utility>

namespace trunkline::sim {

std::optional<std::uint64_t> SeedQueue::take() {
    const std::lock_guard lock(mutex_);
    if (left_ == 0 || !is_worth_locked(next_)) return std::nullopt;
    --left_;
    return next_++;
}

bool SeedQueue::is_worth(std::uint64_t seed) const {
    const std::lock_guard lock(mutex_);
    return is_worth_locked(seed);
}

void SeedQueue::passed() {
    const std::lock_guard lock(mutex_);
    ++passed_;
}

void SeedQueue::failed(std::uint64_t seed, std::string text) {
    const std::lock_guard lock(mutex_);
    if (!failure_ || seed < failure_->seed) failure_ = Failure{seed, std::move(text)};
}

void SeedQueue::stop() {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
}

std::optional<SeedQueue::Failure> SeedQueue::failure() const {
    const std::lock_guard lock(mutex_);
    return failure_;
}

std::uint64_t SeedQueue::count_passed() const {
    const std::lock_guard lock(mutex_);
    return passed_;
}

bool SeedQueue::was_stopped() const {
    const std::lock_guard lock(mutex_);
    return stopped_;
}

}  // namespace trunkline::sim
