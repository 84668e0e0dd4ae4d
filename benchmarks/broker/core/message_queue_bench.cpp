#include "broker/core/message_queue.hpp"

#include "benchmarks/support/measure.hpp"

namespace trunkline::broker {

namespace {

using bench::per_message;

MessagePtr reading() {
    Message::Parts parts;
    parts.topic = "line/ps-07/pt/3";
    parts.payload = as_byte_view("{\"seq\":4711,\"t\":1768456800,\"pt\":62.13}");
    return Message::make(parts);
}

QueueEntry entry_of(const MessagePtr& message, std::uint64_t sequence) {
    QueueEntry entry;
    entry.message = message;
    entry.sequence = sequence;
    return entry;
}

mqtt::PacketId packet_id_of(std::uint64_t sequence) { return entry_of({}, sequence).packet_id(); }

void make_message(benchmark::State& state) {
    per_message(state, [] {
        const MessagePtr message = reading();
        benchmark::DoNotOptimize(*message);
    });
}
BENCHMARK(make_message);

/// A subscriber that keeps up, with so many messages in flight.
void trickle(benchmark::State& state) {
    const MessagePtr message = reading();
    MessageQueue queue;
    std::uint64_t sequence = 0;
    const auto send = [&] {
        queue.push(entry_of(message, sequence++));
        benchmark::DoNotOptimize(queue.next_to_send());
        queue.sent_next();
    };
    for (std::int64_t n = 1; n < state.range(0); ++n) send();
    per_message(state, [&] {
        send();
        const std::uint64_t oldest = sequence - static_cast<std::uint64_t>(state.range(0));
        benchmark::DoNotOptimize(queue.acknowledged(packet_id_of(oldest)));
    });
}
BENCHMARK(trickle)->ArgName("in_flight")->Arg(1)->Arg(100);

/// A subscriber was away: so many messages wait, then all are sent, 100 in flight at a time.
void fill_and_empty(benchmark::State& state) {
    constexpr std::size_t window = 100;
    const MessagePtr message = reading();
    const auto count = static_cast<std::uint64_t>(state.range(0));
    per_message(state, count, [&] {
        MessageQueue queue;
        for (std::uint64_t sequence = 0; sequence < count; ++sequence) queue.push(entry_of(message, sequence));
        std::uint64_t oldest = 0;
        while (!queue.empty()) {
            while (queue.in_flight() < window && queue.next_to_send() != nullptr) queue.sent_next();
            benchmark::DoNotOptimize(queue.acknowledged(packet_id_of(oldest++)));
        }
    });
}
BENCHMARK(fill_and_empty)->ArgName("messages")->Arg(100)->Arg(10'000);

/// The message itself is shared, and not counted here.
void held_by_a_waiting_message(benchmark::State& state) {
    const MessagePtr message = reading();
    bench::bytes_each(state, 8'192, [&message](std::uint64_t count) {
        MessageQueue queue;
        for (std::uint64_t sequence = 0; sequence < count; ++sequence) queue.push(entry_of(message, sequence));
        return queue;
    });
}
BENCHMARK(held_by_a_waiting_message)->Iterations(1);

}  // namespace

}  // namespace trunkline::broker
