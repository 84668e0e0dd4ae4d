#include "runtime/transport/tls_client_context.hpp"

#include <utility>

#include "runtime/transport/shared_ssl_context.hpp"
#include "runtime/transport/start_error.hpp"
#include "runtime/transport/tls_files.hpp"
#include "runtime/transport/tls_layer.hpp"

namespace trunkline::runtime {

namespace {

void believe(SSL_CTX* context, const std::string& ca) {
    ::SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
    if (ca.empty()) {
        if (::SSL_CTX_set_default_verify_paths(context) != 1)
            throw StartError("TLS: the system's certificates cannot be used: " + std::string(take_openssl_error()));
        return;
    }
    check_readable("ca", ca);
    if (::SSL_CTX_load_verify_file(context, ca.c_str()) != 1)
        unusable("ca", ca, "no certificates in PEM (" + std::string(take_openssl_error()) + ")");
    // Whatever stands in the file is believed, a server's own certificate as well as that of a CA.
    X509_VERIFY_PARAM_set_flags(::SSL_CTX_get0_param(context), X509_V_FLAG_PARTIAL_CHAIN);
}

SslContext make_client_context(const TlsClientSettings& settings) {
    SslContext context(::SSL_CTX_new(::TLS_client_method()));
    if (!context) throw StartError("TLS: " + std::string(take_openssl_error()));
    ::ERR_clear_error();
    ::SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
    ::SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION);
    ::SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS);  // an idle stream holds none
    believe(context.get(), settings.ca);
    if (!settings.certificate.empty()) use_certificate(context.get(), settings.certificate, settings.key);
    return context;
}

}  // namespace

struct TlsClientContext::Library {
    explicit Library(SslContext made) : context(std::move(made)) {}
    SharedSslContext context;
};

TlsClientContext::TlsClientContext(TlsClientSettings settings)
    : settings_(std::move(settings)), library_(std::make_unique<Library>(make_client_context(settings_))) {}
TlsClientContext::~TlsClientContext() = default;

Result<void, std::string> TlsClientContext::reload() {
    try {
        library_->context.replace(make_client_context(settings_));
    } catch (const StartError& error) {
        return Failure{std::string(error.what())};
    }
    return {};
}

std::unique_ptr<StreamLayer> TlsClientContext::make_layer(const std::string& host) const {
    const SslContext context = library_->context.get();
    return make_tls_client_layer(context.get(), settings_.server_name.empty() ? host : settings_.server_name);
}

}  // namespace trunkline::runtime
