#include "protocol/mqttsn/codec.hpp"

#include <array>

#include "benchmarks/support/measure.hpp"

namespace trunkline::mqttsn {

namespace {

using bench::per_message;

Publish reading(ByteView payload) {
    return {.qos = QoS::at_least_once, .topic_id = TopicId{3}, .msg_id = MsgId{7}, .data = payload};
}

void decode_one(benchmark::State& state, const Message& message) {
    const std::vector<std::byte> datagram = encode(message);
    per_message(state, [&] {
        auto decoded = decode(datagram);
        benchmark::DoNotOptimize(decoded);
    });
}

/// 512 octets need the long form of the length (§5.2.1).
void decode_publish(benchmark::State& state) {
    const std::vector<std::byte> payload(static_cast<std::size_t>(state.range(0)), std::byte{'7'});
    decode_one(state, reading(payload));
}
BENCHMARK(decode_publish)->ArgName("payload")->Arg(64)->Arg(512);

void decode_puback(benchmark::State& state) { decode_one(state, PubAck{.topic_id = TopicId{3}, .msg_id = MsgId{7}}); }
BENCHMARK(decode_puback);

void decode_connect(benchmark::State& state) {
    decode_one(state, Connect{.clean_session = true, .duration_seconds = 60, .client_id = "pt-ps-07-3"});
}
BENCHMARK(decode_connect);

/// As the gateway does: measured, then written into a buffer that is there.
void encode_publish(benchmark::State& state) {
    const std::vector<std::byte> payload(static_cast<std::size_t>(state.range(0)), std::byte{'7'});
    const Message message = reading(payload);
    std::array<std::byte, 1024> buffer{};
    per_message(state, [&] {
        encode_into(message, std::span(buffer).first(encoded_size(message)));
        benchmark::DoNotOptimize(buffer);
    });
}
BENCHMARK(encode_publish)->ArgName("payload")->Arg(64)->Arg(512);

/// As the client role does: a datagram of its own.
void encode_publish_as_datagram(benchmark::State& state) {
    const std::vector<std::byte> payload(64, std::byte{'7'});
    const Message message = reading(payload);
    per_message(state, [&] {
        auto datagram = encode(message);
        benchmark::DoNotOptimize(datagram);
    });
}
BENCHMARK(encode_publish_as_datagram);

}  // namespace

}  // namespace trunkline::mqttsn
