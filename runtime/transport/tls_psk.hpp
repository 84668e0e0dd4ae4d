#pragma once
// Pre-shared keys in TLS 1.2 and 1.3 (RFC 4279, RFC 8446 §2.2). For sources of this folder only.

#include <openssl/ssl.h>

#include <string_view>

#include "runtime/transport/tls_context.hpp"

namespace trunkline::runtime {

/// From now on the context's streams want keys of the file, and no certificates. Throws StartError.
void use_psk(SSL_CTX* context, const TlsSettings& settings);

/// Whose key it was. Empty: none was used. Lives as long as the stream.
std::string_view psk_identity_of(const SSL* ssl);

/// The keys of `context` have the stream's identity with the same key as those that it came in by. Only with use_psk().
bool is_key_kept(const SSL* ssl, const SSL_CTX* context);

}  // namespace trunkline::runtime
