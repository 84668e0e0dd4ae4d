#pragma once
// A driver for tests: a broker, clients that speak packets, a store that the test lets succeed or fail.

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "broker/core/broker.hpp"
#include "broker/store/ledger.hpp"
#include "protocol/mqtt/codec.hpp"

namespace trunkline::broker::test {

using namespace std::chrono_literals;

/// A packet that a client got, as values that outlive the buffers.
struct Got {
    mqtt::PacketType type{};
    std::string topic;
    std::string payload;
    std::uint16_t id = 0;
    mqtt::QoS qos{};
    bool dup = false;
    bool retain = false;
    bool session_present = false;
    mqtt::ReasonCode reason{};
    std::vector<mqtt::ReasonCode> reasons;
    std::vector<std::byte> octets;  // of the properties
    mqtt::Properties properties() const { return mqtt::Properties::trusted(octets); }
    /// Of a PUBLISH, in their order.
    std::vector<std::uint32_t> subscription_ids() const;
};

/// The payloads of all PUBLISH packets, one after the other.
std::string payloads(const std::vector<Got>& packets);

/// For what both versions must do.
inline constexpr mqtt::ProtocolVersion both_versions[] = {mqtt::ProtocolVersion::v3_1_1, mqtt::ProtocolVersion::v5};

class Driver {
public:
    explicit Driver(Settings settings = {});

    // the world
    WallTime wall() const { return WallTime(now.time_since_epoch() + std::chrono::hours(400'000)); }
    void sleep(Duration duration) {
        now += duration;
        broker.advance(now);
        round();
    }
    /// Crash and restart: what was not applied to the ledger is gone, time on the monotonic line starts again.
    void restart(Duration down = 1s);
    /// From the next restart on.
    void use(Settings settings) { settings_ = settings; }

    // clients
    ConnectionId open();
    ConnectionId open(TransportInfo info);
    ConnectionId open_at(ListenerId listener);
    ConnectionId connect(std::string_view client_id, mqtt::ProtocolVersion version = mqtt::ProtocolVersion::v5,
                         bool clean_start = true, std::uint32_t expiry_seconds = 0);
    /// The same by another listener than the first.
    ConnectionId connect_at(ListenerId listener, std::string_view client_id,
                            mqtt::ProtocolVersion version = mqtt::ProtocolVersion::v5, bool clean_start = true,
                            std::uint32_t expiry_seconds = 0);
    ConnectionId connect_persistent(std::string_view client_id,
                                    mqtt::ProtocolVersion version = mqtt::ProtocolVersion::v5) {
        return connect(client_id, version, false, 3600);
    }
    void send(ConnectionId id, const mqtt::Packet& packet);
    void send_bytes(ConnectionId id, ByteView bytes);
    /// For what is sent and expected without send()ing a CONNECT.
    void set_version(ConnectionId id, mqtt::ProtocolVersion version) { clients_[id].version = version; }
    void subscribe(ConnectionId id, std::string_view filter, mqtt::QoS qos, std::uint16_t packet_id = 1) {
        subscribe(id, filter, mqtt::SubscriptionOptions{.qos = qos}, 0, packet_id);
    }
    /// `subscription_id` 0: none.
    void subscribe(ConnectionId id, std::string_view filter, const mqtt::SubscriptionOptions& options,
                   std::uint32_t subscription_id, std::uint16_t packet_id = 1);
    void unsubscribe(ConnectionId id, std::string_view filter, std::uint16_t packet_id = 1);
    void publish(ConnectionId id, std::string_view topic, std::string_view payload,
                 mqtt::QoS qos = mqtt::QoS::at_most_once, std::uint16_t packet_id = 1);
    void acknowledge(ConnectionId id, std::uint16_t packet_id);
    /// PUBREC, PUBREL or PUBCOMP.
    template <typename P>
    void send_id(ConnectionId id, std::uint16_t packet_id, mqtt::ReasonCode reason = mqtt::ReasonCode::success) {
        P packet;
        packet.packet_id = mqtt::PacketId{packet_id};
        packet.reason = reason;
        send(id, packet);
    }
    /// The peer's socket closes.
    void cut(ConnectionId id);
    /// What the client got since the last call.
    std::vector<Got> take(ConnectionId id) { return std::exchange(clients_[id].got, {}); }
    /// What the client got since the last call, of one kind.
    std::vector<Got> take(ConnectionId id, mqtt::PacketType type);
    /// The octets that the client got since keep_octets() or the last call.
    std::vector<std::byte> take_octets(ConnectionId id) { return std::exchange(*clients_[id].octets, {}); }
    void keep_octets(ConnectionId id) { clients_[id].octets.emplace(); }
    /// Nothing: open.
    std::optional<CloseCause> closed(ConnectionId id) { return clients_[id].closed; }
    /// The client's socket takes nothing until told otherwise.
    void set_stuck(ConnectionId id, bool stuck) { clients_[id].stuck = stuck; }

    // the store
    /// False: batches that are taken stay unanswered until store_now().
    bool store_works = true;
    void store_now();
    void fail_store();
    /// False: what is wanted of queues on disk stays unanswered until it is true again.
    bool store_reads = true;
    /// A row that the store will not believe when it is read.
    std::optional<ArrivalNumber> damaged;
    /// What is wanted of queues on disk cannot be read; it stays wanted.
    void fail_reading();
    bool batch_is_open() const { return writing_.has_value(); }
    const StoreBatch* writing() const { return writing_ ? &*writing_ : nullptr; }

    /// One round as the driver of sockets has it.
    void round();

    /// The facts so far of one kind.
    template <typename F>
    std::vector<F> facts() const {
        std::vector<F> chosen;
        for (const Fact& fact : broker.facts()) {
            if (const F* f = std::get_if<F>(&fact)) chosen.push_back(*f);
        }
        return chosen;
    }

    Instant now{};
    Broker broker;
    Ledger ledger;

private:
    struct Client {
        mqtt::ProtocolVersion version = mqtt::ProtocolVersion::v5;
        std::vector<std::byte> stream;
        std::vector<Got> got;
        std::optional<std::vector<std::byte>> octets;  // if somebody wants them
        std::optional<CloseCause> closed;
        bool stuck = false;
        std::size_t untaken = 0;
    };
    void read_stream(Client& client);
    void load(Store::Visitor& visitor);
    bool read_queues();

    Settings settings_;
    std::uint64_t last_id_ = 0;
    std::map<ConnectionId, Client> clients_;
    std::optional<StoreBatch> writing_;
    std::vector<Fetch> wanted_;
};

}  // namespace trunkline::broker::test
