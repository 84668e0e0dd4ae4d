#include "broker/net/access_driver.hpp"

#include <algorithm>
#include <utility>

#include "runtime/transport/start_error.hpp"

namespace trunkline::broker {

AccessDriver::AccessDriver(std::vector<AccessSettings> by_listener, PasswordSettings settings, Broker& core,
                           runtime::EventLoop& loop)
    : settings_(std::move(by_listener)), core_(core), verified_(settings.remembered, settings.remembered_for) {
    Result<Files, std::string> files = read();
    if (!files) throw runtime::StartError(files.error());
    use(*std::move(files));
    const bool has_passwords =
        std::any_of(files_.begin(), files_.end(), [](const auto& each) { return each->passwords != nullptr; });
    if (!has_passwords) return;
    const unsigned count = settings.workers == 0 ? usual_password_workers() : settings.workers;
    workers_.emplace(count, verified_, [&loop] { loop.wake(); });
}

Result<AccessDriver::Files, std::string> AccessDriver::read() const {
    Files files;
    for (std::size_t at = 0; at < settings_.size(); ++at) {
        const auto same =
            std::find(settings_.begin(), settings_.begin() + static_cast<std::ptrdiff_t>(at), settings_[at]);
        const auto place = static_cast<std::size_t>(same - settings_.begin());
        if (place < at) {
            files.push_back(files[place]);
            continue;
        }
        Result<AccessFiles, std::string> read = read_access_files(settings_[at]);
        if (!read) return Failure{read.error()};
        files.push_back(std::make_shared<const AccessFiles>(*std::move(read)));
    }
    return files;
}

void AccessDriver::use(Files files) {
    files_ = std::move(files);
    for (std::size_t at = 0; at < files_.size(); ++at)
        core_.set_access({files_[at], &files_[at]->rules}, ListenerId{static_cast<std::uint16_t>(at)});
}

void AccessDriver::exchange(Instant now) {
    if (!workers_) return;
    for (const Verdict& verdict : workers_->take_verdicts()) core_.verified(verdict.id, verdict.verdict, now);
    for (const AuthStep& step : core_.take_auth_steps())
        core_.auth_answered(step.id, scram_.answer(step, *passwords_of(step.listener)), now);
    for (AuthCheck& question : core_.take_auth_checks()) check(std::move(question), now);
}

/// A password that was right before is right at once; a wrong one costs its asker the same as ever.
void AccessDriver::check(AuthCheck question, Instant now) {
    const std::shared_ptr<const PasswordFile>& file = passwords_of(question.listener);
    const Credential* credential = file->find(question.user_name);
    std::optional<VerifiedPasswords::Digest> digest;
    if (credential != nullptr) digest = verified_.digest_of(question.user_name, question.password, *credential);
    if (digest && verified_.knows(*digest, now)) return core_.verified(question.id, AuthVerdict::right, now);
    workers_->submit({std::move(question), file, digest});
}

Result<bool, std::string> AccessDriver::reload() {
    if (files().empty()) return false;
    Result<Files, std::string> files = read();
    if (!files) return Failure{files.error()};
    use(*std::move(files));
    verified_.clear();
    return true;
}

std::vector<std::filesystem::path> AccessDriver::files() const {
    std::vector<std::filesystem::path> paths;
    for (const AccessSettings& settings : settings_) {
        for (const auto& path : {settings.password_file, settings.acl_file}) {
            if (path && std::find(paths.begin(), paths.end(), *path) == paths.end()) paths.push_back(*path);
        }
    }
    return paths;
}

}  // namespace trunkline::broker
