#include "simulator/capture/shared_packets.hpp"

#include <algorithm>

namespace trunkline::sim {

namespace {

std::string_view value_of(const TraceLine& packet, std::string_view key) {
    const auto& fields = packet.fields();
    const auto found =
        std::find_if(fields.begin(), fields.end(), [key](const auto& field) { return field.first == key; });
    return found == fields.end() ? std::string_view() : std::string_view(found->second);
}

bool is_about_the_connection(std::string_view name) {
    return name == "CONNECT" || name == "CONNACK" || name == "DISCONNECT";
}

/// PUBREL carries the identifier of whoever sent the PUBLISH, as this does; the other answers go the other way.
bool is_of_the_same_way(std::string_view name) { return name == "PUBREL"; }

}  // namespace

std::set<std::string, std::less<>> topics_of(const Scenario& scenario, const std::vector<bool>& sensors) {
    std::set<std::string, std::less<>> topics;
    for (std::size_t at = 0; at < sensors.size(); ++at) {
        if (!sensors[at]) continue;
        const SensorPlan& plan = scenario.sensors[at];
        topics.insert(plan.topic);
        if (plan.will) topics.insert(plan.will->topic);
        if (plan.commands) topics.insert(plan.commands->topic);
    }
    return topics;
}

bool SharedPackets::concerns(LinkWay way, const TraceLine& packet) {
    const std::string_view name = value_of(packet, "packet");
    if (is_about_the_connection(name)) return true;
    const std::string_view identifier = value_of(packet, "packet_id");
    const auto direction = static_cast<std::size_t>(way);
    if (!value_of(packet, "topic").empty()) {
        const auto& fields = packet.fields();
        const bool is_theirs = std::any_of(fields.begin(), fields.end(), [this](const auto& field) {
            return field.first == "topic" && topics_.contains(field.second);
        });
        // An identifier is used again once its message is through.
        if (is_theirs && !identifier.empty()) known_[direction].emplace(identifier);
        else if (const auto old = known_[direction].find(identifier); old != known_[direction].end())
            known_[direction].erase(old);
        return is_theirs;
    }
    return known_[is_of_the_same_way(name) ? direction : 1 - direction].contains(identifier);
}

}  // namespace trunkline::sim
