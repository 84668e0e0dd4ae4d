#include "gateway/net/sensors_json.hpp"

#include <chrono>
#include <cmath>

#include "gateway/net/hexadecimal.hpp"
#include "runtime/http/json_page.hpp"

namespace trunkline::gateway {

namespace {

using runtime::Json;

double milliseconds_of(Duration duration) {
    return std::round(std::chrono::duration<double, std::milli>(duration).count() * 1000) / 1000;
}

double share_of(std::uint32_t part, std::uint32_t all) {
    return all == 0 ? 0 : std::round(1e4 * part / static_cast<double>(all)) / 1e4;
}

/// A round trip is lost when either of its two ways is: of two alike ones, each loses 1 - √(1 - lost).
double one_way_loss(std::uint32_t lost_of_65536) {
    return std::round(1e4 * (1 - std::sqrt(1 - lost_of_65536 / 65'536.0))) / 1e4;
}

Json link_row(const LinkQuality& link, Instant now) {
    Json row;
    if (const auto heard = link.heard_at())
        row["last_seen_s"] = std::chrono::duration_cast<std::chrono::seconds>(now - *heard).count();
    else row["last_seen_s"] = nullptr;
    if (const auto took = link.round_trip()) row["round_trip_ms"] = milliseconds_of(*took);
    else row["round_trip_ms"] = nullptr;
    row["loss"] = one_way_loss(link.lost_of_65536());
    row["retransmission_rate"] = share_of(link.repeated() + link.publish_repeated(), link.asked() + link.published());
    row["sent"] = link.asked();
    row["sent_again"] = link.repeated();
    row["received"] = link.published();
    row["received_again"] = link.publish_repeated();
    return row;
}

Json row_of_sensor(const Gateway& core, const Client& client, Instant now) {
    Json row{{"client_id", client.client_id()}, {"state", name_of(client.state())}};
    if (const std::optional<Address> address = client.address()) {
        const Origin origin = core.origin(*address);
        row["address"] = to_string(origin.address);
        if (!origin.wireless_node_id.empty()) row["wireless_node_id"] = hexadecimal(origin.wireless_node_id);
        row["silence_allowed_s"] = client.silence_allowed().count();
    }
    row["clean_session"] = client.has_clean_session();
    row["has_will"] = client.has_will();
    const std::optional<std::string_view> shared = client.shared_connection();
    row["mode"] = name_of(shared ? Mode::aggregating : Mode::transparent);
    if (shared) row["upstream"] = *shared;
    row["upstream_connected"] = client.is_upstream_connected();
    row["topics"] = client.topics().size();
    row["subscriptions"] = client.subscriptions().made().size();
    row["waiting_messages"] = client.downlink().size();
    row["waiting_bytes"] = client.downlink().octets();
    row["stored_messages"] = client.stored_messages();
    row["link"] = link_row(client.link(), now);
    return row;
}

}  // namespace

std::string sensors_json(const Gateway& core, const Page<const Client*>& page, Instant now) {
    return runtime::page_json(
        "sensors", page, [](const Client*) { return true; },
        [&](const Client* client) { return row_of_sensor(core, *client, now); });
}

std::string sensor_json(const Gateway& core, const Client& client, Instant now) {
    Json row = row_of_sensor(core, client, now);
    Json topics = Json::array();
    const std::vector<std::string>& names = client.topics().names();
    for (std::size_t at = 0; at < names.size(); ++at) {
        const mqttsn::TopicId id = client.topics().id_at(at);
        topics.push_back(
            {{"id", static_cast<unsigned>(id)}, {"topic", names[at]}, {"known", client.topics().is_known(id)}});
    }
    row["topics"] = std::move(topics);
    Json subscriptions = Json::array();
    for (const Subscriptions::Subscription& made : client.subscriptions().made())
        subscriptions.push_back({{"filter", made.filter}, {"qos", static_cast<int>(made.qos)}});
    row["subscriptions"] = std::move(subscriptions);
    return runtime::printed(row);
}

std::string buffer_json(const Client& client) {
    Json rows = Json::array();
    for (const Downlink::Message& message : client.downlink().waiting()) {
        rows.push_back({{"topic", message.topic},
                        {"qos", static_cast<int>(message.qos)},
                        {"retain", message.retain},
                        {"payload_bytes", message.payload.size()},
                        {"sent", message.was_sent}});
    }
    return runtime::printed({{"client_id", client.client_id()}, {"messages", std::move(rows)}});
}

}  // namespace trunkline::gateway
