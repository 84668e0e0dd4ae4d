#pragma once
// The broker's side of SCRAM-SHA-256 (RFC 5802, RFC 7677) without channel binding.

#include <string_view>

#include "broker/access/password_file.hpp"
#include "broker/core/auth_check.hpp"
#include "broker/net/scram_digest.hpp"

namespace trunkline::broker {

inline constexpr std::string_view scram_method = "SCRAM-SHA-256";

/// Answers each step from what it brings along and from the password file as it is now. All of it is cheap: the broker
/// stores what takes the client long to compute.
class ScramServer {
public:
    /// Throws std::runtime_error if the system has no randomness to give.
    ScramServer() : decoys_(random_octets(ScramCredential::key_size)) {}

    AuthAnswer answer(const AuthStep& step, const PasswordFile& file) const;

    /// The same with the broker's part of the nonce given.
    AuthAnswer answer(const AuthStep& step, const PasswordFile& file, std::string_view nonce) const;

private:
    AuthAnswer challenge(const AuthStep& step, const PasswordFile& file, std::string_view nonce) const;
    static AuthAnswer judge(const AuthStep& step, const PasswordFile& file);

    Octets decoys_;  // secret from which salts for names come that nobody has
};

}  // namespace trunkline::broker
