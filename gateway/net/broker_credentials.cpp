#include "gateway/net/broker_credentials.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "protocol/base/text_lines.hpp"
#include "runtime/settings/text_file.hpp"
#include "runtime/transport/start_error.hpp"

namespace trunkline::gateway {

namespace {

std::vector<std::filesystem::path> files_of(const CredentialSettings& settings) {
    std::vector<std::filesystem::path> files;
    if (settings.password_file) files.push_back(*settings.password_file);
    if (settings.credentials_file) files.push_back(*settings.credentials_file);
    return files;
}

/// The first line; editors end it with a line feed that is none of the password's.
Result<std::string, std::string> read_password(const std::filesystem::path& path) {
    Result<std::string, std::string> text = runtime::read_text(path);
    if (!text) return text;
    std::string password(without_byte_order_mark(*text));
    password.resize(std::min(password.size(), password.find('\n')));
    if (password.ends_with('\r')) password.pop_back();
    if (password.empty()) return Failure{path.string() + ": its first line is empty; the password is wanted there"};
    return password;
}

}  // namespace

Result<CredentialBook, std::string> read_credentials(const CredentialSettings& settings) {
    Credentials shared{settings.user_name, std::nullopt};
    if (settings.password_file) {
        Result<std::string, std::string> password = read_password(*settings.password_file);
        if (!password) return Failure{password.error()};
        shared.password = *std::move(password);
    }
    CredentialFile own;
    if (settings.credentials_file) {
        Result<CredentialFile, std::string> file = runtime::read_file<CredentialFile>(*settings.credentials_file);
        if (!file) return Failure{file.error()};
        own = *std::move(file);
    }
    return CredentialBook(std::move(shared), std::move(own));
}

BrokerCredentials::BrokerCredentials(runtime::EventLoop& loop, CredentialSettings settings, Gateway& core,
                                     const runtime::Log& log)
    : settings_(std::move(settings)), core_(core), log_(log) {
    Result<CredentialBook, std::string> book = read_credentials(settings_);
    if (!book) throw runtime::StartError(book.error());
    core_.change_credentials(*std::move(book));
    const std::vector<std::filesystem::path> files = files_of(settings_);
    if (files.empty()) return;
    watch_ = std::make_unique<runtime::FileWatch>(loop, files);
    if (!watch_->failure().empty())
        log_.warning("files.not_watched", {{"error", watch_->failure()}, {"text", "SIGHUP reads files again"}});
}

void BrokerCredentials::reload() {
    if (!watch_) return;
    Result<CredentialBook, std::string> book = read_credentials(settings_);
    if (!book) return log_.error("credentials.kept", {{"error", book.error()}});
    core_.change_credentials(*std::move(book));
    log_.info("credentials.reloaded");
}

void BrokerCredentials::reload_changed() {
    if (watch_ && !watch_->take_changed().empty()) reload();
}

}  // namespace trunkline::gateway
