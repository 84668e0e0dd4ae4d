#include "runtime/transport/tls_layer.hpp"

#include <array>
#include <new>
#include <utility>

#include "runtime/transport/certificate_name.hpp"
#include "runtime/transport/openssl.hpp"
#include "runtime/transport/tls_bio.hpp"
#include "runtime/transport/tls_psk.hpp"

namespace trunkline::runtime {

namespace {

constexpr std::size_t record_bytes = 16 * 1024;  // the most that one record of TLS holds

class TlsLayer : public StreamLayer {
public:
    /// `ssl` knows which side it is.
    TlsLayer(Ssl ssl, TlsSettings::UserName user_name) : ssl_(std::move(ssl)), user_name_(user_name) {
        BIO* bio = make_wire_bio(wire_);
        if (bio == nullptr) throw std::bad_alloc();
        ::SSL_set_bio(ssl_.get(), bio, bio);
    }

    void received(ByteView octets, OutputBytes& up, OutputBytes& down) override {
        wire_ = {octets, &down};
        if (status_ == Status::opening) shake_hands();
        if (status_ == Status::open) decrypt(up);
        wire_ = {};
    }

    void send(ByteView octets, OutputBytes& down) override {
        if (status_ == Status::failed || octets.empty()) return;
        wire_ = {{}, &down};
        ::ERR_clear_error();
        std::size_t taken = 0;
        // The BIO takes all, so that nothing is left for a second call.
        if (::SSL_write_ex(ssl_.get(), octets.data(), octets.size(), &taken) != 1) fail();
        wire_ = {};
    }

    void close(OutputBytes& down) override {
        if (status_ == Status::opening || status_ == Status::failed) return;
        wire_ = {{}, &down};
        ::SSL_shutdown(ssl_.get());  // close_notify; the peer's is not waited for
        ::ERR_clear_error();
        wire_ = {};
    }

    Status status() const override { return status_; }
    std::string_view failure() const override { return failure_; }

    void describe(StreamOrigin& origin) const override {
        origin.security = std::string(::SSL_get_version(ssl_.get())) + " " + ::SSL_get_cipher_name(ssl_.get());
        const Certificate certificate(::SSL_get1_peer_certificate(ssl_.get()));
        if (certificate) origin.user = name_in(*certificate, user_name_).value_or("");
        else if (user_name_ != TlsSettings::UserName::none) origin.user = psk_identity_of(ssl_.get());
    }

private:
    void shake_hands() {
        ::ERR_clear_error();
        const int result = ::SSL_do_handshake(ssl_.get());
        if (result != 1) return judge(result);
        status_ = Status::open;
        const Certificate certificate(::SSL_get1_peer_certificate(ssl_.get()));
        const bool wants_name = certificate && user_name_ != TlsSettings::UserName::none;
        if (wants_name && !name_in(*certificate, user_name_)) {
            ::SSL_shutdown(ssl_.get());
            status_ = Status::failed;
            failure_ = "TLS: the client's certificate has no such name as is its user name";
        }
    }

    void decrypt(OutputBytes& up) {
        std::array<std::byte, record_bytes> record;
        for (;;) {
            ::ERR_clear_error();
            std::size_t size = 0;
            const int result = ::SSL_read_ex(ssl_.get(), record.data(), record.size(), &size);
            if (result != 1) return judge(result);
            up.append(ByteView(record).first(size));
        }
    }

    void judge(int result) {
        switch (::SSL_get_error(ssl_.get(), result)) {
            case SSL_ERROR_WANT_READ:
                return;
            case SSL_ERROR_ZERO_RETURN:
                status_ = Status::ended;
                return;
            default:
                fail();
        }
    }

    void fail() {
        status_ = Status::failed;
        failure_ = take_openssl_error();
        const long verified = ::SSL_get_verify_result(ssl_.get());
        // "certificate verify failed" alone would not say what is wrong with it.
        if (verified != X509_V_OK) failure_ = ::X509_verify_cert_error_string(verified);
    }

    TlsWire wire_;  // before ssl_, whose BIO has its address
    Ssl ssl_;
    std::string_view failure_;
    TlsSettings::UserName user_name_;
    Status status_ = Status::opening;
};

Ssl make_ssl(SSL_CTX* context) {
    Ssl ssl(::SSL_new(context));
    if (!ssl) throw std::bad_alloc();
    return ssl;
}

}  // namespace

std::unique_ptr<StreamLayer> make_tls_layer(SSL_CTX* context, TlsSettings::UserName user_name) {
    Ssl ssl = make_ssl(context);
    ::SSL_set_accept_state(ssl.get());
    return std::make_unique<TlsLayer>(std::move(ssl), user_name);
}

std::unique_ptr<StreamLayer> make_tls_client_layer(SSL_CTX* context, const std::string& server_name) {
    Ssl ssl = make_ssl(context);
    ::SSL_set_connect_state(ssl.get());
    X509_VERIFY_PARAM* wanted = ::SSL_get0_param(ssl.get());
    const bool is_address = ::X509_VERIFY_PARAM_set1_ip_asc(wanted, server_name.c_str()) == 1;
    if (!is_address) {
        ::X509_VERIFY_PARAM_set_hostflags(wanted, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
        const bool is_set = ::X509_VERIFY_PARAM_set1_host(wanted, server_name.c_str(), server_name.size()) == 1 &&
                            SSL_set_tlsext_host_name(ssl.get(), server_name.c_str()) == 1;
        if (!is_set) throw std::bad_alloc();
    }
    ::ERR_clear_error();
    return std::make_unique<TlsLayer>(std::move(ssl), TlsSettings::UserName::none);
}

}  // namespace trunkline::runtime
