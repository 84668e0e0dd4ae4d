#pragma once
// The threads that check passwords, so that no client waits for another one's.

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "broker/access/password_file.hpp"
#include "broker/core/auth_check.hpp"
#include "broker/net/fair_queue.hpp"
#include "broker/net/verified_passwords.hpp"
#include "runtime/time/real_clock.hpp"

namespace trunkline::broker {

/// One password to check, against the file that was there when it was asked.
struct PasswordTask {
    AuthCheck check;
    std::shared_ptr<const PasswordFile> file;
    std::optional<VerifiedPasswords::Digest> digest{};  // nothing: it cannot be right
};

struct Verdict {
    AuthId id{};
    AuthVerdict verdict{};
};

/// Peers take turns (FairQueue by AuthCheck::source), and what nobody waits for any more is passed over. All calls come
/// from one thread. One that was right while another client's turn was on need not be hashed again: a fleet with one
/// password costs one.
class PasswordWorkers {
public:
    /// `wake` is called on a worker's thread: a verdict is there to be taken. `remembered` outlives the workers.
    PasswordWorkers(unsigned count, VerifiedPasswords& remembered, std::function<void()> wake);
    /// Waits for the checks that are under way; the rest is forgotten.
    ~PasswordWorkers();
    PasswordWorkers(const PasswordWorkers&) = delete;
    PasswordWorkers& operator=(const PasswordWorkers&) = delete;

    void submit(PasswordTask task);
    std::vector<Verdict> take_verdicts();
    std::size_t size() const { return threads_.size(); }

private:
    void run();
    AuthVerdict judge(const PasswordTask& task);

    VerifiedPasswords& remembered_;
    std::function<void()> wake_;
    runtime::RealClock clock_;
    std::mutex mutex_;  // guards what follows
    std::condition_variable changed_;
    FairQueue<PasswordTask> tasks_;
    std::vector<Verdict> verdicts_;
    bool is_ending_ = false;

    std::vector<std::thread> threads_;  // last: they start when the rest exists
};

/// As many as leave one processor to the broker's own thread: from 1 to 8.
unsigned usual_password_workers();

}  // namespace trunkline::broker
