#include "gateway/net/server.hpp"

#include <cassert>
#include <chrono>

#include "gateway/net/fact_log.hpp"
#include "protocol/base/deadlines.hpp"

namespace trunkline::gateway {

namespace {

constexpr std::chrono::seconds store_patience{10};           // at the end, for a store that is slow or fails
constexpr std::chrono::milliseconds farewell_patience{250};  // at the end, for a broker that does not close its side

runtime::StreamId stream_of(UpstreamId id) { return runtime::StreamId{static_cast<std::uint64_t>(id)}; }
UpstreamId upstream_of(runtime::StreamId id) { return UpstreamId{static_cast<std::uint64_t>(id)}; }

}  // namespace

Server::Server(runtime::EventLoop& loop, Gateway& core, StoreDriver& store, const Endpoints& endpoints,
               const runtime::Log& log, const runtime::PortShare& share)
    : loop_(loop),
      core_(core),
      store_(store),
      log_(log),
      brokers_(loop, endpoints.brokers, log),
      credentials_(loop, endpoints.credentials, core, log),
      sensors_(loop, *this, endpoints.listen, endpoints.discovery, share, log),
      upstreams_(loop, *this) {}
Server::~Server() = default;

// A gateway has no listening TCP socket.
runtime::StreamId Server::accepted(const runtime::StreamOrigin&) {
    assert(false);
    return {};
}
void Server::accept_failed(std::string_view, std::error_code) { assert(false); }

void Server::connected(runtime::StreamId id) { core_.upstream_opened(upstream_of(id), clock_.now()); }

void Server::received(runtime::StreamId id, ByteView bytes) {
    if (brokers_.misses_any()) brokers_.reached(core_.upstream_broker(upstream_of(id)));
    if (is_traced()) [[unlikely]]
        trace_->upstream_received(core_, upstream_of(id), bytes);
    core_.upstream_received(upstream_of(id), bytes, clock_.now());
}

void Server::written(runtime::StreamId id, std::size_t) {
    core_.upstream_unsent(upstream_of(id), upstreams_.unsent_bytes(id));
}

void Server::closed(runtime::StreamId id, runtime::StreamEnd end) {
    brokers_.ended(core_.upstream_broker(upstream_of(id)), end);
    if (is_traced()) [[unlikely]]
        trace_->upstream_closed(upstream_of(id));
    core_.upstream_closed(upstream_of(id), clock_.now());
}

void Server::datagram(const Address& from, std::string_view name, ByteView octets) {
    if (post_ != nullptr && post_->forwards(from, name, octets)) return;
    if (is_traced()) [[unlikely]]
        trace_->datagram_received(core_, from, octets);
    core_.received(from, octets, clock_.now(), name);
}

void Server::group_datagram(ByteView octets) { core_.received_by_group(octets, clock_.now()); }

void Server::claimed(Way way, std::string_view name, Instant now) {
    if (post_ != nullptr) post_->claims(way, name, now);
}

void Server::round() {
    std::optional<Instant> deadline =
        earlier(earlier(core_.next_deadline(), store_.deadline()), earlier(http_deadline(), sensors_.next_deadline()));
    // Whoever waits for a turn in the next round has it, whether anything comes or not.
    if (!to_dial_.empty() || (post_ != nullptr && post_->has_waiting())) deadline = clock_.now();
    loop_.run_round(earlier(deadline, heartbeat_.latest()));
    take_mail();
    reload_files();
    if (errands_ != nullptr) errands_->do_all();
    finish_round(woken());
}

/// A machine that is paused, or somebody who does not read the log: what sensors said meanwhile may wait in the
/// sockets, or be lost there, and in other shards. Whatever the program was about to do, it goes on with this time.
Instant Server::woken() {
    const Instant now = clock_.now();
    const Duration gone = heartbeat_.woken(now);
    if (gone == Duration::zero()) return now;
    core_.stood_still(gone, now);
    log_.warning("standstill", {{"seconds", std::chrono::duration_cast<std::chrono::seconds>(gone).count()}});
    return now;
}

void Server::take_mail() {
    if (post_ == nullptr) return;
    const Instant now = clock_.now();
    post_->take_each(
        [&](const Address& from, std::string_view name, ByteView octets) {
            if (is_traced()) [[unlikely]]
                trace_->datagram_received(core_, from, octets);
            core_.received(from, octets, now, name);
        },
        [&](const Address& to, ByteView octets) { sensors_.put(to, octets); },
        [&](const ShardClaim& claim) { sensors_.release(claim.way, claim.name, claim.since); },
        [&](const TakenPlace& taken) { core_.vacated(taken, now); });
}

void Server::reload_files() {
    if (loop_.take_reload_request()) {
        sensors_.reload();
        brokers_.reload();
        credentials_.reload();
        if (sensor_files_ != nullptr) sensor_files_->reload();
    }
    sensors_.reload_changed();
    brokers_.reload_changed();
    credentials_.reload_changed();
    if (sensor_files_ != nullptr) sensor_files_->reload_changed();
}

std::optional<Instant> Server::http_deadline() const {
    if (http_ == nullptr) return std::nullopt;
    return http_->deadline();
}

void Server::finish_round(Instant now) {
    sensors_.advance(now);
    core_.advance(now);
    if (http_ != nullptr) http_->advance(now);
    store_.exchange(core_, now);
    serve_upstreams(now);
    send_datagrams();
    log_facts();
}

void Server::serve_upstreams(Instant now) {
    to_dial_.add(core_.take_upstream_opens());
    const std::size_t most = core_.is_spoken_to(now) ? DialQueue::each_busy_round : DialQueue::each_round;
    for (std::size_t dialled = 0; dialled < most; ++dialled) {
        const std::optional<UpstreamId> id = to_dial_.take();
        if (!id) break;
        brokers_.dial(core_.upstream_broker(*id), upstreams_, stream_of(*id));
    }
    const std::span<const UpstreamId> pending = core_.pending();
    sending_.assign(pending.begin(), pending.end());
    for (const UpstreamId id : sending_) send_output(id);
    for (const UpstreamId id : core_.take_upstream_closes()) {
        if (to_dial_.withdraw(id)) {
            core_.upstream_closed(id, now);
            continue;
        }
        send_output(id);
        upstreams_.close(stream_of(id));
    }
}

void Server::send_output(UpstreamId id) {
    if (core_.take_output(id, output_) == 0) return;
    if (is_traced()) [[unlikely]]
        trace_->upstream_sent(core_, id, output_.view());
    const std::size_t size = output_.size();
    if (upstreams_.send(stream_of(id), output_) != size)
        core_.upstream_unsent(id, upstreams_.unsent_bytes(stream_of(id)));
}

void Server::send_datagrams() {
    core_.take_datagrams(batch_);
    if (is_traced()) [[unlikely]]
        trace_->datagrams_sent(core_, batch_);
    for (std::size_t at = 0; at < batch_.size(); ++at) {
        if (post_ != nullptr && post_->returns(batch_.to(at), batch_.datagram(at))) continue;
        sensors_.put(batch_.to(at), batch_.datagram(at));
    }
    sensors_.flush();
    batch_.clear();
    if (post_ == nullptr) return;
    for (const TakenPlace& taken : core_.places()) post_->taken(taken);
    core_.places_taken();
    post_->send();
}

SocketFigures Server::socket_figures() const {
    SocketFigures figures = sensors_.figures();
    if (post_ != nullptr) figures.handover_lost = post_->lost();
    return figures;
}

void Server::log_facts() {
    for (const Fact& fact : core_.facts()) log_fact(log_, fact);
    core_.facts_taken();
}

bool Server::run() {
    finish_round(woken());  // what the restart wants to be opened and stored
    while (!loop_.stop_requested()) round();
    if (errands_ != nullptr) errands_->close();
    return stop();
}

bool Server::stop() {
    core_.shut_down(clock_.now());
    finish_round(clock_.now());
    const Instant now = clock_.now();
    while (!store_.is_idle() && clock_.now() < now + store_patience) {
        loop_.run_round(earlier(store_.deadline(), now + store_patience));
        finish_round(clock_.now());
    }
    sensors_.close();
    const Instant latest = clock_.now() + farewell_patience;
    while (upstreams_.leaving() != 0 && clock_.now() < latest) loop_.run_round(latest);
    return store_.is_idle();
}

}  // namespace trunkline::gateway
