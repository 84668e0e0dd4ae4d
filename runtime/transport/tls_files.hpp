#pragma once
// What servers and clients of TLS read alike: a certificate with its key. For sources of this folder only.

#include <openssl/ssl.h>

#include <string>
#include <string_view>

namespace trunkline::runtime {

/// Throws StartError: "key server.key: " and why.
[[noreturn]] void unusable(std::string_view what, const std::string& file, std::string_view why);

/// OpenSSL tells little about a file that cannot be opened. Throws StartError.
void check_readable(std::string_view what, const std::string& file);

/// PEM files; the key without a passphrase. Throws StartError with the file and what is wrong with it.
void use_certificate(SSL_CTX* context, const std::string& certificate, const std::string& key);

}  // namespace trunkline::runtime
