#include "broker/net/access_driver.hpp"

#include <utility>

#include "runtime/transport/start_error.hpp"

namespace trunkline::broker {

AccessDriver::AccessDriver(AccessSettings settings, Broker& core, runtime::EventLoop& loop)
    : settings_(std::move(settings)), core_(core) {
    Result<AccessFiles, std::string> files = read_access_files(settings_);
    if (!files) throw runtime::StartError(files.error());
    passwords_ = files->passwords;
    if (passwords_) worker_.emplace([&loop] { loop.wake(); });
    core_.set_access(std::move(files->rules));
}

void AccessDriver::exchange(Instant now) {
    if (!worker_) return;
    for (const Verdict& verdict : worker_->take_verdicts()) core_.verified(verdict.id, verdict.verdict, now);
    for (const AuthStep& step : core_.take_auth_steps())
        core_.auth_answered(step.id, scram_.answer(step, *passwords_), now);
    worker_->submit(core_.take_auth_checks(), passwords_);
}

Result<bool, std::string> AccessDriver::reload() {
    if (!settings_.password_file && !settings_.acl_file) return false;
    Result<AccessFiles, std::string> files = read_access_files(settings_);
    if (!files) return Failure{files.error()};
    passwords_ = files->passwords;
    core_.set_access(std::move(files->rules));
    return true;
}

}  // namespace trunkline::broker
