#pragma once
// What a password becomes in a password file.

#include <cstdint>

#include "broker/access/password_file.hpp"
#include "protocol/base/bytes.hpp"

namespace trunkline::broker {

/// Whether it is this password. Takes as long for a wrong one as for the right one.
bool is_password(const Credential& credential, ByteView password);

/// A new hash with a salt of its own: PBKDF2. Throws std::runtime_error if the system has no randomness to give.
PasswordHash hash_password(ByteView password, std::uint32_t iterations);

/// Of new passwords: what OWASP's Password Storage Cheat Sheet asks for with HMAC-SHA-512.
constexpr std::uint32_t modern_iterations = 210'000;

}  // namespace trunkline::broker
