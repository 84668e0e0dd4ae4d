#pragma once
// A TLS client without a socket: OpenSSL's own, which owes nothing to the code under test.

#include <string>
#include <string_view>

#include "tests/runtime/transport/certificates.hpp"

namespace trunkline::test {

/// What a client brings along.
struct TestClientSettings {
    const Identity* ca = nullptr;        // whom it believes; none: anybody
    const Identity* identity = nullptr;  // its own certificate
    int most_version = 0;                // TLS1_1_VERSION …; 0: OpenSSL's
    std::string psk_identity = {};       // none: no pre-shared key
    std::string psk = {};                // its octets
};

class TlsClient {
public:
    explicit TlsClient(const TestClientSettings& settings = {});
    TlsClient(const TlsClient&) = delete;
    TlsClient& operator=(const TlsClient&) = delete;

    /// Takes what the server has sent; returns what the server gets.
    std::string exchange(std::string_view from_server);
    /// Returns what the server gets.
    std::string send(std::string_view text);
    /// The same with close_notify.
    std::string close();

    bool is_open() const { return ::SSL_is_init_finished(ssl_.get()) == 1 && failure_.empty(); }
    bool server_has_closed() const { return (::SSL_get_shutdown(ssl_.get()) & SSL_RECEIVED_SHUTDOWN) != 0; }
    const std::string& text() const { return text_; }
    /// What the server of TLS 1.2 said before it asked for a key.
    const std::string& psk_hint() const { return psk_hint_; }
    const std::string& failure() const { return failure_; }
    /// The certificate of the server.
    runtime::Certificate server_certificate() const {
        return runtime::Certificate(::SSL_get1_peer_certificate(ssl_.get()));
    }

private:
    std::string take_output();
    static unsigned give_key(SSL* ssl, const char* hint, char* identity, unsigned identity_room, unsigned char* key,
                             unsigned key_room);

    TestClientSettings settings_;
    runtime::SslContext context_;
    runtime::Ssl ssl_;
    std::string psk_hint_;
    std::string text_;
    std::string failure_;
};

}  // namespace trunkline::test
