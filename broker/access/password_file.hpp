#pragma once
// Mosquitto's password file: who may say what to be whom.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "broker/access/file_error.hpp"
#include "protocol/base/bytes.hpp"
#include "protocol/base/result.hpp"

namespace trunkline::broker {

/// What is kept of a password. The digest itself is computed elsewhere (broker/net/password_digest): it takes long.
struct PasswordHash {
    enum class Scheme : std::uint8_t {
        salted_sha512,  // $6$: SHA-512 of the password and then the salt
        pbkdf2_sha512,  // $7$: PBKDF2-HMAC-SHA-512 (RFC 8018 §5.2)
    };
    static constexpr std::size_t digest_size = 64;
    static constexpr std::uint32_t most_iterations = 10'000'000;  // more would be a typing error that stops the service

    Scheme scheme = Scheme::pbkdf2_sha512;
    std::uint32_t iterations = 0;  // of PBKDF2
    std::vector<std::byte> salt;
    std::vector<std::byte> digest;

    friend bool operator==(const PasswordHash&, const PasswordHash&) = default;
};

/// Lines of USER:$6$SALT$DIGEST or USER:$7$ITERATIONS$SALT$DIGEST, salt and digest in Base64.
class PasswordFile {
public:
    /// The error names the first line that is none of these; what else Mosquitto may write there ($argon2id$) by name.
    static Result<PasswordFile, FileError> parse(std::string_view text);

    /// Null: nobody of that name.
    const PasswordHash* find(std::string_view user) const;
    /// For a name that is not there: what takes as long to check as the others do. Null: the file is empty.
    const PasswordHash* decoy() const { return by_user_.empty() ? nullptr : &by_user_.begin()->second; }
    std::size_t size() const { return by_user_.size(); }

private:
    std::map<std::string, PasswordHash, std::less<>> by_user_;
};

/// The line of the file, without its end.
std::string password_line(std::string_view user, const PasswordHash& hash);

/// Why nobody can have this name in a password file; empty: somebody can.
std::string_view why_no_user_name(std::string_view user);

/// The file's text with this user's line in place of the former one, or added. Every other line stays as it is.
std::string with_password_line(std::string_view text, std::string_view user, const PasswordHash& hash);

}  // namespace trunkline::broker
