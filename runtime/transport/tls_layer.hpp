#pragma once
// The server's side of TLS for one stream. For sources of this folder only.

#include <openssl/ssl.h>

#include <memory>

#include "runtime/transport/stream_layer.hpp"
#include "runtime/transport/tls_context.hpp"

namespace trunkline::runtime {

std::unique_ptr<StreamLayer> make_tls_layer(SSL_CTX* context, TlsSettings::UserName user_name);

}  // namespace trunkline::runtime
