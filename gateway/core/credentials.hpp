#pragma once
// With which user names and passwords connections to the broker are made.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "protocol/access/file_error.hpp"
#include "protocol/base/result.hpp"

namespace trunkline::gateway {

struct Credentials {
    std::optional<std::string> user_name;
    std::optional<std::string> password;  // only with a user name
    friend bool operator==(const Credentials&, const Credentials&) = default;
};

/// A file of lines CLIENTID:USER:PASSWORD, for sensors that have their own. A colon that belongs to a ClientId or a
/// user name is written \: and a backslash \\ ; a password is taken as it stands. Lines that begin with # say nothing.
class CredentialFile {
public:
    static Result<CredentialFile, FileError> parse(std::string_view text);

    /// nullptr: it does not name this client.
    const Credentials* find(std::string_view client_id) const;
    std::size_t size() const { return credentials_.size(); }

private:
    std::map<std::string, Credentials, std::less<>> credentials_;
};

/// A client's own credentials, or those that all others share. %c in the shared user name stands for the ClientId.
class CredentialBook {
public:
    CredentialBook() = default;
    CredentialBook(Credentials shared, CredentialFile own) : shared_(std::move(shared)), own_(std::move(own)) {}

    Credentials of(std::string_view client_id) const;

private:
    Credentials shared_;
    CredentialFile own_;
};

}  // namespace trunkline::gateway
