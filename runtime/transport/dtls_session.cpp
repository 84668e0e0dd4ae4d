#include "runtime/transport/dtls_session.hpp"

#include <sys/time.h>

#include <algorithm>
#include <array>
#include <new>

#include "runtime/transport/certificate_name.hpp"

namespace trunkline::runtime {

namespace {

constexpr std::size_t largest_record = 16 * 1024;

int make_cookie(SSL* ssl, unsigned char* cookie, unsigned* size) {
    const DtlsWire& wire = dtls_wire_of(::SSL_get_rbio(ssl));
    const DtlsCookies::Cookie made = wire.cookies->make(wire.peer);
    std::transform(made.begin(), made.end(), cookie,
                   [](std::byte octet) { return std::to_integer<unsigned char>(octet); });
    *size = static_cast<unsigned>(made.size());
    return 1;
}

int check_cookie(SSL* ssl, const unsigned char* cookie, unsigned size) {
    const DtlsWire& wire = dtls_wire_of(::SSL_get_rbio(ssl));
    return wire.cookies->is_right(wire.peer, std::as_bytes(std::span(cookie, size))) ? 1 : 0;
}

/// The buffers of an open session, 34 KiB, are there within a call only: DTLS does not heed SSL_MODE_RELEASE_BUFFERS.
class BuffersInUse {
public:
    explicit BuffersInUse(SSL* ssl) : ssl_(ssl) {
        if (::SSL_alloc_buffers(ssl_) != 1) throw std::bad_alloc();
    }
    ~BuffersInUse() { ::SSL_free_buffers(ssl_); }  // not those that still hold something
    BuffersInUse(const BuffersInUse&) = delete;
    BuffersInUse& operator=(const BuffersInUse&) = delete;

private:
    SSL* ssl_;
};

struct FreeAddress {
    void operator()(BIO_ADDR* address) const { ::BIO_ADDR_free(address); }
};

}  // namespace

void use_cookies(SSL_CTX* context) {
    ::SSL_CTX_set_cookie_generate_cb(context, make_cookie);
    ::SSL_CTX_set_cookie_verify_cb(context, check_cookie);
}

DtlsSession::DtlsSession(SSL_CTX* context, Side side, unsigned mtu) : ssl_(::SSL_new(context)) {
    BIO* bio = ssl_ ? make_datagram_bio(wire_) : nullptr;
    if (bio == nullptr) throw std::bad_alloc();
    ::SSL_set_bio(ssl_.get(), bio, bio);
    if (side == Side::server) ::SSL_set_accept_state(ssl_.get());
    else ::SSL_set_connect_state(ssl_.get());
    ::SSL_set_options(ssl_.get(), SSL_OP_NO_QUERY_MTU | SSL_OP_COOKIE_EXCHANGE);
    DTLS_set_link_mtu(ssl_.get(), static_cast<long>(mtu));
}

DtlsSession::~DtlsSession() {
    // Without a goodbye OpenSSL would strike the session off those that can be resumed; a sensor that moves says none.
    if (status_ == Status::open) ::SSL_set_shutdown(ssl_.get(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
}

bool DtlsSession::greet(const DtlsWire& wire) {
    wire_ = wire;
    ::ERR_clear_error();
    const std::unique_ptr<BIO_ADDR, FreeAddress> ignored(::BIO_ADDR_new());  // addresses are the owner's business
    if (!ignored) throw std::bad_alloc();
    const int result = ::DTLSv1_listen(ssl_.get(), ignored.get());
    ::ERR_clear_error();  // what is no ClientHello is forgotten like one without a cookie
    wire_ = {};
    return result == 1;
}

void DtlsSession::received(const DtlsWire& wire, RecordReceiver& receiver) {
    wire_ = wire;
    const BuffersInUse buffers(ssl_.get());
    if (status_ == Status::opening) shake_hands();
    if (status_ == Status::open) read(receiver);
    wire_ = {};
}

void DtlsSession::send(const DtlsWire& wire, ByteView octets) {
    if (status_ != Status::open || octets.empty()) return;
    wire_ = wire;
    const BuffersInUse buffers(ssl_.get());
    ::ERR_clear_error();
    std::size_t taken = 0;
    if (::SSL_write_ex(ssl_.get(), octets.data(), octets.size(), &taken) != 1) fail();
    wire_ = {};
}

void DtlsSession::close(const DtlsWire& wire) {
    if (status_ != Status::open) return;
    wire_ = wire;
    const BuffersInUse buffers(ssl_.get());
    ::SSL_shutdown(ssl_.get());
    ::ERR_clear_error();
    wire_ = {};
    status_ = Status::ended;
}

std::optional<Duration> DtlsSession::until_repetition() const {
    timeval left{};
    if (status_ != Status::opening || DTLSv1_get_timeout(ssl_.get(), &left) != 1) return std::nullopt;
    return std::chrono::seconds(left.tv_sec) + std::chrono::microseconds(left.tv_usec);
}

void DtlsSession::repeat(const DtlsWire& wire) {
    if (status_ != Status::opening) return;
    wire_ = wire;
    const BuffersInUse buffers(ssl_.get());
    ::ERR_clear_error();
    if (DTLSv1_handle_timeout(ssl_.get()) < 0) fail();
    wire_ = {};
}

std::optional<std::string> DtlsSession::name(TlsSettings::UserName wanted) const {
    // Of a session that is resumed as well: it knows whose key it was.
    if (const char* identity = ::SSL_get_psk_identity(ssl_.get()); identity != nullptr) return std::string(identity);
    const Certificate certificate(::SSL_get1_peer_certificate(ssl_.get()));
    if (!certificate || wanted == TlsSettings::UserName::none) return std::string();
    return name_in(*certificate, wanted);
}

void DtlsSession::shake_hands() {
    ::ERR_clear_error();
    const int result = ::SSL_do_handshake(ssl_.get());
    if (result != 1) return judge(result);
    status_ = Status::open;
}

void DtlsSession::read(RecordReceiver& receiver) {
    std::array<std::byte, largest_record> octets;
    for (;;) {
        ::ERR_clear_error();
        std::size_t size = 0;
        const int result = ::SSL_read_ex(ssl_.get(), octets.data(), octets.size(), &size);
        if (result != 1) return judge(result);
        receiver.record(ByteView(octets).first(size));
    }
}

void DtlsSession::judge(int result) {
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

void DtlsSession::fail() {
    status_ = Status::failed;
    failure_ = take_openssl_error();
    const long verified = ::SSL_get_verify_result(ssl_.get());
    // "certificate verify failed" alone would not say what is wrong with it.
    if (verified != X509_V_OK) failure_ = ::X509_verify_cert_error_string(verified);
}

}  // namespace trunkline::runtime
