#include "tests/broker/store/at_least_once_peer.hpp"

#include <algorithm>
#include <chrono>
#include <utility>
#include <variant>

namespace trunkline::broker::test {

using namespace std::chrono_literals;

namespace {

mqtt::ClientSettings settings_of(std::string_view client_id, bool acknowledges, std::optional<mqtt::ClientWill> will) {
    mqtt::ClientSettings settings;
    settings.client_id = client_id;
    settings.clean_start = false;
    settings.session_expiry = 1h;
    settings.keep_alive = 0s;
    settings.acknowledges_itself = acknowledges;
    settings.will = std::move(will);
    return settings;
}

}  // namespace

AtLeastOncePeer::AtLeastOncePeer(std::string_view client_id, bool acknowledges, std::optional<mqtt::ClientWill> will)
    : client(settings_of(client_id, acknowledges, std::move(will))) {}

void AtLeastOncePeer::publish(std::string_view payload, Instant now, bool retain) {
    const auto id = client.publish("plant/pressure", as_byte_view(payload), mqtt::QoS::at_least_once, retain, now);
    if (!id) return;  // it has never had a connection: the broker was gone before
    published.emplace_back(payload);
    in_flight_[*id] = payload;
}

void AtLeastOncePeer::acknowledge(std::size_t messages) {
    for (; messages > 0 && !unacknowledged_.empty(); --messages) {
        const auto first = unacknowledged_.begin();
        client.acknowledge(first->second, mqtt::ReasonCode::success);
        unsettled_.push_back(first->first);
        unacknowledged_.erase(first);
    }
}

void AtLeastOncePeer::opened(int life, Instant now) {
    life_ = life;
    client.transport_opened(now);
}

void AtLeastOncePeer::received(ByteView bytes, Instant now) {
    client.received(bytes, now);
    note_events();
}

void AtLeastOncePeer::closed(Instant now) {
    client.transport_closed(now);
    note_events();
    unacknowledged_.clear();
    unsettled_.clear();  // nobody knows
}

void AtLeastOncePeer::note_events() {
    const auto note = [&](const auto& event) {
        using E = std::decay_t<decltype(event)>;
        if constexpr (std::is_same_v<E, mqtt::ClientConnected>) {
            is_accepted = true;
            session_present = event.session_present;
        }
        if constexpr (std::is_same_v<E, mqtt::ClientSubscribed>) is_subscribed = true;
        if constexpr (std::is_same_v<E, mqtt::ClientPublished>) {
            const bool is_taken = static_cast<std::uint8_t>(event.reason) < 0x80;
            std::string payload = std::move(in_flight_.extract(event.packet_id).mapped());
            if (is_taken) {
                acknowledged.push_back({std::move(payload), life_});
            } else {
                refused.push_back(std::move(payload));
            }
        }
        if constexpr (std::is_same_v<E, mqtt::ClientMessage>) {
            if (client.settings().acknowledges_itself) {
                unsettled_.push_back(deliveries.size());
            } else {
                unacknowledged_[deliveries.size()] = event.packet_id;
            }
            const std::string payload(as_text(event.payload));
            const bool comes_late = std::any_of(deliveries.begin(), deliveries.end(), [&](const Delivery& earlier) {
                return earlier.settled && earlier.payload == payload;
            });
            deliveries.push_back({payload, event.dup, life_, comes_late, false});
        }
    };
    for (const mqtt::ClientEvent& event : client.events()) std::visit(note, event);
    client.events_taken();
}

void AtLeastOncePeer::settle() {
    for (const std::size_t place : unsettled_) deliveries[place].settled = true;
    unsettled_.clear();
}

}  // namespace trunkline::broker::test
