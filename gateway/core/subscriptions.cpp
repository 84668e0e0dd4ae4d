#include "gateway/core/subscriptions.hpp"

#include <utility>

#include "protocol/mqtt/topic_filter.hpp"

namespace trunkline::gateway {

namespace {

bool matches(const std::string& filter, std::string_view topic) {
    const auto parsed = mqtt::TopicFilter::parse(filter);
    return parsed && mqtt::topic_matches(parsed->pattern(), topic);
}

}  // namespace

bool Subscriptions::put(const Subscription& subscription) {
    std::erase(ended_, subscription.filter);
    const auto known = std::find_if(made_.begin(), made_.end(),
                                    [&](const Subscription& made) { return made.filter == subscription.filter; });
    if (known == made_.end()) {
        made_.push_back(subscription);
        return true;
    }
    return std::exchange(known->qos, subscription.qos) != subscription.qos;
}

bool Subscriptions::remove(std::string_view filter) {
    return std::erase_if(made_, [&](const Subscription& made) { return made.filter == filter; }) != 0;
}

void Subscriptions::end(std::string_view filter, std::size_t limit) {
    remove(filter);
    if (limit == 0 || std::find(ended_.begin(), ended_.end(), filter) != ended_.end()) return;
    if (ended_.size() >= limit) ended_.erase(ended_.begin());
    ended_.emplace_back(filter);
}

bool Subscriptions::contains(std::string_view filter) const {
    return std::any_of(made_.begin(), made_.end(), [&](const Subscription& made) { return made.filter == filter; });
}

bool Subscriptions::is_unwanted(std::string_view topic) const {
    const auto ends = [&](const std::string& ended) { return matches(ended, topic); };
    const auto wants = [&](const Subscription& made) { return matches(made.filter, topic); };
    return std::any_of(ended_.begin(), ended_.end(), ends) && std::none_of(made_.begin(), made_.end(), wants);
}

}  // namespace trunkline::gateway
