#pragma once
// The thread that checks passwords, so that no client waits for another one's.

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "broker/access/password_file.hpp"
#include "broker/core/auth_check.hpp"
#include "runtime/time/real_clock.hpp"

namespace trunkline::broker {

struct Verdict {
    AuthId id{};
    AuthVerdict verdict{};
};

/// Checks in the order of submit(), each against the file that was there then, unless its time is up. All calls come
/// from one thread.
class PasswordWorker {
public:
    /// `wake` is called on the worker's thread: a verdict is there to be taken.
    explicit PasswordWorker(std::function<void()> wake);
    /// Waits for the check that is under way; the rest is forgotten.
    ~PasswordWorker();
    PasswordWorker(const PasswordWorker&) = delete;
    PasswordWorker& operator=(const PasswordWorker&) = delete;

    void submit(std::vector<AuthCheck> checks, const std::shared_ptr<const PasswordFile>& file);
    std::vector<Verdict> take_verdicts();

private:
    struct Task {
        AuthCheck check;
        std::shared_ptr<const PasswordFile> file;
    };
    void run();

    std::function<void()> wake_;
    runtime::RealClock clock_;
    std::mutex mutex_;  // guards what follows
    std::condition_variable changed_;
    std::deque<Task> tasks_;
    std::vector<Verdict> verdicts_;
    bool is_ending_ = false;

    std::thread thread_;  // last: it starts when the rest exists
};

}  // namespace trunkline::broker
