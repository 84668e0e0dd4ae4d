#include "runtime/transport/tls_server_context.hpp"

#include <string>

#include "runtime/transport/start_error.hpp"
#include "runtime/transport/tls_files.hpp"
#include "runtime/transport/tls_psk.hpp"

namespace trunkline::runtime {

namespace {

void use_ca(SSL_CTX* context, const TlsSettings& settings) {
    if (settings.ca.empty()) return;
    check_readable("ca", settings.ca);
    STACK_OF(X509_NAME)* names = ::SSL_load_client_CA_file(settings.ca.c_str());
    if (names == nullptr || ::SSL_CTX_load_verify_file(context, settings.ca.c_str()) != 1)
        unusable("ca", settings.ca, "no certificates in PEM (" + std::string(take_openssl_error()) + ")");
    ::SSL_CTX_set_client_CA_list(context, names);  // owned by the context from now on
    if (settings.crl.empty()) return;
    check_readable("crl", settings.crl);
    X509_STORE* store = ::SSL_CTX_get_cert_store(context);
    X509_LOOKUP* lookup = ::X509_STORE_add_lookup(store, ::X509_LOOKUP_file());
    if (lookup == nullptr || ::X509_load_crl_file(lookup, settings.crl.c_str(), X509_FILETYPE_PEM) < 1)
        unusable("crl", settings.crl,
                 "no list of revoked certificates in PEM (" + std::string(take_openssl_error()) + ")");
    ::X509_STORE_set_flags(store, X509_V_FLAG_CRL_CHECK);
}

int verify_mode(TlsSettings::ClientCertificate wanted) {
    if (wanted == TlsSettings::ClientCertificate::none) return SSL_VERIFY_NONE;
    const bool is_required = wanted == TlsSettings::ClientCertificate::required;
    return SSL_VERIFY_PEER | (is_required ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0);
}

int least_version(const TlsSettings& settings, Carrier carrier) {
    if (carrier == Carrier::datagrams) return DTLS1_2_VERSION;
    return settings.least_version == TlsSettings::Version::v1_3 ? TLS1_3_VERSION : TLS1_2_VERSION;
}

void apply_rules(SSL_CTX* context, const TlsSettings& settings, Carrier carrier) {
    ::SSL_CTX_set_min_proto_version(context, least_version(settings, carrier));
    // A peer could have us compute new keys for as long as it likes; 1.3 has dropped it.
    ::SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION);
    // Over datagrams it is sensors that know what they can afford, such as tags of 8 octets (RFC 6655), which OpenSSL
    // has not among its usual ones.
    if (carrier == Carrier::stream) ::SSL_CTX_set_options(context, SSL_OP_CIPHER_SERVER_PREFERENCE);
    else ::SSL_CTX_set_cipher_list(context, "HIGH:!aNULL:!ARIA:!CAMELLIA");
    ::SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);  // an idle stream holds none
    ::SSL_CTX_set_verify(context, verify_mode(settings.client_certificate), nullptr);
    // Clients that come back resume by a ticket that they keep; sessions that we keep would cost memory.
    ::SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    ::SSL_CTX_set_num_tickets(context, 1);
    constexpr unsigned char name[] = "trunkline";
    ::SSL_CTX_set_session_id_context(context, name, sizeof name - 1);  // wanted with clients' certificates
    if (!settings.ciphers.empty() && ::SSL_CTX_set_cipher_list(context, settings.ciphers.c_str()) != 1)
        unusable("ciphers", settings.ciphers, take_openssl_error());
    if (!settings.cipher_suites.empty() && ::SSL_CTX_set_ciphersuites(context, settings.cipher_suites.c_str()) != 1)
        unusable("cipher_suites", settings.cipher_suites, take_openssl_error());
}

}  // namespace

SslContext make_server_context(const TlsSettings& settings, Carrier carrier) {
    SslContext context(::SSL_CTX_new(carrier == Carrier::datagrams ? ::DTLS_server_method() : ::TLS_server_method()));
    if (!context) throw StartError("TLS: " + std::string(take_openssl_error()));
    ::ERR_clear_error();
    apply_rules(context.get(), settings, carrier);
    if (settings.wants_psk()) {
        use_psk(context.get(), settings);
        // Whoever comes back shows the key again over a stream: a ticket would outlive a line that is taken out of the
        // file. Here a sensor pays for it in datagrams, and all tickets end with the context that reading the file
        // again makes anew.
        if (carrier == Carrier::datagrams) ::SSL_CTX_clear_options(context.get(), SSL_OP_NO_TICKET);
    } else {
        use_certificate(context.get(), settings.certificate, settings.key);
        use_ca(context.get(), settings);
    }
    return context;
}

}  // namespace trunkline::runtime
