#include "broker/core/match_cache.hpp"

#include "benchmarks/support/measure.hpp"

namespace trunkline::broker {

namespace {

using bench::per_message;

std::vector<std::string> topics_of(int count) {
    std::vector<std::string> topics;
    for (int n = 0; n < count; ++n)
        topics.push_back("line/ps-" + std::to_string(n / 10) + "/pt/" + std::to_string(n % 10));
    return topics;
}

/// Sensors publish to the same topics again and again.
void known_topic(benchmark::State& state) {
    const std::vector<std::string> topics = topics_of(static_cast<int>(state.range(0)));
    TopicTrie trie;
    trie.put("line/#", SessionSlot{0}, {});
    MatchCache cache;
    for (const std::string& topic : topics) cache.matches(topic, trie);
    std::size_t next = 0;
    per_message(state, [&] {
        benchmark::DoNotOptimize(cache.matches(topics[next], trie).sessions.size());
        next = next + 1 == topics.size() ? 0 : next + 1;
    });
}
BENCHMARK(known_topic)->ArgName("topics")->Arg(1)->Arg(1'000)->Arg(50'000);

/// The worst case: a wildcard subscription comes or goes before every message.
void known_topic_after_a_wildcard_changed(benchmark::State& state) {
    TopicTrie trie;
    for (std::uint32_t n = 0; n < 10; ++n) trie.put("line/+/pt/+", SessionSlot{n}, {});
    MatchCache cache;
    const auto changed = mqtt::TopicFilter::parse("other/#");
    per_message(state, [&] {
        cache.filter_changed(*changed);
        benchmark::DoNotOptimize(cache.matches("line/ps-7/pt/3", trie).sessions.size());
    });
}
BENCHMARK(known_topic_after_a_wildcard_changed);

void held_by_a_topic(benchmark::State& state) {
    TopicTrie trie;
    trie.put("line/#", SessionSlot{0}, {});
    bench::bytes_each(state, 10'000, [&trie](std::uint64_t count) {
        MatchCache cache;
        for (const std::string& topic : topics_of(static_cast<int>(count))) cache.matches(topic, trie);
        return cache;
    });
}
BENCHMARK(held_by_a_topic)->Iterations(1);

}  // namespace

}  // namespace trunkline::broker
