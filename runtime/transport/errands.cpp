#include "runtime/transport/errands.hpp"

namespace trunkline::runtime {

bool Errands::run(const std::function<void()>& what, Duration patience) {
    using State = Errand::State;
    const auto errand = std::make_shared<Errand>(Errand{&what});
    std::unique_lock lock(mutex_);
    if (is_closed_) return false;
    waiting_.push_back(errand);
    is_any_.store(true, std::memory_order_release);
    loop_.wake();
    const auto is_under_way = [&] { return errand->state != State::waiting || is_closed_; };
    changed_.wait_for(lock, patience, is_under_way);
    if (errand->state == State::waiting) {
        std::erase(waiting_, errand);
        return false;
    }
    // What has begun is waited for to its end: it works on what the caller owns.
    changed_.wait(lock, [&] { return errand->state == State::done; });
    return true;
}

void Errands::do_waiting() {
    std::unique_lock lock(mutex_);
    while (!waiting_.empty()) {
        const std::shared_ptr<Errand> errand = waiting_.front();
        waiting_.erase(waiting_.begin());
        errand->state = Errand::State::running;
        lock.unlock();
        (*errand->what)();
        lock.lock();
        errand->state = Errand::State::done;
        changed_.notify_all();
    }
    is_any_.store(false, std::memory_order_release);
}

void Errands::close() {
    const std::lock_guard lock(mutex_);
    is_closed_ = true;
    changed_.notify_all();
}

}  // namespace trunkline::runtime
