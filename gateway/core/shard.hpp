#pragma once
// What the sensors of one shard share. They hold no reference to it: each input brings it along.

#include <algorithm>
#include <cstddef>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "gateway/core/brokers.hpp"
#include "gateway/core/credentials.hpp"
#include "gateway/core/durability.hpp"
#include "gateway/core/facts.hpp"
#include "gateway/core/forwarded_nodes.hpp"
#include "gateway/core/open_rate.hpp"
#include "gateway/core/predefined_topics.hpp"
#include "gateway/core/sensor_rules.hpp"
#include "gateway/core/settings.hpp"
#include "gateway/core/spare_connections.hpp"
#include "gateway/core/upstream_connections.hpp"
#include "protocol/base/datagram_batch.hpp"
#include "protocol/base/latency_histogram.hpp"
#include "protocol/mqttsn/codec.hpp"
#include "protocol/mqttsn/forwarding.hpp"

namespace trunkline::gateway {

class SharedConnection;

struct Shard {
    explicit Shard(Settings wanted);
    ~Shard();

    void send(const Address& to, const mqttsn::Message& message) {
        if (ForwardedNodes::is_node(to)) [[unlikely]]
            return send_encoded(to, mqttsn::encode(message), message.index());
        mqttsn::encode_into(message, datagrams.extend(to, mqttsn::encoded_size(message)));
        ++counters.datagrams_sent;
        ++counters.sent_by_type[message.index()];
    }
    /// More waits for the disk than is good: nobody may add to it.
    bool is_behind() const { return durability.open_operations() >= settings.maximum_unstored_operations; }
    /// `type`: the message's place in mqttsn::message_table.
    void send_encoded(const Address& to, ByteView datagram, std::size_t type) {
        ++counters.sent_by_type[type];
        if (ForwardedNodes::is_node(to)) return send_through_forwarder(to, datagram);
        datagrams.append(to, datagram);
        ++counters.datagrams_sent;
    }
    /// Octets that a datagram to this address needs besides its message (§5.5).
    std::size_t overhead(const Address& to) const {
        const Origin* node = ForwardedNodes::is_node(to) ? nodes.find(to) : nullptr;
        return node == nullptr ? 0 : mqttsn::encapsulation_size(node->wireless_node_id.size());
    }
    Origin origin(const Address& address) const {
        const Origin* node = ForwardedNodes::is_node(address) ? nodes.find(address) : nullptr;
        return node == nullptr ? Origin{address, {}} : *node;
    }
    /// Nearly always false: for tests of whoever has to notice.
    bool breaks(GatewayPromise promise) { return settings.defect != nullptr && settings.defect->strikes(promise); }
    void tell(Fact fact) { facts.push_back(std::move(fact)); }
    void refused(SensorRefused fact) {
        ++counters.refused_for[static_cast<std::size_t>(fact.cause)];
        tell(std::move(fact));
    }

    Settings settings;
    PredefinedTopics predefined;
    Counters counters;
    std::vector<Fact> facts;
    ForwardedNodes nodes;
    DatagramBatch datagrams;
    UpstreamConnections connections;
    SpareConnections spares;
    std::vector<std::unique_ptr<SharedConnection>> shared;  // of sensors in aggregating mode, who each belong to one
    bool shared_is_changed = false;                         // one of them has outputs, or another deadline
    std::size_t queued_octets = 0;                          // that these keep for sensors: topics and payloads
    Durability durability;
    Brokers brokers;
    CredentialBook credentials;
    OpenRate reopen_rate;
    std::size_t stored_message_bytes = 0;  // of all sensors' backlogs
    std::size_t stored_messages = 0;       // the same, counted
    std::shared_ptr<const SensorRules> rules = std::make_shared<const SensorRules>();
    LatencyHistogram sensor_round_trips;  // from the first copy of what expects an answer to the answer
    LatencyHistogram broker_round_trips;  // from PUBLISH of QoS 1 to the broker to its PUBACK

private:
    /// The answer has the Wireless Node Id of the question (§5.5).
    void send_through_forwarder(const Address& to, ByteView message) {
        const Origin* node = nodes.find(to);
        if (node == nullptr) {  // it was heard too long ago
            ++counters.answers_dropped;
            return;
        }
        const std::size_t header = mqttsn::encapsulation_size(node->wireless_node_id.size());
        const std::span<std::byte> out = datagrams.extend(node->address, header + message.size());
        mqttsn::write_encapsulation(0, node->wireless_node_id, out.first(header));
        std::copy(message.begin(), message.end(), out.begin() + static_cast<std::ptrdiff_t>(header));
        ++counters.datagrams_sent;
    }
};

}  // namespace trunkline::gateway
