#include "broker/core/topic_trie.hpp"

#include "benchmarks/support/measure.hpp"

namespace trunkline::broker {

namespace {

using bench::per_message;

std::string topic_of(int station, int sensor) {
    return "line/ps-" + std::to_string(station) + "/pt/" + std::to_string(sensor);
}

/// One subscription to each of `filters` topics, ten sensors a station, and of each wildcard shape one.
TopicTrie trie_of(int filters) {
    TopicTrie trie;
    std::uint32_t session = 0;
    for (int n = 0; n < filters; ++n) trie.put(topic_of(n / 10, n % 10), SessionSlot{session++}, {});
    for (const char* pattern : {"line/#", "line/+/pt/+", "+/ps-1/#", "#"})
        trie.put(pattern, SessionSlot{session++}, {});
    return trie;
}

/// Every topic in turn: five subscriptions match, or six at one station.
void match(benchmark::State& state) {
    const auto filters = static_cast<int>(state.range(0));
    TopicTrie trie = trie_of(filters);
    std::vector<std::string> topics;
    for (int n = 0; n < filters; ++n) topics.push_back(topic_of(n / 10, n % 10));
    std::vector<Subscriber> found;
    std::size_t next = 0;
    per_message(state, [&] {
        found.clear();
        trie.match(topics[next], found);
        next = next + 1 == topics.size() ? 0 : next + 1;
        benchmark::DoNotOptimize(found.data());
    });
}
BENCHMARK(match)->ArgName("filters")->Arg(100)->Arg(10'000);

void put_and_erase(benchmark::State& state) {
    TopicTrie trie = trie_of(static_cast<int>(state.range(0)));
    per_message(state, [&] {
        trie.put("line/ps-3/valve/1", SessionSlot{0}, {});
        trie.erase("line/ps-3/valve/1", SessionSlot{0});
    });
}
BENCHMARK(put_and_erase)->ArgName("filters")->Arg(10'000);

void held_by_a_filter(benchmark::State& state) {
    bench::bytes_each(state, 10'000, [](std::uint64_t count) { return trie_of(static_cast<int>(count)); });
}
BENCHMARK(held_by_a_filter)->Iterations(1);

}  // namespace

}  // namespace trunkline::broker
