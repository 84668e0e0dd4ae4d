#pragma once
// The user name in a client's certificate. For sources of this folder only.

#include <openssl/x509.h>

#include <optional>
#include <string>

#include "runtime/transport/tls_context.hpp"

namespace trunkline::runtime {

/// Nothing: the certificate has no such name, or one that is no MQTT string (a U+0000 could make one name look like
/// another).
std::optional<std::string> name_in(X509& certificate, TlsSettings::UserName wanted);

}  // namespace trunkline::runtime
