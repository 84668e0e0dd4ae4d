#include "broker/net/password_digest.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <optional>
#include <stdexcept>

#include "broker/net/scram_digest.hpp"

namespace trunkline::broker {

namespace {

constexpr std::size_t salt_size = 16;  // NIST SP 800-132 §5.1: at least 128 bits

unsigned char* as_uchar(std::vector<std::byte>& octets) { return reinterpret_cast<unsigned char*>(octets.data()); }
const unsigned char* as_uchar(ByteView octets) { return reinterpret_cast<const unsigned char*>(octets.data()); }

/// Empty: OpenSSL could not do it.
std::vector<std::byte> digest_of(PasswordHash::Scheme scheme, std::uint32_t iterations, ByteView salt,
                                 ByteView password) {
    std::vector<std::byte> digest(PasswordHash::digest_size);
    bool is_done = false;
    if (scheme == PasswordHash::Scheme::pbkdf2_sha512) {
        is_done = ::PKCS5_PBKDF2_HMAC(reinterpret_cast<const char*>(password.data()), static_cast<int>(password.size()),
                                      as_uchar(salt), static_cast<int>(salt.size()), static_cast<int>(iterations),
                                      ::EVP_sha512(), static_cast<int>(digest.size()), as_uchar(digest)) == 1;
    } else {
        std::vector<std::byte> salted(password.begin(), password.end());
        salted.insert(salted.end(), salt.begin(), salt.end());
        is_done = ::EVP_Digest(salted.data(), salted.size(), as_uchar(digest), nullptr, ::EVP_sha512(), nullptr) == 1;
        ::OPENSSL_cleanse(salted.data(), salted.size());
    }
    if (!is_done) digest.clear();
    return digest;
}

}  // namespace

bool is_password(const Credential& credential, ByteView password) {
    if (const auto* scram = std::get_if<ScramCredential>(&credential)) {
        const std::optional<ScramCredential> same = scram_credential(password, scram->salt, scram->iterations);
        return same &&
               ::CRYPTO_memcmp(same->stored_key.data(), scram->stored_key.data(), scram->stored_key.size()) == 0;
    }
    const auto& hash = std::get<PasswordHash>(credential);
    const std::vector<std::byte> digest = digest_of(hash.scheme, hash.iterations, hash.salt, password);
    return digest.size() == hash.digest.size() &&
           ::CRYPTO_memcmp(digest.data(), hash.digest.data(), digest.size()) == 0;
}

PasswordHash hash_password(ByteView password, std::uint32_t iterations) {
    PasswordHash hash;
    hash.iterations = iterations;
    hash.salt.resize(salt_size);
    if (::RAND_bytes(as_uchar(hash.salt), static_cast<int>(salt_size)) != 1)
        throw std::runtime_error("the system has no randomness for a salt");
    hash.digest = digest_of(hash.scheme, iterations, hash.salt, password);
    if (hash.digest.empty()) throw std::runtime_error("OpenSSL cannot compute PBKDF2 with SHA-512");
    return hash;
}

}  // namespace trunkline::broker
