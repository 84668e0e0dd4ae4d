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
    Lists& all = all_.get();
    std::erase(all.ended, subscription.filter);
    const auto known = std::find_if(all.made.begin(), all.made.end(),
                                    [&](const Subscription& made) { return made.filter == subscription.filter; });
    if (known == all.made.end()) {
        all.made.push_back(subscription);
        return true;
    }
    return std::exchange(known->qos, subscription.qos) != subscription.qos;
}

bool Subscriptions::remove(std::string_view filter) {
    return all_ && std::erase_if(all_->made, [&](const Subscription& made) { return made.filter == filter; }) != 0;
}

void Subscriptions::end(std::string_view filter, std::size_t limit) {
    remove(filter);
    std::vector<std::string>& ended = all_.get().ended;
    if (limit == 0 || std::find(ended.begin(), ended.end(), filter) != ended.end()) return;
    if (ended.size() >= limit) ended.erase(ended.begin());
    ended.emplace_back(filter);
}

bool Subscriptions::contains(std::string_view filter) const {
    const std::span<const Subscription> all = made();
    return std::any_of(all.begin(), all.end(), [&](const Subscription& made) { return made.filter == filter; });
}

bool Subscriptions::is_unwanted(std::string_view topic) const {
    if (!all_) return false;
    const auto ends = [&](const std::string& ended) { return matches(ended, topic); };
    const auto wants = [&](const Subscription& made) { return matches(made.filter, topic); };
    return std::any_of(all_->ended.begin(), all_->ended.end(), ends) &&
           std::none_of(all_->made.begin(), all_->made.end(), wants);
}

}  // namespace trunkline::gateway
