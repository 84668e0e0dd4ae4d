#include "broker/net/password_worker.hpp"

#include <utility>

#include "broker/net/password_digest.hpp"

namespace trunkline::broker {

namespace {

/// A name that is not there takes as long as one that is: how long an answer takes names nobody.
AuthVerdict verdict_on(const AuthCheck& check, const PasswordFile& file) {
    const Credential* credential = file.find(check.user_name);
    const bool is_known = credential != nullptr;
    if (!is_known) credential = file.decoy();
    const bool is_right = credential != nullptr && is_password(*credential, check.password);
    return is_known && is_right ? AuthVerdict::right : AuthVerdict::wrong;
}

}  // namespace

PasswordWorker::PasswordWorker(std::function<void()> wake) : wake_(std::move(wake)), thread_([this] { run(); }) {}

PasswordWorker::~PasswordWorker() {
    {
        const std::lock_guard lock(mutex_);
        is_ending_ = true;
    }
    changed_.notify_one();
    thread_.join();
}

void PasswordWorker::submit(std::vector<AuthCheck> checks, const std::shared_ptr<const PasswordFile>& file) {
    if (checks.empty()) return;
    {
        const std::lock_guard lock(mutex_);
        for (AuthCheck& check : checks) tasks_.push_back({std::move(check), file});
    }
    changed_.notify_one();
}

std::vector<Verdict> PasswordWorker::take_verdicts() {
    const std::lock_guard lock(mutex_);
    return std::exchange(verdicts_, {});
}

void PasswordWorker::run() {
    std::unique_lock lock(mutex_);
    for (;;) {
        changed_.wait(lock, [this] { return !tasks_.empty() || is_ending_; });
        if (is_ending_) return;
        const Task task = std::move(tasks_.front());
        tasks_.pop_front();
        lock.unlock();
        // Where more ask than can be answered, the work goes to those who still wait: it is never all in vain.
        if (clock_.now() >= task.check.give_up_at) {
            lock.lock();
            continue;
        }
        const Verdict verdict{task.check.id, verdict_on(task.check, *task.file)};
        lock.lock();
        verdicts_.push_back(verdict);
        lock.unlock();
        wake_();
        lock.lock();
    }
}

}  // namespace trunkline::broker
