#pragma once
// The files that credentials for the broker stand in: read at the start and again on demand.

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "gateway/core/credentials.hpp"
#include "gateway/core/gateway.hpp"
#include "runtime/log/log.hpp"
#include "runtime/transport/file_watch.hpp"

namespace trunkline::gateway {

/// Nothing of it is a password: those stand in files.
struct CredentialSettings {
    std::optional<std::string> user_name;                   // of all; %c: the ClientId
    std::optional<std::filesystem::path> password_file;     // its first line is the password to that
    std::optional<std::filesystem::path> credentials_file;  // sensors' own

    bool has_any() const { return user_name || credentials_file; }
};

/// The error is one line: the file and what is wrong with it, never what stands in it.
Result<CredentialBook, std::string> read_credentials(const CredentialSettings& settings);

/// Gives the core what stands in the files.
class BrokerCredentials {
public:
    /// Throws runtime::StartError. All outlive it.
    BrokerCredentials(runtime::EventLoop& loop, CredentialSettings settings, Gateway& core, const runtime::Log& log);

    /// Reads the files again, for connections that are made from now on.
    void reload();
    /// The same if one of them is not what it was.
    void reload_changed();

private:
    const CredentialSettings settings_;
    Gateway& core_;
    const runtime::Log& log_;
    std::unique_ptr<runtime::FileWatch> watch_;  // null: there are none
};

}  // namespace trunkline::gateway
