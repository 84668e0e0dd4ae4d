#pragma once
// What the sensors of one shard share. They hold no reference to it: each input brings it along.

#include <utility>
#include <variant>
#include <vector>

#include "gateway/core/broker_version.hpp"
#include "gateway/core/datagram_batch.hpp"
#include "gateway/core/durability.hpp"
#include "gateway/core/facts.hpp"
#include "gateway/core/open_rate.hpp"
#include "gateway/core/predefined_topics.hpp"
#include "gateway/core/settings.hpp"
#include "gateway/core/upstream_connections.hpp"
#include "protocol/mqttsn/codec.hpp"

namespace trunkline::gateway {

struct Shard {
    explicit Shard(Settings wanted)
        : settings(std::move(wanted)),
          predefined(settings.predefined_topics),
          durability(settings.is_durable),
          broker_version(settings.upstream_version),
          reopen_rate(settings.upstream_reopens_per_second) {}

    void send(const Address& to, const mqttsn::Message& message) {
        mqttsn::encode_into(message, datagrams.extend(to, mqttsn::encoded_size(message)));
        ++counters.datagrams_sent;
    }
    /// More waits for the disk than is good: nobody may add to it.
    bool is_behind() const { return durability.open_operations() >= settings.maximum_unstored_operations; }
    void send_encoded(const Address& to, ByteView datagram) {
        datagrams.append(to, datagram);
        ++counters.datagrams_sent;
    }
    /// Nearly always false: for tests of whoever has to notice.
    bool breaks(GatewayPromise promise) { return settings.defect != nullptr && settings.defect->strikes(promise); }
    void tell(Fact fact) { facts.push_back(std::move(fact)); }

    Settings settings;
    PredefinedTopics predefined;
    Counters counters;
    std::vector<Fact> facts;
    DatagramBatch datagrams;
    UpstreamConnections connections;
    Durability durability;
    BrokerVersion broker_version;
    OpenRate reopen_rate;
    std::size_t stored_message_bytes = 0;  // of all sensors' backlogs
};

}  // namespace trunkline::gateway
