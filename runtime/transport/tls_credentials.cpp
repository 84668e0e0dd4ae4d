#include "runtime/transport/tls_credentials.hpp"

#include <openssl/x509_vfy.h>

#include <new>

#include "runtime/transport/openssl.hpp"
#include "runtime/transport/tls_psk.hpp"

namespace trunkline::runtime {

namespace {

using StoreContext = std::unique_ptr<X509_STORE_CTX, FreeWith<X509_STORE_CTX_free>>;

/// As in the handshake: by the context's CA, its list of revoked ones and its rules, for a client.
bool is_trusted(X509* certificate, STACK_OF(X509) * others_it_sent, SSL_CTX* context) {
    const StoreContext check(::X509_STORE_CTX_new());
    if (!check ||
        ::X509_STORE_CTX_init(check.get(), ::SSL_CTX_get_cert_store(context), certificate, others_it_sent) != 1)
        throw std::bad_alloc();
    ::X509_STORE_CTX_set_default(check.get(), "ssl_client");
    ::X509_VERIFY_PARAM_set1(::X509_STORE_CTX_get0_param(check.get()), ::SSL_CTX_get0_param(context));
    const bool is_good = ::X509_verify_cert(check.get()) == 1;
    ::ERR_clear_error();
    return is_good;
}

}  // namespace

bool are_credentials_good(SSL* ssl, SSL_CTX* context) {
    if (::SSL_get_psk_identity(ssl) != nullptr) return is_key_kept(ssl, context);
    const Certificate certificate(::SSL_get1_peer_certificate(ssl));
    return !certificate || is_trusted(certificate.get(), ::SSL_get_peer_cert_chain(ssl), context);
}

}  // namespace trunkline::runtime
