#include "broker/core/match_cache.hpp"

#include <algorithm>

namespace trunkline::broker {

std::span<const Match> MatchCache::matches(std::string_view topic, TopicTrie& trie) {
    auto found = topics_.find(topic);
    if (found == topics_.end()) {
        if (topics_.size() >= topic_limit) topics_.clear();
        found = topics_.emplace(std::string(topic), Entry()).first;
    }
    Entry& entry = found->second;
    if (entry.generation != generation_) {
        compute(topic, trie, entry.matches);
        entry.generation = generation_;
    }
    return entry.matches;
}

void MatchCache::filter_changed(const mqtt::TopicFilter& filter) {
    if (filter.has_wildcard()) {
        ++generation_;
        return;
    }
    const auto found = topics_.find(filter.pattern());
    if (found != topics_.end()) found->second.generation = 0;
}

void MatchCache::compute(std::string_view topic, TopicTrie& trie, std::vector<Match>& matches) {
    subscribers_.clear();
    trie.match(topic, subscribers_);
    // Subscriptions of one session may come in any order: what is made of them does not depend on it.
    std::sort(subscribers_.begin(), subscribers_.end(),
              [](const Subscriber& a, const Subscriber& b) { return a.session < b.session; });
    matches.clear();
    for (const Subscriber& subscriber : subscribers_) {
        const mqtt::SubscriptionOptions& options = subscriber.options;
        if (matches.empty() || matches.back().session != subscriber.session)
            matches.push_back({subscriber.session, options.qos, std::nullopt, false});
        Match& match = matches.back();
        match.qos = std::max(match.qos, options.qos);
        if (!options.no_local) match.own_qos = std::max(match.own_qos.value_or(options.qos), options.qos);
        match.retain_as_published = match.retain_as_published || options.retain_as_published;
    }
    matches.shrink_to_fit();
}

}  // namespace trunkline::broker
