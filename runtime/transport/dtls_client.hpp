#pragma once
// The sensor's side of DTLS 1.2, without sockets.

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/address.hpp"
#include "protocol/base/bytes.hpp"
#include "protocol/base/datagram_batch.hpp"
#include "protocol/base/instant.hpp"

namespace trunkline::runtime {

/// What clients share.
struct DtlsClientSettings {
    std::string ca;           // PEM file: who may have signed the gateway's certificate; empty: keys are used
    std::string certificate;  // PEM file: the client's own; empty: none
    std::string key;          // PEM file, without a passphrase
    std::string ciphers;      // as `openssl ciphers` has them; empty: OpenSSL's
    unsigned mtu = 1280;      // the largest IP packet of a handshake
};

class DtlsClientContext {
public:
    /// Throws StartError with the file and what is wrong with it.
    explicit DtlsClientContext(const DtlsClientSettings& settings);
    ~DtlsClientContext();
    DtlsClientContext(const DtlsClientContext&) = delete;
    DtlsClientContext& operator=(const DtlsClientContext&) = delete;

private:
    friend class DtlsClient;
    struct Library;
    std::unique_ptr<Library> library_;
};

/// A pre-shared key and whose it is. Without one, certificates are used.
struct DtlsIdentity {
    std::string name;
    std::vector<std::byte> key;
};

/// What the client is told, within received() only.
class DtlsClientEvents {
public:
    virtual ~DtlsClientEvents() = default;
    /// One record of the gateway, gone after the call.
    virtual void record(ByteView octets) = 0;
};

class DtlsClient {
public:
    enum class Status : std::uint8_t { opening, open, ended, failed };

    /// The context outlives it. It begins with ClientHello, which is in output(). `ticket` is that of an earlier client
    /// with the same identity: the handshake is shorter if the gateway still knows it.
    DtlsClient(const DtlsClientContext& context, const Address& gateway, DtlsIdentity identity, ByteView ticket = {});
    ~DtlsClient();
    DtlsClient(DtlsClient&&) noexcept;
    DtlsClient& operator=(DtlsClient&&) = delete;

    void received(ByteView datagram, DtlsClientEvents& events);
    /// One record; only while open.
    void send(ByteView octets);
    void close();
    /// After until_repetition(), if it is still opening: the last flight once more.
    void repeat();
    std::optional<Duration> until_repetition() const;

    /// What is to be sent to the gateway.
    DatagramBatch& output();
    Status status() const;
    /// Static text: why it failed.
    std::string_view failure() const;
    bool is_resumed() const;
    /// For a later client; empty: the gateway gave none.
    std::vector<std::byte> ticket() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace trunkline::runtime
