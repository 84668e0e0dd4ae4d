#pragma once
// The thread that owns the core: carries bytes between its connections and their sockets.

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "broker/core/broker.hpp"
#include "broker/net/access_driver.hpp"
#include "broker/net/store_driver.hpp"
#include "runtime/http/http_server.hpp"
#include "runtime/log/log.hpp"
#include "runtime/time/heartbeat.hpp"
#include "runtime/time/real_clock.hpp"
#include "runtime/transport/event_loop.hpp"
#include "runtime/transport/file_watch.hpp"
#include "runtime/transport/incoming_streams.hpp"
#include "runtime/transport/listener_settings.hpp"

namespace trunkline::broker {

/// Drives one broker core by sockets, whose system calls and encryption may be done by other threads. It decides
/// nothing about MQTT: that is the core's.
class Server : private runtime::IncomingEvents {
public:
    /// The core has been restored or started. Everything outlives the server. `io_threads` serve the sockets; 0: the
    /// thread of the loop does.
    Server(runtime::EventLoop& loop, Broker& core, StoreDriver& store, const runtime::Log& log,
           unsigned io_threads = 0);
    ~Server() override;

    /// Before the first round: whose files decide who may do what. It outlives the server.
    void guard_with(AccessDriver& access) { access_ = &access; }
    /// Before the first round: a server whose time is looked after. It outlives this one.
    void look_after(runtime::HttpServer& http) { http_ = &http; }
    /// Throws runtime::StartError.
    void listen(const runtime::ListenerSettings& settings);
    /// The listeners' URLs as bound, in the order of listen().
    const std::vector<std::string>& bound() const { return bound_; }
    /// From now on files are read again once they have changed. After guard_with() and the last listen().
    void watch_files();
    /// After the last listen(): clients are let in.
    void start() { streams_->start(); }

    /// One round: delivers what has arrived, waiting for it if need be; then everything that it changed leaves
    /// together.
    void round();
    /// Rounds until the loop is asked to stop, then a clean end: clients are told, the last batch
    /// becomes durable. False: the store did not take it in time.
    [[nodiscard]] bool run();

private:
    void accepted(runtime::StreamId id, const runtime::StreamOrigin& origin) override;
    void handshake_failed(const runtime::StreamOrigin& origin, std::string_view why) override;
    void accept_failed(std::string_view listener, std::error_code error) override;
    void received(runtime::StreamId id, ByteView bytes) override;
    void coming(runtime::StreamId id) override { core_.expect(ConnectionId{static_cast<std::uint64_t>(id)}); }
    void written(runtime::StreamId id, std::size_t bytes) override;
    void closed(runtime::StreamId id, runtime::StreamEnd end) override;

    std::optional<Instant> http_deadline() const;
    void finish_round(Instant now);
    /// The time with which the round is finished.
    Instant woken();
    /// False: nothing was pending.
    bool flush_pending();
    void flush(ConnectionId id);
    void log_facts();
    /// The files of all listeners, and the access rules, again: each for itself, so that a bad one costs nothing but
    /// its own news.
    void reload();
    void reload_listeners();
    void reload_access();
    /// What the watched files ask for.
    void reload_changed();
    bool stop();

    runtime::EventLoop& loop_;
    Broker& core_;
    StoreDriver& store_;
    AccessDriver* access_ = nullptr;       // null: there are no rules
    runtime::HttpServer* http_ = nullptr;  // null: there is none
    const runtime::Log& log_;
    runtime::RealClock clock_;
    runtime::Heartbeat heartbeat_{clock_.now()};
    std::unique_ptr<runtime::IncomingStreams> streams_;
    std::vector<std::string> bound_;
    std::vector<std::filesystem::path> tls_files_;      // of all listeners
    std::unique_ptr<runtime::FileWatch> tls_watch_;     // null: files are not watched
    std::unique_ptr<runtime::FileWatch> access_watch_;  // the same
    std::vector<ConnectionId> flushing_;                // a copy of pending(), which no input outlives
    OutputBytes output_;                                // of the connection that is being flushed
    bool is_behind_ = false;                            // there was more to flush than one round takes
};

}  // namespace trunkline::broker
