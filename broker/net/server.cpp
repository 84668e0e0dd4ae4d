#include "broker/net/server.hpp"

#include <algorithm>
#include <chrono>

#include "broker/net/fact_log.hpp"
#include "protocol/base/deadlines.hpp"

namespace trunkline::broker {

namespace {

// A receiver that empties its socket as fast as it is filled would otherwise keep the thread from reading.
constexpr int flushes_per_round = 4;
constexpr std::chrono::seconds store_patience{10};           // at the end, for a store that is slow or fails
constexpr std::chrono::milliseconds farewell_patience{250};  // at the end, for clients that do not close their side

runtime::StreamId stream_of(ConnectionId id) { return runtime::StreamId{static_cast<std::uint64_t>(id)}; }
ConnectionId connection_of(runtime::StreamId id) { return ConnectionId{static_cast<std::uint64_t>(id)}; }

}  // namespace

Server::Server(runtime::EventLoop& loop, Broker& core, StoreDriver& store, const runtime::Log& log, unsigned io_threads)
    : loop_(loop),
      core_(core),
      store_(store),
      log_(log),
      streams_(runtime::make_incoming_streams(loop, *this, io_threads)) {}
Server::~Server() = default;

void Server::listen(const runtime::ListenerSettings& settings) {
    bound_.push_back(to_string(streams_->listen(settings)));
    if (!settings.tls) return;
    for (const std::string& file : settings.tls->files()) tls_files_.emplace_back(file);
}

void Server::watch_files() {
    tls_watch_ = std::make_unique<runtime::FileWatch>(loop_, tls_files_);
    access_watch_ = std::make_unique<runtime::FileWatch>(
        loop_, access_ != nullptr ? access_->files() : std::vector<std::filesystem::path>());
    for (const auto* watch : {tls_watch_.get(), access_watch_.get()}) {
        if (!watch->failure().empty())
            log_.warning("files.not_watched", {{"error", watch->failure()}, {"text", "SIGHUP reads files again"}});
    }
}

void Server::accepted(runtime::StreamId id, const runtime::StreamOrigin& origin) {
    if (!origin.security.empty()) {
        log_.debug("connection.secured", {{"peer", origin.peer},
                                          {"listen", origin.listener},
                                          {"with", origin.security},
                                          runtime::LogField::if_any("user", origin.user)});
    }
    const auto listener = std::find(bound_.begin(), bound_.end(), origin.listener);
    const auto place = static_cast<std::uint16_t>(listener - bound_.begin());
    core_.opened(connection_of(id), {origin.listener, origin.peer, origin.user, ListenerId{place}}, clock_.now());
}

void Server::handshake_failed(const runtime::StreamOrigin& origin, std::string_view why) {
    log_.info("handshake.failed", {{"peer", origin.peer}, {"listen", origin.listener}, {"reason", why}});
}

void Server::accept_failed(std::string_view listener, std::error_code error) {
    log_.warning("accept.failed", {{"listen", listener}, {"error", error.message()}});
}

void Server::received(runtime::StreamId id, ByteView bytes) { core_.received(connection_of(id), bytes, clock_.now()); }

void Server::written(runtime::StreamId id, std::size_t bytes) { core_.written(connection_of(id), bytes, clock_.now()); }

void Server::closed(runtime::StreamId id, runtime::StreamEnd end) {
    const ConnectionId connection = connection_of(id);
    const bool has_failed = end.cause == runtime::StreamEnd::Cause::failed;
    const CloseCause seen = has_failed ? CloseCause::transport_error : CloseCause::peer_closed;
    const std::string error = !end.reason.empty() ? std::string(end.reason) : has_failed ? end.error.message() : "";
    core_.closed(connection, core_.close_requested(connection).value_or(seen), clock_.now(), error);
}

void Server::round() {
    const auto deadline = earlier(earlier(core_.next_deadline(), store_.deadline()), http_deadline());
    loop_.run_round(is_behind_ ? clock_.now() : earlier(deadline, heartbeat_.latest()));
    streams_->deliver();
    if (loop_.take_reload_request()) reload();
    reload_changed();
    finish_round(woken());
}

/// A machine that is paused, or somebody who does not read the log: what clients said meanwhile may still wait in
/// their sockets, of which a round reads only so much. Whatever the program was about to do, it goes on with this time.
Instant Server::woken() {
    const Instant now = clock_.now();
    const Duration gone = heartbeat_.woken(now);
    if (gone == Duration::zero()) return now;
    core_.stood_still(gone, now);
    log_.warning("standstill", {{"seconds", std::chrono::duration_cast<std::chrono::seconds>(gone).count()}});
    return now;
}

std::optional<Instant> Server::http_deadline() const {
    if (http_ == nullptr) return std::nullopt;
    return http_->deadline();
}

void Server::finish_round(Instant now) {
    core_.advance(now);
    if (access_ != nullptr) access_->exchange(now);
    if (http_ != nullptr) http_->advance(now);
    store_.exchange(core_, now);
    is_behind_ = true;
    for (int pass = 0; pass < flushes_per_round && is_behind_; ++pass) is_behind_ = flush_pending();
    streams_->hand_over();
    log_facts();
}

bool Server::flush_pending() {
    const std::span<const ConnectionId> pending = core_.pending();
    flushing_.assign(pending.begin(), pending.end());
    for (const ConnectionId id : flushing_) flush(id);
    return !flushing_.empty();
}

void Server::flush(ConnectionId id) {
    const runtime::StreamId stream = stream_of(id);
    if (core_.take_output(id, output_) != 0) {
        const std::size_t taken = streams_->send(stream, output_);
        if (taken != 0) core_.written(id, taken, clock_.now());
    }
    if (core_.close_requested(id)) streams_->close(stream);
    else streams_->set_reading(stream, core_.wants_read(id));
}

void Server::log_facts() {
    for (const Fact& fact : core_.facts()) log_fact(log_, fact);
    core_.facts_taken();
}

void Server::reload() {
    reload_listeners();
    if (access_ != nullptr) reload_access();
}

void Server::reload_changed() {
    if (tls_watch_ && !tls_watch_->take_changed().empty()) reload_listeners();
    if (access_watch_ && !access_watch_->take_changed().empty()) reload_access();
}

void Server::reload_listeners() {
    for (const auto& [url, result] : streams_->reload()) {
        if (!result) log_.error("listener.kept", {{"listen", url}, {"error", result.error()}});
        else if (*result) log_.info("listener.reloaded", {{"listen", url}});
    }
}

void Server::reload_access() {
    const auto reloaded = access_->reload();
    if (!reloaded) log_.error("access.kept", {{"error", reloaded.error()}});
    else if (*reloaded) log_.info("access.reloaded");
}

bool Server::run() {
    finish_round(woken());  // what the restart has put into the batch
    while (!loop_.stop_requested()) round();
    return stop();
}

bool Server::stop() {
    streams_->stop_listening();
    bound_.clear();
    core_.shut_down(clock_.now());
    finish_round(clock_.now());
    const Instant now = clock_.now();
    while (!store_.is_idle() && clock_.now() < now + store_patience) {
        loop_.run_round(earlier(store_.deadline(), now + store_patience));
        streams_->deliver();
        finish_round(clock_.now());
    }
    const Instant latest = clock_.now() + farewell_patience;
    while (!streams_->is_settled() && clock_.now() < latest) {
        loop_.run_round(latest);
        streams_->deliver();
    }
    return store_.is_idle();
}

}  // namespace trunkline::broker
