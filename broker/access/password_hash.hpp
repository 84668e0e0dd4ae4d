#pragma once
// What Mosquitto keeps of a password.

#include <cstdint>
#include <vector>

namespace trunkline::broker {

/// The digest itself is computed elsewhere (broker/net/password_digest): it takes long.
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

}  // namespace trunkline::broker
