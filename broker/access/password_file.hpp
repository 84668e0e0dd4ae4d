#pragma once
// Mosquitto's password file, with lines for SCRAM besides: who may say what to be whom.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "protocol/access/file_error.hpp"
#include "broker/access/password_hash.hpp"
#include "broker/access/scram_credential.hpp"
#include "protocol/base/result.hpp"

namespace trunkline::broker {

/// What is kept of a password. Either lets its user in by user name and password; the second by SCRAM too.
using Credential = std::variant<PasswordHash, ScramCredential>;

/// Lines of USER:$6$SALT$DIGEST or USER:$7$ITERATIONS$SALT$DIGEST, salt and digest in Base64, or of USER and a
/// ScramCredential.
class PasswordFile {
public:
    /// The error names the first line that is none of these; what else Mosquitto may write there ($argon2id$) by name.
    static Result<PasswordFile, FileError> parse(std::string_view text);

    /// Null: nobody of that name.
    const Credential* find(std::string_view user) const;
    /// For a name that is not there: what takes as long to check as the others do. Null: the file is empty.
    const Credential* decoy() const { return by_user_.empty() ? nullptr : &by_user_.begin()->second; }
    /// One of the lines for SCRAM. Null: there is none.
    const ScramCredential* any_scram() const { return any_scram_ ? &*any_scram_ : nullptr; }
    std::size_t size() const { return by_user_.size(); }

private:
    std::map<std::string, Credential, std::less<>> by_user_;
    std::optional<ScramCredential> any_scram_;
};

/// The line of the file, without its end.
std::string password_line(std::string_view user, const Credential& credential);

/// Why nobody can have this name in a password file; empty: somebody can.
std::string_view why_no_user_name(std::string_view user);

/// The file's text with this user's line in place of the former one, or added. Every other line stays as it is.
std::string with_password_line(std::string_view text, std::string_view user, const Credential& credential);

}  // namespace trunkline::broker
