#include "broker/core/retained.hpp"

#include <utility>

namespace trunkline::broker {

namespace {

/// What every topic that matches begins with: "a/b" of "a/b/#", which matches "a/b" itself.
std::string_view literal_prefix(std::string_view pattern) {
    const std::size_t wildcard = pattern.find_first_of("+#");
    if (wildcard == std::string_view::npos) return pattern;
    return pattern.substr(0, wildcard == 0 ? 0 : wildcard - 1);
}

}  // namespace

void RetainedMessages::put(Retained retained) {
    by_topic_.erase(retained.message->topic());
    const std::string_view topic = retained.message->topic();
    earliest_expiry_ = earlier(earliest_expiry_, retained.message->expires_at());
    by_topic_.emplace(topic, std::move(retained));
}

bool RetainedMessages::erase(std::string_view topic) { return by_topic_.erase(topic) != 0; }

std::vector<Retained> RetainedMessages::matches(const mqtt::TopicFilter& filter, Instant now,
                                                std::vector<MessagePtr>& expired) {
    std::vector<Retained> found;
    const std::string_view prefix = literal_prefix(filter.pattern());
    for (auto at = by_topic_.lower_bound(prefix); at != by_topic_.end() && at->first.starts_with(prefix);) {
        const Retained& retained = at->second;
        if (!mqtt::topic_matches(filter.pattern(), at->first)) {
            ++at;
        } else if (retained.message->expires_at() && *retained.message->expires_at() <= now) {
            expired.push_back(retained.message);
            at = by_topic_.erase(at);
        } else {
            found.push_back(retained);
            ++at;
        }
    }
    return found;
}

std::vector<Retained> RetainedMessages::after(std::string_view topic, std::size_t limit) const {
    std::vector<Retained> found;
    for (auto at = by_topic_.upper_bound(topic); at != by_topic_.end() && found.size() < limit; ++at)
        found.push_back(at->second);
    return found;
}

std::vector<MessagePtr> RetainedMessages::take_expired(Instant now) {
    std::vector<MessagePtr> expired;
    if (!earliest_expiry_ || *earliest_expiry_ > now) return expired;
    earliest_expiry_.reset();
    for (auto at = by_topic_.begin(); at != by_topic_.end();) {
        const std::optional<Instant> end = at->second.message->expires_at();
        if (end && *end <= now) {
            expired.push_back(at->second.message);
            at = by_topic_.erase(at);
        } else {
            earliest_expiry_ = earlier(earliest_expiry_, end);
            ++at;
        }
    }
    return expired;
}

}  // namespace trunkline::broker
