#pragma once
// Gives the core its access rules and carries its questions to the thread that checks passwords.

#include <memory>
#include <optional>
#include <string>

#include "broker/core/broker.hpp"
#include "broker/net/access_files.hpp"
#include "broker/net/password_worker.hpp"
#include "broker/net/scram_server.hpp"
#include "runtime/transport/event_loop.hpp"

namespace trunkline::broker {

class AccessDriver {
public:
    /// Reads the files and gives the core its rules. Throws runtime::StartError with file, line and reason. The loop,
    /// which is woken when a verdict is there, and the core outlive the driver.
    AccessDriver(AccessSettings settings, Broker& core, runtime::EventLoop& loop);

    /// Once per round.
    void exchange(Instant now);
    /// The files again. A bad one changes nothing: the error is one line. False: there are no files.
    Result<bool, std::string> reload();

private:
    AccessSettings settings_;
    Broker& core_;
    std::shared_ptr<const PasswordFile> passwords_;
    ScramServer scram_;
    std::optional<PasswordWorker> worker_;  // only where there are passwords
};

}  // namespace trunkline::broker
