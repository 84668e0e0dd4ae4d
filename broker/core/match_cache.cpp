#include "broker/core/match_cache.hpp"

#include <algorithm>
#include <tuple>

#include "broker/core/subscription_ids.hpp"

namespace trunkline::broker {

namespace {

void add_to(Grant& grant, mqtt::PropertyBuilder& ids, const Subscriber& subscription) {
    grant.qos = std::max(grant.qos, subscription.options.qos);
    grant.retain_as_published = grant.retain_as_published || subscription.options.retain_as_published;
    add_subscription_id(ids, subscription.id);
}

}  // namespace

Matches MatchCache::matches(std::string_view topic, TopicTrie& trie) {
    auto found = topics_.find(topic);
    if (found == topics_.end()) {
        if (topics_.size() >= topic_limit) topics_.clear();
        found = topics_.emplace(std::string(topic), Entry()).first;
    }
    Entry& entry = found->second;
    if (entry.generation != generation_) {
        compute(topic, trie, entry);
        entry.generation = generation_;
    }
    return {entry.sessions, entry.groups};
}

void MatchCache::filter_changed(const mqtt::TopicFilter& filter) {
    if (filter.has_wildcard()) {
        ++generation_;
        return;
    }
    const auto found = topics_.find(filter.pattern());
    if (found != topics_.end()) found->second.generation = 0;
}

void MatchCache::compute(std::string_view topic, TopicTrie& trie, Entry& entry) {
    subscribers_.clear();
    trie.match(topic, subscribers_);
    // In what order the trie finds the subscriptions of one session is told to its client: by the identifiers.
    std::sort(subscribers_.begin(), subscribers_.end(), [](const Subscriber& a, const Subscriber& b) {
        return std::tuple(a.key(), a.id) < std::tuple(b.key(), b.id);
    });
    entry = Entry();
    const std::span<const Subscriber> all(subscribers_);
    for (std::size_t first = 0, end = 0; first < all.size(); first = end) {
        const auto key = all[first].key();
        end = first + 1;
        if (key.first != no_group) {
            entry.groups.push_back(key.first);
            continue;
        }
        if (overlaps_ == Overlaps::merged)
            while (end < all.size() && all[end].key() == key) ++end;
        entry.sessions.push_back(match_of(all.subspan(first, end - first)));
    }
    entry.sessions.shrink_to_fit();
}

Match MatchCache::match_of(std::span<const Subscriber> subscriptions) const {
    Match match;
    match.session = subscriptions.front().session;
    match.has_own = false;
    mqtt::PropertyBuilder ids;
    mqtt::PropertyBuilder own_ids;
    for (const Subscriber& subscription : subscriptions) {
        const mqtt::SubscriptionOptions& options = subscription.options;
        add_to(match.grant, ids, subscription);
        if (options.no_local) continue;
        match.has_own = true;
        add_to(match.own, own_ids, subscription);
    }
    match.grant.subscription_ids = SharedOctets(ids.view().octets());
    const bool same = own_ids.view().octets().size() == ids.view().octets().size();
    match.own.subscription_ids = same ? match.grant.subscription_ids : SharedOctets(own_ids.view().octets());
    return match;
}

}  // namespace trunkline::broker
