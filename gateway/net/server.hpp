#pragma once
// The thread that owns the core: carries datagrams between sensors and the core, bytes between the core and the broker.

#include <cstddef>
#include <optional>
#include <string_view>
#include <system_error>
#include <vector>

#include "gateway/core/gateway.hpp"
#include "gateway/net/broker_credentials.hpp"
#include "gateway/net/broker_dialler.hpp"
#include "gateway/net/dial_queue.hpp"
#include "gateway/net/sensor_files.hpp"
#include "gateway/net/sensor_sockets.hpp"
#include "gateway/net/shard_post.hpp"
#include "gateway/net/store_driver.hpp"
#include "gateway/net/trace.hpp"
#include "runtime/http/http_server.hpp"
#include "runtime/log/log.hpp"
#include "runtime/time/heartbeat.hpp"
#include "runtime/time/real_clock.hpp"
#include "runtime/transport/errands.hpp"
#include "runtime/transport/event_loop.hpp"
#include "runtime/transport/tcp_streams.hpp"
#include "runtime/transport/url.hpp"

namespace trunkline::gateway {

/// Where sensors are and where the broker is.
struct Endpoints {
    std::vector<SensorListener> listen;
    BrokerAddresses brokers;
    CredentialSettings credentials = {};
    std::optional<runtime::Url> discovery = std::nullopt;  // the group of the core's settings; none: no discovery
};

/// Drives one gateway core by sockets. It decides nothing about MQTT-SN: that is the core's.
class Server : private runtime::StreamEvents, private SensorEvents {
public:
    /// Binds the sockets; throws runtime::StartError. The core has been restored. Everything outlives the server.
    Server(runtime::EventLoop& loop, Gateway& core, StoreDriver& store, const Endpoints& endpoints,
           const runtime::Log& log, const runtime::PortShare& share = {});
    ~Server() override;

    // Before the first round; each outlives the server.
    /// Whose files decide who may do what.
    void guard_with(SensorFiles& files) { sensor_files_ = &files; }
    /// A server whose time is looked after.
    void look_after(runtime::HttpServer& http) { http_ = &http; }
    /// Who is shown what sensors and broker say.
    void show_to(Trace& trace) { trace_ = &trace; }
    /// What other threads want to be done here.
    void do_errands(runtime::Errands& errands) { errands_ = &errands; }

    /// By whom it has datagrams from other shards, and they have theirs.
    void share_with(ShardPost& post) { post_ = &post; }

    /// Where sensors are listened to, as bound.
    std::vector<runtime::Url> bound() const { return sensors_.bound(); }
    SocketFigures socket_figures() const;

    /// One round: delivers what has arrived, waiting for it if need be; then everything that it changed leaves
    /// together.
    void round();
    /// Rounds until the loop is asked to stop, then a clean end: the broker gets a DISCONNECT for each sensor, the last
    /// batch becomes durable. False: the store did not take it in time.
    [[nodiscard]] bool run();

private:
    runtime::StreamId accepted(const runtime::StreamOrigin& origin) override;
    void accept_failed(std::string_view listener, std::error_code error) override;
    void connected(runtime::StreamId id) override;
    void received(runtime::StreamId id, ByteView bytes) override;
    void written(runtime::StreamId id, std::size_t bytes) override;
    void closed(runtime::StreamId id, runtime::StreamEnd end) override;
    void datagram(const Address& from, std::string_view name, ByteView octets) override;
    void group_datagram(ByteView octets) override;
    void claimed(Way way, std::string_view name, Instant now) override;

    void take_mail();
    void reload_files();
    std::optional<Instant> http_deadline() const;
    bool is_traced() const { return trace_ != nullptr && trace_->is_on(); }
    void finish_round(Instant now);
    /// The time with which the round is finished.
    Instant woken();
    void serve_upstreams(Instant now);
    void send_output(UpstreamId id);
    void send_datagrams();
    void log_facts();
    bool stop();

    runtime::EventLoop& loop_;
    Gateway& core_;
    StoreDriver& store_;
    const runtime::Log& log_;
    BrokerDialler brokers_;
    BrokerCredentials credentials_;
    SensorFiles* sensor_files_ = nullptr;  // null: there are no rules
    runtime::HttpServer* http_ = nullptr;  // null: there is none
    Trace* trace_ = nullptr;               // null: nobody looks
    runtime::Errands* errands_ = nullptr;  // null: there are none
    ShardPost* post_ = nullptr;            // null: there is one shard
    runtime::RealClock clock_;
    runtime::Heartbeat heartbeat_{clock_.now()};
    SensorSockets sensors_;
    runtime::TcpStreams upstreams_;
    DialQueue to_dial_;
    std::vector<UpstreamId> sending_;  // a copy of pending(), which no input outlives
    OutputBytes output_;               // of the connection that is being served
    DatagramBatch batch_;              // of the round
};

}  // namespace trunkline::gateway
