#pragma once
// One side of DTLS 1.2 with one peer: OpenSSL without sockets. For sources of this folder only.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/transport/dtls_bio.hpp"
#include "runtime/transport/openssl.hpp"
#include "runtime/transport/tls_context.hpp"

namespace trunkline::runtime {

/// Gets what peers have sent.
class RecordReceiver {
public:
    virtual ~RecordReceiver() = default;
    /// One record, decrypted; gone after the call.
    virtual void record(ByteView octets) = 0;
};

class DtlsSession {
public:
    enum class Side : std::uint8_t { server, client };
    enum class Status : std::uint8_t { opening, open, ended, failed };

    /// `mtu`: the largest IP packet that a handshake may send.
    DtlsSession(SSL_CTX* context, Side side, unsigned mtu);
    DtlsSession(const DtlsSession&) = delete;
    DtlsSession& operator=(const DtlsSession&) = delete;
    ~DtlsSession();

    /// Server: judges a ClientHello of anybody, and keeps nothing of it. Without the right cookie it is answered by
    /// one: false. With it: true, and this session is that peer's from now on; received() goes on with it.
    bool greet(const DtlsWire& wire);

    /// What is in the wire goes through; `receiver` gets what was in it. Nothing in it: goes on after greet(), or
    /// begins as a client.
    void received(const DtlsWire& wire, RecordReceiver& receiver);
    /// Sends one record. Only while open.
    void send(const DtlsWire& wire, ByteView octets);
    /// close_notify; the peer's is not waited for.
    void close(const DtlsWire& wire);

    /// When a flight of the handshake is to be sent again; nothing: it waits for nothing.
    std::optional<Duration> until_repetition() const;
    void repeat(const DtlsWire& wire);

    Status status() const { return status_; }
    bool is_resumed() const { return ::SSL_session_reused(ssl_.get()) == 1; }
    /// Static text: why it failed.
    std::string_view failure() const { return failure_; }
    SSL* library() { return ssl_.get(); }
    /// Whom the key or the certificate names; nothing: a certificate without such a name. Empty: nobody was asked for.
    std::optional<std::string> name(TlsSettings::UserName wanted) const;

private:
    void shake_hands();
    void read(RecordReceiver& receiver);
    void judge(int result);
    void fail();

    DtlsWire wire_;  // before ssl_, whose BIO has its address
    Ssl ssl_;
    std::string_view failure_;
    Status status_ = Status::opening;
};

/// What a context needs for DtlsSession::greet().
void use_cookies(SSL_CTX* context);

}  // namespace trunkline::runtime
