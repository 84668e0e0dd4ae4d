#include "protocol/mqtt/codec.hpp"

#include "benchmarks/support/measure.hpp"

namespace trunkline::mqtt {

namespace {

using bench::per_message;

constexpr std::string_view topic = "line/ps-07/pt/3";
constexpr std::size_t any_size = 1U << 20U;

Publish reading(QoS qos, ByteView payload) {
    Publish packet;
    packet.topic = topic;
    packet.qos = qos;
    if (qos != QoS::at_most_once) packet.packet_id = PacketId{7};
    packet.payload = payload;
    return packet;
}

/// `per_read` packets as they lie in the buffer after one read of the socket.
std::vector<std::byte> stream_of(const Packet& packet, int per_read) {
    OutputBytes bytes;
    for (int n = 0; n < per_read; ++n) encode(packet, ProtocolVersion::v5, bytes);
    return {bytes.view().begin(), bytes.view().end()};
}

void decode_all(benchmark::State& state, const Packet& packet) {
    constexpr int per_read = 16;
    const std::vector<std::byte> octets = stream_of(packet, per_read);
    FrameStream stream(any_size);
    per_message(state, per_read, [&] {
        stream.feed(octets);
        while (const auto frame = stream.next()) {
            auto decoded = decode(**frame, ProtocolVersion::v5);
            benchmark::DoNotOptimize(decoded);
        }
    });
}

void decode_publish(benchmark::State& state) {
    const std::vector<std::byte> payload(static_cast<std::size_t>(state.range(1)), std::byte{'7'});
    decode_all(state, reading(static_cast<QoS>(state.range(0)), payload));
}
BENCHMARK(decode_publish)->ArgNames({"qos", "payload"})->Args({0, 64})->Args({1, 64})->Args({1, 4096});

void decode_publish_with_properties(benchmark::State& state) {
    PropertyBuilder properties;
    properties.number(PropertyId::message_expiry_interval, 3600)
        .text(PropertyId::content_type, "application/json")
        .user_property("station", "ps-07");
    Publish packet = reading(QoS::at_least_once, as_byte_view(topic));
    packet.properties = properties.view();
    decode_all(state, packet);
}
BENCHMARK(decode_publish_with_properties);

void decode_puback(benchmark::State& state) { decode_all(state, PubAck{PacketId{7}, ReasonCode::success, {}}); }
BENCHMARK(decode_puback);

/// Each packet comes in two reads: its beginning is kept until the rest is there.
void decode_publish_in_two_reads(benchmark::State& state) {
    const std::vector<std::byte> payload(64, std::byte{'7'});
    const std::vector<std::byte> octets = stream_of(reading(QoS::at_least_once, payload), 1);
    const ByteView first = ByteView(octets).first(octets.size() / 2);
    const ByteView second = ByteView(octets).subspan(octets.size() / 2);
    FrameStream stream(any_size);
    per_message(state, [&] {
        for (const ByteView part : {first, second}) {
            stream.feed(part);
            while (const auto frame = stream.next()) {
                auto decoded = decode(**frame, ProtocolVersion::v5);
                benchmark::DoNotOptimize(decoded);
            }
        }
    });
}
BENCHMARK(decode_publish_in_two_reads);

/// Into a buffer that is sent after so many packets, and freed then.
void encode_publish(benchmark::State& state) {
    const std::vector<std::byte> payload(64, std::byte{'7'});
    const Publish packet = reading(static_cast<QoS>(state.range(0)), payload);
    const auto per_write = static_cast<std::uint64_t>(state.range(1));
    OutputBytes bytes;
    per_message(state, per_write, [&] {
        for (std::uint64_t n = 0; n < per_write; ++n) encode(packet, ProtocolVersion::v5, bytes);
        bytes.consume(bytes.size());
    });
}
BENCHMARK(encode_publish)->ArgNames({"qos", "per_write"})->Args({0, 1})->Args({1, 1})->Args({1, 16});

void encode_puback(benchmark::State& state) {
    const Packet packet = PubAck{PacketId{7}, ReasonCode::success, {}};
    OutputBytes bytes;
    per_message(state, [&] {
        encode(packet, ProtocolVersion::v5, bytes);
        bytes.consume(bytes.size());
    });
}
BENCHMARK(encode_puback);

}  // namespace

}  // namespace trunkline::mqtt
