#pragma once
// Whether what a peer has shown is still good after files have been read again. For sources of this folder only.

#include <openssl/ssl.h>

namespace trunkline::runtime {

/// `ssl` is open, a server's. Its peer's key stands in the files of `context` as it did in those of its own context;
/// its certificate is good for the CA of `context` and not revoked there. True where nothing was asked of it.
bool are_credentials_good(SSL* ssl, SSL_CTX* context);

}  // namespace trunkline::runtime
