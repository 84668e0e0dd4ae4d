#pragma once
// All peers of one DTLS listener, between its UDP socket and its owner: datagrams in, datagrams out.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/base/address.hpp"
#include "protocol/base/bytes.hpp"
#include "protocol/base/datagram_batch.hpp"
#include "protocol/base/instant.hpp"
#include "protocol/base/result.hpp"
#include "runtime/transport/tls_context.hpp"

namespace trunkline::runtime {

struct DtlsLimits {
    /// Each costs what OpenSSL needs for it (docs/gateway.md has figures). Those beyond are not answered.
    std::size_t peers = 10'000;
    /// That are not complete. Those beyond are not answered for now: their ClientHello comes again.
    std::size_t handshakes = 1'000;
    Duration handshake_timeout = std::chrono::seconds(30);
    /// ClientHellos without a cookie that are answered; those beyond are dropped before they cost more than a look.
    std::uint64_t greetings_per_second = 20'000;
    /// Silence after which a peer is forgotten. It then has to shake hands again, so this is longer than any sleep.
    Duration idle_timeout = std::chrono::hours(48);
    /// The largest IP packet that a handshake may send: what IPv6 carries everywhere (RFC 8200 §5).
    unsigned mtu = 1280;
    /// A name is at one address: where it shakes hands again from elsewhere, the peer at its old address is forgotten.
    bool names_are_unique = true;
};

struct DtlsCounters {
    std::uint64_t hellos = 0;      // ClientHello of whoever, with a cookie or without
    std::uint64_t unanswered = 0;  // of those: they were too many to be answered
    std::uint64_t handshakes = 0;  // completed
    std::uint64_t resumed = 0;     // of those: by a ticket or a session that is kept
    std::uint64_t failed = 0;      // by a wrong key or certificate, or given up
    std::uint64_t refused = 0;     // the limits of peers or handshakes were reached
    std::uint64_t moved = 0;       // a name that came from another address
    std::uint64_t forgotten = 0;   // silent for too long
    std::uint64_t expelled = 0;    // its key or certificate was not good any more when files had been read again
    std::uint64_t unknown = 0;     // datagrams of no peer that begin no handshake
    std::uint64_t unsent = 0;      // datagrams to who is no peer any more

    DtlsCounters& operator+=(const DtlsCounters& other);
};

/// What the owner is told, within received() but for expelled().
class DtlsEvents {
public:
    virtual ~DtlsEvents() = default;
    /// One record of a peer. `name`: whom its key or certificate names, empty if nobody was asked. Both are gone after
    /// the call.
    virtual void record(const Address& from, std::string_view name, ByteView octets) = 0;
    /// By whoever receives at that address. `reason` is static text.
    virtual void handshake_failed(const Address& from, std::string_view reason) = 0;
    /// A peer's key or certificate is not good any more. Within send() as well.
    virtual void expelled(const Address& peer, std::string_view name) = 0;
    /// A name that is to be unique has shaken hands here: it is nowhere else from now on.
    virtual void claimed(std::string_view /*name*/, Instant /*now*/) {}
};

/// DTLS 1.2 without sockets, clock or threads: one OpenSSL object for each peer, told apart by their addresses. Nothing
/// is kept of a stranger until it has shown by a cookie that it receives at its address. A peer that begins a new
/// handshake, having lost its keys, goes on by the old ones until the new ones are good: nobody else can end it.
class DtlsPeers {
public:
    /// Throws StartError with the file and what is wrong with it. `events` outlives it.
    DtlsPeers(TlsSettings settings, const DtlsLimits& limits, DtlsEvents& events);
    ~DtlsPeers();
    /// Throws StartError as the constructor does, and does nothing else.
    static void check(const TlsSettings& settings);
    DtlsPeers(const DtlsPeers&) = delete;
    DtlsPeers& operator=(const DtlsPeers&) = delete;

    /// Reads all files again; tickets from before are good no more. Peers stay whose keys are there as before, or whose
    /// certificates the CA has still signed and not revoked: each is looked at when the next record comes from it or
    /// goes to it, so that ten thousand certificates cost no pause. An error changes nothing.
    Result<void, std::string> reload();

    void received(const Address& from, ByteView datagram, Instant now);
    /// One record. Dropped and counted when there is no such peer.
    void send(const Address& to, ByteView octets);
    void advance(Instant now);
    /// The name has shaken hands at another listener at that time: the peer that has shaken hands here before is
    /// forgotten.
    void release(std::string_view name, Instant since);
    /// Tells all peers that this is the end.
    void close();
    /// What is to be sent, in order; to be taken after each of the calls above.
    DatagramBatch& output();

    std::optional<Instant> next_deadline() const;

    /// Those that are shaking hands included.
    std::size_t size() const;
    const DtlsCounters& counters() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace trunkline::runtime
