#pragma once
// Either side of TLS for one stream. For sources of this folder only.

#include <openssl/ssl.h>

#include <memory>
#include <string>

#include "runtime/transport/stream_layer.hpp"
#include "runtime/transport/tls_context.hpp"

namespace trunkline::runtime {

/// The server's.
std::unique_ptr<StreamLayer> make_tls_layer(SSL_CTX* context, TlsSettings::UserName user_name);

/// The client's. The server is asked for this name, and its certificate must have it; an IP address is not asked for
/// (RFC 6066 §3), but proved.
std::unique_ptr<StreamLayer> make_tls_client_layer(SSL_CTX* context, const std::string& server_name);

}  // namespace trunkline::runtime
