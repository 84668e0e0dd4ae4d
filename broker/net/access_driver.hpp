#pragma once
// Gives the core its access rules, and answers who its clients are: SCRAM at once, passwords by threads of their own.

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "broker/core/broker.hpp"
#include "broker/net/access_files.hpp"
#include "broker/net/password_workers.hpp"
#include "broker/net/scram_server.hpp"
#include "broker/net/verified_passwords.hpp"
#include "runtime/transport/event_loop.hpp"

namespace trunkline::broker {

/// How passwords are checked (decision 0021).
struct PasswordSettings {
    unsigned workers = 0;  // threads; 0: usual_password_workers()
    std::size_t remembered = 20'000;
    std::chrono::seconds remembered_for{std::chrono::hours(24)};
};

class AccessDriver {
public:
    /// Reads the files and gives the core its rules, by ListenerId. Throws runtime::StartError with file, line and
    /// reason. The loop, which is woken when a verdict is there, and the core outlive the driver.
    AccessDriver(std::vector<AccessSettings> by_listener, PasswordSettings settings, Broker& core,
                 runtime::EventLoop& loop);

    /// Once per round.
    void exchange(Instant now);
    /// The files again. A bad one changes nothing: the error is one line. False: there are no files.
    Result<bool, std::string> reload();
    /// Which files there are, each once.
    std::vector<std::filesystem::path> files() const;

private:
    using Files = std::vector<std::shared_ptr<const AccessFiles>>;
    Result<Files, std::string> read() const;
    void use(Files files);
    void check(AuthCheck check, Instant now);
    const std::shared_ptr<const PasswordFile>& passwords_of(ListenerId listener) const {
        return files_[static_cast<std::size_t>(listener)]->passwords;
    }

    std::vector<AccessSettings> settings_;  // by ListenerId
    Broker& core_;
    Files files_;  // by ListenerId; those with the same settings share them
    ScramServer scram_;
    VerifiedPasswords verified_;
    std::optional<PasswordWorkers> workers_;  // only where there are passwords
};

}  // namespace trunkline::broker
