#pragma once
// The computations of SCRAM-SHA-256 (RFC 5802 §3, RFC 7677).

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "broker/access/scram_credential.hpp"
#include "protocol/base/bytes.hpp"

namespace trunkline::broker {

using Octets = std::vector<std::byte>;

/// HMAC-SHA-256. Empty: OpenSSL could not do it.
Octets hmac_sha256(ByteView key, ByteView message);

/// What is kept of a password: PBKDF2, and hence slow. Nothing: OpenSSL could not do it. The password is taken as it
/// is: outside of ASCII it ought to be in the normal form that RFC 4013 wants.
std::optional<ScramCredential> scram_credential(ByteView password, ByteView salt, std::uint32_t iterations);
/// With a new salt. Throws std::runtime_error.
ScramCredential new_scram_credential(ByteView password, std::uint32_t iterations);

/// Whether the proof was made by somebody who knows the password. Fast.
bool proves(const ScramCredential& credential, std::string_view auth_message, ByteView proof);

/// Octets that nobody can guess. Throws std::runtime_error if the system has none to give.
Octets random_octets(std::size_t count);

/// Of new passwords: what OWASP's Password Storage Cheat Sheet asks for with HMAC-SHA-256.
constexpr std::uint32_t modern_scram_iterations = 600'000;

}  // namespace trunkline::broker
