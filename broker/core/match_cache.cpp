#include "broker/core/match_cache.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "broker/core/subscription_ids.hpp"

namespace trunkline::broker {

namespace {

/// Results that a new one is compared with before it is kept for itself.
constexpr std::size_t compared = 8;

void add_to(Grant& grant, mqtt::PropertyBuilder& ids, const Subscriber& subscription) {
    grant.qos = std::max(grant.qos, subscription.options.qos);
    grant.retain_as_published = grant.retain_as_published || subscription.options.retain_as_published;
    add_subscription_id(ids, subscription.id);
}

}  // namespace

Matches MatchCache::matches(std::string_view topic, TopicTrie& trie) {
    Topic& known = topic_of(topic);
    if (known.generation != generation_) {
        known.result = place_of(compute(topic, trie));
        known.generation = generation_;
    }
    const Result& result = results_[known.result];
    return {result.sessions, result.groups};
}

void MatchCache::filter_changed(const mqtt::TopicFilter& filter) {
    if (filter.has_wildcard()) {
        ++generation_;
        return;
    }
    const std::unique_ptr<Topic>* found = topics_.find(HashedText(filter.pattern()));
    if (found != nullptr) (*found)->generation = 0;
}

MatchCache::Topic& MatchCache::topic_of(std::string_view text) {
    HashedText key(text);
    if (const std::unique_ptr<Topic>* found = topics_.find(key)) return **found;
    if (topics_.size() >= limit_) topics_.clear();
    auto added = std::make_unique<Topic>(text);
    Topic& topic = *added;
    key.text = topic.text;
    topics_.add(key, std::move(added));
    return topic;
}

/// Where a result like this is found, among the last ones; else it is entered.
std::size_t MatchCache::place_of(Result result) {
    if (std::exchange(results_generation_, generation_) != generation_) results_.clear();
    const std::size_t oldest = results_.size() - std::min(results_.size(), compared);
    for (std::size_t place = results_.size(); place-- > oldest;) {
        if (results_[place].sessions == result.sessions && results_[place].groups == result.groups) return place;
    }
    // Plain filters that come and go leave results behind that no topic has any more.
    if (results_.size() >= limit_) ++generation_;
    if (std::exchange(results_generation_, generation_) != generation_) results_.clear();
    results_.push_back(std::move(result));
    return results_.size() - 1;
}

MatchCache::Result MatchCache::compute(std::string_view topic, TopicTrie& trie) {
    subscribers_.clear();
    trie.match(topic, subscribers_);
    // In what order the trie finds the subscriptions of one session is told to its client: by the identifiers.
    std::sort(subscribers_.begin(), subscribers_.end(), [](const Subscriber& a, const Subscriber& b) {
        return std::tuple(a.key(), a.id) < std::tuple(b.key(), b.id);
    });
    Result result;
    const std::span<const Subscriber> all(subscribers_);
    for (std::size_t first = 0, end = 0; first < all.size(); first = end) {
        const auto key = all[first].key();
        end = first + 1;
        if (key.first != no_group) {
            result.groups.push_back(key.first);
            continue;
        }
        if (overlaps_ == Overlaps::merged)
            while (end < all.size() && all[end].key() == key) ++end;
        result.sessions.push_back(match_of(all.subspan(first, end - first)));
    }
    result.sessions.shrink_to_fit();
    return result;
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
