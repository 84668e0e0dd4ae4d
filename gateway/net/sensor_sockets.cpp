#include "gateway/net/sensor_sockets.hpp"

#include <filesystem>
#include <string>

#include "gateway/core/ways.hpp"
#include "protocol/base/deadlines.hpp"

namespace trunkline::gateway {

namespace {

using runtime::UdpSocketId;

// The numbers of sockets are the ways of their sensors; the group's is one that no way has.
constexpr UdpSocketId group_socket{256};

UdpSocketId socket_of(Way way) { return UdpSocketId{way}; }

// What strangers say, and what costs more than anything else that a datagram may ask for.
/// CONNECT, whether its length takes one octet or, behind 0x01, three (MQTT-SN 1.2 §5.2).
constexpr runtime::SideDoorRule connects{.value = 0x04, .at = 1, .first = 0x01, .at_behind_first = 3};
/// ClientHello: its message type behind the header of a record that has a handshake (RFC 6347 §4.1, §4.2.2). No record
/// begins with the other octet.
constexpr runtime::SideDoorRule hellos{.value = 0x01, .at = 0, .first = 0x16, .at_behind_first = 13};

runtime::UdpSocket listening_socket(runtime::EventLoop& loop, runtime::DatagramEvents& events, UdpSocketId id,
                                    const SensorListener& listener, const runtime::PortShare& share) {
    return {loop, events, id, listener.url, listener.dtls ? hellos : connects, share};
}

}  // namespace

/// A listener of plain UDP, and what leaves by it in this round.
struct SensorSockets::Plain {
    runtime::UdpSocket socket;
    std::vector<runtime::Datagram> outgoing;
};

/// A listener with DTLS.
class SensorSockets::Secured : public runtime::DtlsEvents {
public:
    Secured(SensorSockets& owner, runtime::EventLoop& loop, Way way_, const SensorListener& listener,
            const runtime::PortShare& share)
        : way(way_),
          peers(listener.dtls->settings, listener.dtls->limits, *this),
          socket(listening_socket(loop, owner, socket_of(way), listener, share)),
          owner_(owner) {}

    void record(const Address& from, std::string_view name, ByteView octets) override {
        owner_.events_.datagram(from, is_named(from) ? name : std::string_view(), octets);
    }
    void handshake_failed(const Address& from, std::string_view reason) override {
        owner_.log_.info("handshake.failed",
                         {{"peer", to_string(from)}, {"listen", to_string(socket.bound())}, {"reason", reason}});
    }
    void expelled(const Address& peer, std::string_view name) override {
        owner_.log_.info("session.ended", {{"peer", to_string(peer)},
                                           {"name", name},
                                           {"listen", to_string(socket.bound())},
                                           {"reason", "its key or certificate is not good any more"}});
    }
    void claimed(std::string_view name, Instant now) override { owner_.events_.claimed(way, name, now); }

    const Way way;
    runtime::DtlsPeers peers;
    runtime::UdpSocket socket;

private:
    SensorSockets& owner_;
};

std::vector<Way> ways_of(const std::vector<SensorListener>& listeners) {
    std::vector<Way> ways;
    Way plain = first_plain_way, secured = first_secured_way, named = first_named_way;
    for (const SensorListener& listener : listeners) {
        Way& way = !listener.dtls ? plain : listener.dtls->binds_client_ids ? named : secured;
        ways.push_back(way++);
    }
    return ways;
}

SensorSockets::SensorSockets(runtime::EventLoop& loop, SensorEvents& events,
                             const std::vector<SensorListener>& listeners, const std::optional<runtime::Url>& discovery,
                             const runtime::PortShare& share, const runtime::Log& log)
    : events_(events), log_(log) {
    std::vector<std::filesystem::path> files;
    const std::vector<Way> ways = ways_of(listeners);
    for (std::size_t at = 0; at < listeners.size(); ++at) {
        const SensorListener& listener = listeners[at];
        if (!listener.dtls) {
            plain_.push_back(std::make_unique<Plain>(
                Plain{listening_socket(loop, *this, socket_of(ways[at]), listener, share), {}}));
            bound_.push_back(plain_.back()->socket.bound());
            continue;
        }
        secured_.push_back(std::make_unique<Secured>(*this, loop, ways[at], listener, share));
        bound_.push_back(secured_.back()->socket.bound());
        for (const std::string& file : listener.dtls->settings.files()) files.emplace_back(file);
    }
    files_ = std::make_unique<runtime::FileWatch>(loop, std::move(files));
    if (!files_->failure().empty()) log_.warning("files.not_watched", {{"reason", files_->failure()}});
    if (!discovery) return;
    runtime::UdpSocket& found_at = plain_.front()->socket;
    found_at.send_to(*discovery);  // GWINFO from where the gateway is found: sensors take its sender for the gateway
    group_.emplace(runtime::UdpSocket::of_group(loop, *this, group_socket, *discovery, found_at.local()));
}

SensorSockets::~SensorSockets() = default;

std::vector<runtime::Url> SensorSockets::bound() const { return bound_; }

void SensorSockets::datagram(UdpSocketId id, const Address& from, ByteView octets) {
    if (id == group_socket) return events_.group_datagram(octets);
    Address sender = from;
    sender.via = static_cast<Way>(id);
    if (is_plain(sender)) return events_.datagram(sender, {}, octets);
    find_secured(sender.via)->peers.received(sender, octets, clock_.now());
}

SensorSockets::Secured* SensorSockets::find_secured(Way way) const {
    for (const auto& listener : secured_) {
        if (listener->way == way) return listener.get();
    }
    return nullptr;
}

void SensorSockets::put(const Address& to, ByteView octets) {
    // A way that there is no more, of a sensor from before a restart: it comes again by one that there is.
    if (is_plain(to) && to.via < plain_.size()) plain_[to.via]->outgoing.push_back({to, octets});
    else if (Secured* listener = find_secured(to.via)) listener->peers.send(to, octets);
}

void SensorSockets::flush() {
    for (const auto& listener : plain_) {
        if (listener->outgoing.empty()) continue;
        listener->socket.send(listener->outgoing);
        listener->outgoing.clear();
    }
    for (const auto& listener : secured_) send(listener->socket, listener->peers.output());
}

void SensorSockets::send(runtime::UdpSocket& socket, DatagramBatch& batch) {
    if (batch.empty()) return;
    datagrams_.clear();
    for (std::size_t at = 0; at < batch.size(); ++at) datagrams_.push_back({batch.to(at), batch.datagram(at)});
    socket.send(datagrams_);
    batch.clear();
}

void SensorSockets::release(Way way, std::string_view name, Instant since) {
    if (Secured* listener = find_secured(way)) listener->peers.release(name, since);
}

void SensorSockets::advance(Instant now) {
    for (const auto& listener : secured_) listener->peers.advance(now);
}

std::optional<Instant> SensorSockets::next_deadline() const {
    std::optional<Instant> deadline;
    for (const auto& listener : secured_) deadline = earlier(deadline, listener->peers.next_deadline());
    return deadline;
}

void SensorSockets::reload() {
    for (const auto& listener : secured_) {
        const Result<void, std::string> read = listener->peers.reload();
        if (read) log_.info("listener.reloaded", {{"listen", to_string(listener->socket.bound())}});
        else log_.error("listener.kept", {{"listen", to_string(listener->socket.bound())}, {"error", read.error()}});
    }
}

void SensorSockets::reload_changed() {
    if (!files_->take_changed().empty()) reload();
}

void SensorSockets::close() {
    for (const auto& listener : secured_) {
        listener->peers.close();
        send(listener->socket, listener->peers.output());
    }
}

SocketFigures SensorSockets::figures() const {
    SocketFigures sum;
    for (const auto& listener : plain_) sum.udp += listener->socket.counters();
    for (const auto& listener : secured_) {
        sum.udp += listener->socket.counters();
        sum.dtls += listener->peers.counters();
        sum.dtls_peers += listener->peers.size();
    }
    return sum;
}

}  // namespace trunkline::gateway
