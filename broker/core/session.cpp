#include "broker/core/session.hpp"

#include <algorithm>

namespace trunkline::broker {

namespace {

auto place_of(std::vector<Subscription>& subscriptions, std::string_view filter) {
    return std::lower_bound(
        subscriptions.begin(), subscriptions.end(), filter,
        [](const Subscription& subscription, std::string_view wanted) { return subscription.filter < wanted; });
}

}  // namespace

Subscription* Session::find_subscription(std::string_view filter) {
    const auto place = place_of(subscriptions, filter);
    return place != subscriptions.end() && place->filter == filter ? &*place : nullptr;
}

void Session::put_subscription(std::string_view filter, const mqtt::SubscriptionOptions& options, SubscriptionId given) {
    if (Subscription* known = find_subscription(filter)) {
        known->options = options;
        known->id = given;
    } else {
        subscriptions.insert(place_of(subscriptions, filter), {std::string(filter), options, given});
    }
}

bool Session::erase_subscription(std::string_view filter) {
    const auto place = place_of(subscriptions, filter);
    if (place == subscriptions.end() || place->filter != filter) return false;
    subscriptions.erase(place);
    return true;
}

std::span<const Subscription> Session::shared_subscriptions() const {
    const auto before = [](const Subscription& subscription, std::string_view text) {
        return subscription.filter < text;
    };
    const auto first = std::lower_bound(subscriptions.begin(), subscriptions.end(), "$share/", before);
    const auto end = std::lower_bound(first, subscriptions.end(), "$share0", before);  // '0' comes next after '/'
    return {first, end};
}

SessionRecord Session::record(const WallClock& clock) const {
    SessionRecord record;
    record.id = id;
    record.client_id = client_id;
    record.version = version;
    record.expiry = expiry;
    if (disconnected_at) record.disconnected_at = clock.wall(*disconnected_at);
    record.epoch = epoch;
    return record;
}

}  // namespace trunkline::broker
