#include "tests/runtime/transport/tls_client.hpp"

#include <algorithm>
#include <array>

namespace trunkline::test {

unsigned TlsClient::give_key(SSL* ssl, const char* hint, char* identity, unsigned identity_room, unsigned char* key,
                             unsigned key_room) {
    auto& client = *static_cast<TlsClient*>(SSL_get_app_data(ssl));
    if (hint != nullptr) client.psk_hint_ = hint;
    const TestClientSettings& settings = client.settings_;
    if (settings.psk_identity.size() >= identity_room || settings.psk.size() > key_room) return 0;
    *std::copy(settings.psk_identity.begin(), settings.psk_identity.end(), identity) = '\0';
    std::copy(settings.psk.begin(), settings.psk.end(), key);
    return static_cast<unsigned>(settings.psk.size());
}

TlsClient::TlsClient(const TestClientSettings& settings)
    : settings_(settings), context_(::SSL_CTX_new(::TLS_client_method())) {
    SSL_CTX* context = context_.get();
    if (settings.most_version != 0) {
        ::SSL_CTX_set_security_level(context, 0);  // or old versions are not even offered
        ::SSL_CTX_set_min_proto_version(context, TLS1_VERSION);
        ::SSL_CTX_set_max_proto_version(context, settings.most_version);
    }
    if (settings.ca != nullptr) {
        ::X509_STORE_add_cert(::SSL_CTX_get_cert_store(context), settings.ca->certificate.get());
        ::SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
    }
    if (settings.identity != nullptr) {
        ::SSL_CTX_use_certificate(context, settings.identity->certificate.get());
        ::SSL_CTX_use_PrivateKey(context, settings.identity->key.get());
    }
    ssl_.reset(::SSL_new(context));
    SSL_set_app_data(ssl_.get(), this);
    if (!settings.psk_identity.empty()) ::SSL_set_psk_client_callback(ssl_.get(), give_key);
    ::SSL_set_bio(ssl_.get(), ::BIO_new(::BIO_s_mem()), ::BIO_new(::BIO_s_mem()));
    ::SSL_set_connect_state(ssl_.get());
}

std::string TlsClient::exchange(std::string_view from_server) {
    ::BIO_write(::SSL_get_rbio(ssl_.get()), from_server.data(), static_cast<int>(from_server.size()));
    std::array<char, 4096> piece{};
    std::size_t size = 0;
    ::ERR_clear_error();
    int result = 0;
    while ((result = ::SSL_read_ex(ssl_.get(), piece.data(), piece.size(), &size)) == 1)
        text_.append(piece.data(), size);
    if (::SSL_get_error(ssl_.get(), result) == SSL_ERROR_SSL) failure_ = runtime::take_openssl_error();
    return take_output();
}

std::string TlsClient::send(std::string_view text) {
    std::size_t size = 0;
    ::SSL_write_ex(ssl_.get(), text.data(), text.size(), &size);
    return take_output();
}

std::string TlsClient::close() {
    ::SSL_shutdown(ssl_.get());
    return take_output();
}

std::string TlsClient::take_output() {
    char* octets = nullptr;
    BIO* bio = ::SSL_get_wbio(ssl_.get());
    const long size = BIO_get_mem_data(bio, &octets);
    const std::string output(octets, static_cast<std::size_t>(size));
    (void)BIO_reset(bio);
    return output;
}

}  // namespace trunkline::test
