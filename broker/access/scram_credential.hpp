#pragma once
// What a broker keeps of a password for SCRAM-SHA-256 (RFC 5802 §3): nothing that lets anybody log in as the user.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace trunkline::broker {

/// Computed elsewhere (broker/net/scram_digest): it takes long.
struct ScramCredential {
    static constexpr std::size_t key_size = 32;               // of SHA-256
    static constexpr std::uint32_t least_iterations = 4'096;  // RFC 7677 §4

    std::uint32_t iterations = 0;
    std::vector<std::byte> salt;
    std::vector<std::byte> stored_key;  // recognises a client
    std::vector<std::byte> server_key;  // proves to the client that it has found its broker

    friend bool operator==(const ScramCredential&, const ScramCredential&) = default;
};

/// SCRAM-SHA-256$ITERATIONS:SALT$STORED_KEY:SERVER_KEY, the octets in Base64 (RFC 5803), as PostgreSQL writes it too.
std::string to_text(const ScramCredential& credential);

/// Nothing: it is not of this form, whatever else may be wrong with it.
std::optional<ScramCredential> scram_credential_of(std::string_view text);

/// What such a text begins with.
inline constexpr std::string_view scram_prefix = "SCRAM-SHA-256$";

}  // namespace trunkline::broker
