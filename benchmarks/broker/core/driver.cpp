#include "benchmarks/broker/core/driver.hpp"

#include <benchmark/benchmark.h>

namespace trunkline::broker::bench {

std::vector<std::byte> octets_of(const mqtt::Packet& packet) {
    OutputBytes bytes;
    mqtt::encode(packet, mqtt::ProtocolVersion::v5, bytes);
    return {bytes.view().begin(), bytes.view().end()};
}

ConnectionId Driver::connect(std::string_view client_id, bool is_kept) {
    const ConnectionId id{++last_id_};
    broker.opened(id, {"mqtt://127.0.0.1:1883", "127.0.0.1:50412"}, now);
    mqtt::Connect packet;
    packet.client_id = client_id;
    packet.clean_start = !is_kept;
    packet.keep_alive_seconds = 60;
    mqtt::PropertyBuilder properties;
    if (is_kept) properties.number(mqtt::PropertyId::session_expiry_interval, 3600);
    packet.properties = properties.view();
    receive(id, octets_of(packet));
    round();
    return id;
}

void Driver::subscribe(ConnectionId id, std::string_view filter, mqtt::QoS qos) {
    mqtt::SubscriptionRequestBuilder requests;
    requests.add(filter, {.qos = qos});
    mqtt::Subscribe packet;
    packet.packet_id = mqtt::PacketId{1};
    packet.requests = requests.view(mqtt::SubscriptionRequests::Kind::subscribe);
    receive(id, octets_of(packet));
    round();
}

void Driver::cut(ConnectionId id) {
    broker.closed(id, CloseCause::peer_closed, now);
    round();
}

void Driver::round() {
    for (;;) {
        const std::optional<StoreBatch> batch = broker.take_batch();
        if (batch) broker.stored(batch->ticket, now);
        const std::span<const ConnectionId> pending = broker.pending();
        for (const ConnectionId id : pending) {
            OutputBytes out;
            const std::size_t bytes = broker.take_output(id, out);
            benchmark::DoNotOptimize(out.view().data());
            broker.written(id, bytes, now);
        }
        broker.facts_taken();
        if (pending.empty() && !batch) return;
    }
}

}  // namespace trunkline::broker::bench
