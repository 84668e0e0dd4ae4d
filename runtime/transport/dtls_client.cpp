#include "runtime/transport/dtls_client.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "runtime/transport/dtls_session.hpp"
#include "runtime/transport/start_error.hpp"
#include "runtime/transport/tls_files.hpp"

namespace trunkline::runtime {

namespace {

using SslSession = std::unique_ptr<SSL_SESSION, FreeWith<SSL_SESSION_free>>;

/// Returns the size of the key; 0: it does not fit.
unsigned give_key(SSL* ssl, const char*, char* name, unsigned name_room, unsigned char* key, unsigned key_room) {
    const auto& identity = *static_cast<const DtlsIdentity*>(SSL_get_app_data(ssl));
    if (identity.name.size() >= name_room || identity.key.size() > key_room) return 0;
    std::memcpy(name, identity.name.c_str(), identity.name.size() + 1);
    std::memcpy(key, identity.key.data(), identity.key.size());
    return static_cast<unsigned>(identity.key.size());
}

}  // namespace

struct DtlsClientContext::Library {
    SslContext context;
    unsigned mtu = 0;
};

DtlsClientContext::DtlsClientContext(const DtlsClientSettings& settings)
    : library_(std::make_unique<Library>(Library{SslContext(::SSL_CTX_new(::DTLS_client_method())), settings.mtu})) {
    SSL_CTX* context = library_->context.get();
    if (context == nullptr) throw StartError("DTLS: " + std::string(take_openssl_error()));
    ::SSL_CTX_set_min_proto_version(context, DTLS1_2_VERSION);
    if (!settings.ciphers.empty() && ::SSL_CTX_set_cipher_list(context, settings.ciphers.c_str()) != 1)
        unusable("ciphers", settings.ciphers, take_openssl_error());
    if (settings.ca.empty()) {
        ::SSL_CTX_set_psk_client_callback(context, give_key);
        return;
    }
    check_readable("ca", settings.ca);
    ::SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
    if (::SSL_CTX_load_verify_file(context, settings.ca.c_str()) != 1)
        unusable("ca", settings.ca, "no certificates in PEM (" + std::string(take_openssl_error()) + ")");
    if (!settings.certificate.empty()) use_certificate(context, settings.certificate, settings.key);
}
DtlsClientContext::~DtlsClientContext() = default;

struct DtlsClient::State : private RecordReceiver {
    State(const DtlsClientContext::Library& library, const Address& gateway_, DtlsIdentity identity_)
        : gateway(gateway_),
          identity(std::move(identity_)),
          session(library.context.get(), DtlsSession::Side::client, library.mtu) {
        SSL_set_app_data(session.library(), &identity);
    }

    DtlsWire wire(ByteView in = {}) { return {gateway, in, &output, nullptr}; }
    void received(ByteView datagram, DtlsClientEvents* receiver) {
        events = receiver;
        session.received(wire(datagram), *this);
        events = nullptr;
    }
    void record(ByteView octets) override {
        if (events != nullptr) events->record(octets);
    }

    const Address gateway;
    const DtlsIdentity identity;
    DtlsSession session;
    DatagramBatch output;
    DtlsClientEvents* events = nullptr;
};

DtlsClient::DtlsClient(const DtlsClientContext& context, const Address& gateway, DtlsIdentity identity, ByteView ticket)
    : state_(std::make_unique<State>(*context.library_, gateway, std::move(identity))) {
    if (!ticket.empty()) {
        const auto* octets = reinterpret_cast<const unsigned char*>(ticket.data());
        const SslSession before(::d2i_SSL_SESSION(nullptr, &octets, static_cast<long>(ticket.size())));
        if (before) ::SSL_set_session(state_->session.library(), before.get());
        ::ERR_clear_error();  // one that cannot be read is none
    }
    state_->received({}, nullptr);
}
DtlsClient::~DtlsClient() = default;
DtlsClient::DtlsClient(DtlsClient&&) noexcept = default;

void DtlsClient::received(ByteView datagram, DtlsClientEvents& events) { state_->received(datagram, &events); }

void DtlsClient::send(ByteView octets) { state_->session.send(state_->wire(), octets); }

void DtlsClient::close() { state_->session.close(state_->wire()); }

void DtlsClient::repeat() { state_->session.repeat(state_->wire()); }

std::optional<Duration> DtlsClient::until_repetition() const { return state_->session.until_repetition(); }

DatagramBatch& DtlsClient::output() { return state_->output; }

DtlsClient::Status DtlsClient::status() const { return static_cast<Status>(state_->session.status()); }

std::string_view DtlsClient::failure() const { return state_->session.failure(); }

bool DtlsClient::is_resumed() const { return state_->session.is_resumed(); }

std::vector<std::byte> DtlsClient::ticket() const {
    const SslSession session(::SSL_get1_session(state_->session.library()));
    const int size = session ? ::i2d_SSL_SESSION(session.get(), nullptr) : 0;
    if (size <= 0) return {};
    std::vector<std::byte> octets(static_cast<std::size_t>(size));
    auto* place = reinterpret_cast<unsigned char*>(octets.data());
    ::i2d_SSL_SESSION(session.get(), &place);
    return octets;
}

}  // namespace trunkline::runtime
