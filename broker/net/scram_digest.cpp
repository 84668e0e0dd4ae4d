#include "broker/net/scram_digest.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <stdexcept>

namespace trunkline::broker {

namespace {

constexpr std::size_t scram_salt_size = 16;  // NIST SP 800-132 §5.1: at least 128 bits

unsigned char* uchar_in(Octets& octets) { return reinterpret_cast<unsigned char*>(octets.data()); }
const unsigned char* uchar_in(ByteView octets) { return reinterpret_cast<const unsigned char*>(octets.data()); }

Octets sha256(ByteView message) {
    Octets digest(ScramCredential::key_size);
    if (::EVP_Digest(message.data(), message.size(), uchar_in(digest), nullptr, ::EVP_sha256(), nullptr) != 1)
        digest.clear();
    return digest;
}

}  // namespace

Octets hmac_sha256(ByteView key, ByteView message) {
    Octets digest(ScramCredential::key_size);
    if (::HMAC(::EVP_sha256(), key.data(), static_cast<int>(key.size()), uchar_in(message), message.size(),
               uchar_in(digest), nullptr) == nullptr)
        digest.clear();
    return digest;
}

std::optional<ScramCredential> scram_credential(ByteView password, ByteView salt, std::uint32_t iterations) {
    Octets salted(ScramCredential::key_size);
    const bool is_done =
        ::PKCS5_PBKDF2_HMAC(reinterpret_cast<const char*>(password.data()), static_cast<int>(password.size()),
                            uchar_in(salt), static_cast<int>(salt.size()), static_cast<int>(iterations), ::EVP_sha256(),
                            static_cast<int>(salted.size()), uchar_in(salted)) == 1;
    if (!is_done) return std::nullopt;
    ScramCredential credential;
    credential.iterations = iterations;
    credential.salt.assign(salt.begin(), salt.end());
    Octets client_key = hmac_sha256(salted, as_byte_view("Client Key"));
    credential.stored_key = sha256(client_key);
    credential.server_key = hmac_sha256(salted, as_byte_view("Server Key"));
    ::OPENSSL_cleanse(salted.data(), salted.size());
    ::OPENSSL_cleanse(client_key.data(), client_key.size());
    if (client_key.empty() || credential.stored_key.empty() || credential.server_key.empty()) return std::nullopt;
    return credential;
}

ScramCredential new_scram_credential(ByteView password, std::uint32_t iterations) {
    std::optional<ScramCredential> credential = scram_credential(password, random_octets(scram_salt_size), iterations);
    if (!credential) throw std::runtime_error("OpenSSL cannot compute PBKDF2 with SHA-256");
    return *std::move(credential);
}

/// The proof is the client's key, hidden by a signature that only its owner and we can compute.
bool proves(const ScramCredential& credential, std::string_view auth_message, ByteView proof) {
    const Octets signature = hmac_sha256(credential.stored_key, as_byte_view(auth_message));
    if (signature.empty() || proof.size() != signature.size()) return false;
    Octets client_key(signature.size());
    for (std::size_t at = 0; at < client_key.size(); ++at) client_key[at] = proof[at] ^ signature[at];
    const Octets stored_key = sha256(client_key);
    ::OPENSSL_cleanse(client_key.data(), client_key.size());
    return stored_key.size() == credential.stored_key.size() &&
           ::CRYPTO_memcmp(stored_key.data(), credential.stored_key.data(), stored_key.size()) == 0;
}

Octets random_octets(std::size_t count) {
    Octets octets(count);
    if (::RAND_bytes(uchar_in(octets), static_cast<int>(count)) != 1)
        throw std::runtime_error("the system has no randomness to give");
    return octets;
}

}  // namespace trunkline::broker
