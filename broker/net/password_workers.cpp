#include "broker/net/password_workers.hpp"

#include <algorithm>
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

PasswordWorkers::PasswordWorkers(unsigned count, VerifiedPasswords& remembered, std::function<void()> wake)
    : remembered_(remembered), wake_(std::move(wake)) {
    for (unsigned number = 0; number < std::max(count, 1U); ++number) threads_.emplace_back([this] { run(); });
}

PasswordWorkers::~PasswordWorkers() {
    {
        const std::lock_guard lock(mutex_);
        is_ending_ = true;
    }
    changed_.notify_all();
    for (std::thread& thread : threads_) thread.join();
}

void PasswordWorkers::submit(PasswordTask task) {
    {
        const std::lock_guard lock(mutex_);
        const std::string source = task.check.source;
        tasks_.push(source, std::move(task));
    }
    changed_.notify_one();
}

std::vector<Verdict> PasswordWorkers::take_verdicts() {
    const std::lock_guard lock(mutex_);
    return std::exchange(verdicts_, {});
}

void PasswordWorkers::run() {
    std::unique_lock lock(mutex_);
    for (;;) {
        changed_.wait(lock, [this] { return !tasks_.empty() || is_ending_; });
        if (is_ending_) return;
        const PasswordTask task = tasks_.pop();
        lock.unlock();
        // Where more ask than can be answered, the work goes to those who still wait: it is never all in vain.
        if (clock_.now() >= task.check.give_up_at) {
            lock.lock();
            continue;
        }
        const Verdict verdict{task.check.id, judge(task)};
        lock.lock();
        verdicts_.push_back(verdict);
        lock.unlock();
        wake_();
        lock.lock();
    }
}

AuthVerdict PasswordWorkers::judge(const PasswordTask& task) {
    if (task.digest && remembered_.knows(*task.digest, clock_.now())) return AuthVerdict::right;
    const AuthVerdict verdict = verdict_on(task.check, *task.file);
    if (task.digest && verdict == AuthVerdict::right) remembered_.add(*task.digest, clock_.now());
    return verdict;
}

unsigned usual_password_workers() {
    const unsigned processors = std::thread::hardware_concurrency();
    return std::clamp(processors, 2U, 9U) - 1;
}

}  // namespace trunkline::broker
