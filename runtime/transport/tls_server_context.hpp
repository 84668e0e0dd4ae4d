#pragma once
// What a server of TLS or DTLS has read and wants. For sources of this folder only.

#include <cstdint>

#include "runtime/transport/openssl.hpp"
#include "runtime/transport/tls_context.hpp"

namespace trunkline::runtime {

enum class Carrier : std::uint8_t { stream, datagrams };

/// Never null. Throws StartError with the file and what is wrong with it.
SslContext make_server_context(const TlsSettings& settings, Carrier carrier);

}  // namespace trunkline::runtime
