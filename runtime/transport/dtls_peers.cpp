#include "runtime/transport/dtls_peers.hpp"

#include <openssl/rand.h>

#include <algorithm>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>

#include "protocol/base/address_hash.hpp"
#include "protocol/base/deadlines.hpp"
#include "protocol/base/timer_queue.hpp"
#include "protocol/base/token_bucket.hpp"
#include "runtime/transport/dtls_record.hpp"
#include "runtime/transport/dtls_session.hpp"
#include "runtime/transport/start_error.hpp"
#include "runtime/transport/tls_credentials.hpp"
#include "runtime/transport/tls_server_context.hpp"

namespace trunkline::runtime {

namespace {

using Status = DtlsSession::Status;

/// A stranger who does not know it cannot choose addresses that collide.
std::uint64_t hash_key() {
    std::uint64_t key = 0;
    return ::RAND_bytes(reinterpret_cast<unsigned char*>(&key), sizeof key) == 1 ? key : 1;
}

/// Who has shown a certificate resumes by the number of a session that is kept here. A ticket would hold the whole
/// certificate, and the ClientHello that brings it back would come in fragments, which nobody can judge by their cookie
/// without keeping something of a stranger (RFC 6347 §4.2.1).
void keep_sessions(SSL_CTX* context, std::size_t peers) {
    ::SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
    ::SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_SERVER);
    ::SSL_CTX_sess_set_cache_size(context, static_cast<long>(std::max<std::size_t>(peers, 1)));  // 0: no bound
}

SslContext make_datagram_context(const TlsSettings& settings, std::size_t peers) {
    SslContext context = make_server_context(settings, Carrier::datagrams);
    use_cookies(context.get());
    if (!settings.wants_psk()) keep_sessions(context.get(), peers);
    return context;
}

}  // namespace

struct DtlsPeers::State : private RecordReceiver {
    /// How often files have been read.
    using Edition = std::uint32_t;

    /// A handshake on its way.
    struct Handshake {
        std::unique_ptr<DtlsSession> session;
        Edition edition;  // of the files that it began by
        Instant give_up_at;
        std::optional<Instant> repeat_at;
    };

    struct Peer {
        std::unique_ptr<DtlsSession> session;  // open; null before the first handshake is complete
        std::unique_ptr<Handshake> handshake;  // the first one, or one that will take the session's place
        std::string name;
        Instant heard{};
        Edition edition{};             // of the files by which its key or certificate was last found to be good
        std::optional<Instant> armed;  // its earliest wake-up in the timers
    };

    State(TlsSettings settings_, const DtlsLimits& limits_, DtlsEvents& events_)
        : settings(std::move(settings_)),
          limits(limits_),
          events(events_),
          context(make_datagram_context(settings, limits.peers)),
          greetings(limits.greetings_per_second),
          peers(0, AddressHash(hash_key())) {
        renew_listener();
    }

    void renew_listener() {
        listener = std::make_unique<DtlsSession>(context.get(), DtlsSession::Side::server, limits.mtu);
    }
    DtlsWire wire(const Address& peer, ByteView in = {}) { return {peer, in, &output, &cookies}; }

    void received(const Address& from, ByteView datagram, Instant now);
    void greet(const Address& from, ByteView datagram, Instant now);
    void shake_hands(const Address& from, Peer& peer, ByteView datagram, Instant now);
    void opened(const Address& from, Peer& peer);
    void claim(const Address& from, const std::string& name, Instant now);
    void let_go(const Address& before);
    void fail_handshake(const Address& from, Peer& peer, std::string_view reason);
    bool is_let_in(const Address& address, Peer& peer);
    void deliver(const Address& from, Peer& peer, ByteView datagram, Instant now);
    void record(ByteView octets) override { events.record(delivered_from, delivered_name, octets); }
    void advance(const Address& address, Peer& peer, Instant now);
    void arm(const Address& address, Peer& peer);
    void forget(const Address& address);
    void end_handshake(Peer& peer) {
        peer.handshake.reset();
        --handshakes;
    }

    TlsSettings settings;
    DtlsLimits limits;
    DtlsEvents& events;
    SslContext context;
    Edition edition = 0;
    DtlsCookies cookies;
    DtlsCounters counters;
    DatagramBatch output;
    TokenBucket greetings;
    std::unique_ptr<DtlsSession> listener;  // judges strangers, and becomes the session of whoever is let in
    std::unordered_map<Address, Peer, AddressHash> peers;
    struct Claim {
        Address at;
        Instant since{};
    };
    std::map<std::string, Claim, std::less<>> by_name;  // where names are unique
    std::size_t handshakes = 0;
    TimerQueue<Address> timers;
    Address delivered_from;
    std::string delivered_name;  // a copy: the owner may send, and the peer be gone by it
};

void DtlsPeers::State::received(const Address& from, ByteView datagram, Instant now) {
    const auto known = peers.find(from);
    // A ClientHello without a cookie is anybody's: it is answered, and changes nothing. With one it is a repetition
    // while a handshake is on its way.
    const bool is_hello = is_client_hello(datagram);
    if (is_hello && (known == peers.end() || !known->second.handshake || !has_cookie(datagram)))
        return greet(from, datagram, now);
    if (known == peers.end()) {
        ++counters.unknown;
        return;
    }
    Peer& peer = known->second;
    if (peer.handshake && (!peer.session || is_of_handshake(datagram))) shake_hands(from, peer, datagram, now);
    else if (peer.session) deliver(from, peer, datagram, now);
}

void DtlsPeers::State::greet(const Address& from, ByteView datagram, Instant now) {
    ++counters.hellos;
    if (!has_cookie(datagram) && !greetings.try_take(1, now)) {
        ++counters.unanswered;
        return;
    }
    cookies.advance(now);
    if (!listener->greet(wire(from, datagram))) return;
    const auto known = peers.find(from);
    const bool has_room = handshakes < limits.handshakes && (known != peers.end() || peers.size() < limits.peers);
    if (!has_room) {
        ++counters.refused;
        return;  // the next greet() clears what this one has left in the listener
    }
    Peer& peer = peers[from];
    if (peer.handshake) end_handshake(peer);
    peer.handshake = std::make_unique<Handshake>(
        Handshake{std::exchange(listener, nullptr), edition, now + limits.handshake_timeout, std::nullopt});
    ++handshakes;
    renew_listener();
    shake_hands(from, peer, {}, now);
}

void DtlsPeers::State::shake_hands(const Address& from, Peer& peer, ByteView datagram, Instant now) {
    DtlsSession& session = *peer.handshake->session;
    delivered_from = from;
    delivered_name.clear();
    session.received(wire(from, datagram), *this);
    if (session.status() == Status::failed || session.status() == Status::ended)
        return fail_handshake(from, peer, session.failure());
    if (session.status() == Status::open) {
        peer.heard = now;
        return opened(from, peer);
    }
    const auto left = session.until_repetition();
    peer.handshake->repeat_at = left ? std::optional(now + *left) : std::nullopt;
    arm(from, peer);
}

void DtlsPeers::State::opened(const Address& from, Peer& peer) {
    const std::optional<std::string> name = peer.handshake->session->name(settings.user_name);
    if (!name) {
        peer.handshake->session->close(wire(from));
        return fail_handshake(from, peer, "the client's certificate has no such name as is wanted");
    }
    ++counters.handshakes;
    if (peer.handshake->session->is_resumed()) ++counters.resumed;
    peer.session = std::move(peer.handshake->session);
    peer.edition = peer.handshake->edition;
    end_handshake(peer);
    peer.name = *name;
    if (limits.names_are_unique && !name->empty()) claim(from, *name, peer.heard);
    arm(from, peer);
}

void DtlsPeers::State::claim(const Address& from, const std::string& name, Instant now) {
    events.claimed(name, now);
    const Claim claim{from, now};
    const auto [place, is_new] = by_name.try_emplace(name, claim);
    if (is_new) return;
    const Address before = std::exchange(place->second, claim).at;
    if (before != from) let_go(before);
}

void DtlsPeers::State::let_go(const Address& before) {
    ++counters.moved;
    peers.find(before)->second.name.clear();  // its name is no longer its own, and forget() leaves it alone
    forget(before);
}

void DtlsPeers::State::fail_handshake(const Address& from, Peer& peer, std::string_view reason) {
    ++counters.failed;
    events.handshake_failed(from, reason);
    if (!peer.session) return forget(from);
    end_handshake(peer);
    arm(from, peer);
}

bool DtlsPeers::State::is_let_in(const Address& address, Peer& peer) {
    if (std::exchange(peer.edition, edition) == edition) return true;
    if (are_credentials_good(peer.session->library(), context.get())) return true;
    ++counters.expelled;
    events.expelled(address, peer.name);
    peer.session->close(wire(address));
    peer.session.reset();
    if (!peer.handshake) forget(address);  // else it comes back by other ones
    return false;
}

void DtlsPeers::State::deliver(const Address& from, Peer& peer, ByteView datagram, Instant now) {
    if (!is_let_in(from, peer)) return;
    delivered_from = from;
    delivered_name = peer.name;
    DtlsSession& session = *peer.session;
    session.received(wire(from, datagram), *this);
    peer.heard = now;
    if (session.status() != Status::open) forget(from);
}

void DtlsPeers::State::arm(const Address& address, Peer& peer) {
    std::optional<Instant> deadline;
    if (peer.handshake) deadline = earlier(peer.handshake->give_up_at, peer.handshake->repeat_at);
    if (peer.session) deadline = earlier(deadline, peer.heard + limits.idle_timeout);
    timers.arm(address, deadline, peer.armed);
}

void DtlsPeers::State::advance(const Address& address, Peer& peer, Instant now) {
    if (peer.session && now >= peer.heard + limits.idle_timeout) {
        ++counters.forgotten;
        return forget(address);
    }
    if (peer.handshake && now >= peer.handshake->give_up_at)
        return fail_handshake(address, peer, "the handshake took too long");
    if (peer.handshake && peer.handshake->repeat_at && now >= *peer.handshake->repeat_at) {
        DtlsSession& session = *peer.handshake->session;
        session.repeat(wire(address));
        if (session.status() == Status::failed) return fail_handshake(address, peer, session.failure());
        const auto left = session.until_repetition();
        // OpenSSL's clock may be a little behind ours: then it repeats nothing yet.
        peer.handshake->repeat_at =
            left ? std::optional(now + std::max<Duration>(*left, std::chrono::milliseconds(1))) : std::nullopt;
    }
    arm(address, peer);
}

void DtlsPeers::State::forget(const Address& address) {
    const auto found = peers.find(address);
    if (found->second.handshake) end_handshake(found->second);
    if (const auto named = by_name.find(found->second.name); named != by_name.end() && named->second.at == address)
        by_name.erase(named);
    peers.erase(found);  // its wake-ups find nobody, or come early for the next one
}

DtlsCounters& DtlsCounters::operator+=(const DtlsCounters& other) {
    hellos += other.hellos;
    unanswered += other.unanswered;
    handshakes += other.handshakes;
    resumed += other.resumed;
    failed += other.failed;
    refused += other.refused;
    moved += other.moved;
    forgotten += other.forgotten;
    expelled += other.expelled;
    unknown += other.unknown;
    unsent += other.unsent;
    return *this;
}

DtlsPeers::DtlsPeers(TlsSettings settings, const DtlsLimits& limits, DtlsEvents& events)
    : state_(std::make_unique<State>(std::move(settings), limits, events)) {}
DtlsPeers::~DtlsPeers() = default;

void DtlsPeers::check(const TlsSettings& settings) { make_datagram_context(settings, 1); }

Result<void, std::string> DtlsPeers::reload() {
    try {
        state_->context = make_datagram_context(state_->settings, state_->limits.peers);
    } catch (const StartError& error) {
        return Failure{std::string(error.what())};
    }
    ++state_->edition;
    state_->renew_listener();
    return {};
}

void DtlsPeers::received(const Address& from, ByteView datagram, Instant now) { state_->received(from, datagram, now); }

void DtlsPeers::send(const Address& to, ByteView octets) {
    const auto found = state_->peers.find(to);
    if (found == state_->peers.end() || !found->second.session) {
        ++state_->counters.unsent;
        return;
    }
    if (!state_->is_let_in(to, found->second)) {
        ++state_->counters.unsent;
        return;
    }
    found->second.session->send(state_->wire(to), octets);
    if (found->second.session->status() != Status::open) state_->forget(to);
}

void DtlsPeers::advance(Instant now) {
    while (const auto due = state_->timers.take_due(now)) {
        const auto found = state_->peers.find(due->key);
        if (found == state_->peers.end()) continue;
        if (found->second.armed == due->at) found->second.armed.reset();
        state_->advance(due->key, found->second, now);
    }
}

void DtlsPeers::release(std::string_view name, Instant since) {
    const auto known = state_->by_name.find(name);
    if (known == state_->by_name.end() || known->second.since >= since) return;
    const Address before = known->second.at;
    state_->by_name.erase(known);
    state_->let_go(before);
}

void DtlsPeers::close() {
    // In any order: whom it reaches first does not matter.
    for (auto& [address, peer] : state_->peers) {
        if (peer.session) peer.session->close(state_->wire(address));
    }
}

DatagramBatch& DtlsPeers::output() { return state_->output; }

std::optional<Instant> DtlsPeers::next_deadline() const { return state_->timers.earliest(); }

std::size_t DtlsPeers::size() const { return state_->peers.size(); }

const DtlsCounters& DtlsPeers::counters() const { return state_->counters; }

}  // namespace trunkline::runtime
