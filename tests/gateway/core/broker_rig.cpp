#include "tests/gateway/core/broker_rig.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <utility>

namespace trunkline::gateway {

namespace {

/// The number behind each occurrence of `words`.
std::vector<std::uint16_t> numbers_behind(std::string_view text, std::string_view words) {
    std::vector<std::uint16_t> numbers;
    for (std::size_t at = text.find(words); at != std::string_view::npos; at = text.find(words, at + 1))
        numbers.push_back(static_cast<std::uint16_t>(std::stoul(std::string(text.substr(at + words.size(), 5)))));
    return numbers;
}

}  // namespace

BrokerRig::BrokerRig(Settings settings) : scene(std::move(settings)) {
    if (scene.settings.is_durable) scene.gateway.start(scene.now, WallTime{std::chrono::hours(400'000)});
    settle();
}

void BrokerRig::kill(BrokerId broker) {
    refuse(broker);
    std::vector<UpstreamId> broken;
    for (const auto& [id, its] : open_) {
        if (its == broker) broken.push_back(id);
    }
    for (const UpstreamId id : broken) {
        open_.erase(id);
        scene.close(id);
    }
    settle();
}

void BrokerRig::silence(BrokerId broker) {
    is_silent_ = true;
    refuse(broker);
}

void BrokerRig::start(BrokerId broker) {
    is_silent_ = false;
    there_.at(static_cast<std::size_t>(broker)) = true;
}

std::size_t BrokerRig::sensors_at(BrokerId broker) const {
    return static_cast<std::size_t>(std::count_if(open_.begin(), open_.end(), [&](const auto& one) {
        return one.second == broker && !scene.gateway.upstream_client_id(one.first).empty();
    }));
}

UpstreamId BrokerRig::of_sensor(BrokerId broker) const {
    const auto found = std::find_if(open_.begin(), open_.end(), [&](const auto& one) {
        return one.second == broker && !scene.gateway.upstream_client_id(one.first).empty();
    });
    REQUIRE(found != open_.end());
    return found->first;
}

void BrokerRig::connect(const Address& from, std::string_view client_id, bool clean_session) {
    scene.send(from, mqttsn::Connect{.clean_session = clean_session, .duration_seconds = 0, .client_id = client_id});
    settle();
    REQUIRE(scene.heard(from) == "CONNACK code=0");
}

void BrokerRig::publish(const Address& from, mqttsn::TopicId topic, std::uint16_t msg_id, std::string_view data) {
    scene.send(from, mqttsn::Publish{.qos = mqttsn::QoS::at_least_once,
                                     .topic_id = topic,
                                     .msg_id = mqttsn::MsgId{msg_id},
                                     .data = as_byte_view(data)});
    settle();
}

void BrokerRig::settle() {
    scene.gateway.advance(scene.now);
    for (bool goes_on = true; goes_on;) {
        if (const auto batch = scene.gateway.take_batch()) scene.gateway.stored(batch->ticket, scene.now);
        goes_on = open_and_close();
        const std::span<const UpstreamId> pending = scene.gateway.pending();
        for (const UpstreamId id : std::vector<UpstreamId>(pending.begin(), pending.end())) {
            serve(id);
            goes_on = true;
        }
    }
}

bool BrokerRig::open_and_close() {
    const std::vector<UpstreamId> opens = scene.asked();
    for (const UpstreamId id : opens) {
        const BrokerId broker = scene.gateway.upstream_broker(id);
        if (is_there(broker)) {
            open_.emplace(id, broker);
            scene.open(id);
        } else if (!is_silent_) {
            scene.close(id);
        }
    }
    const std::vector<UpstreamId> closes = scene.gateway.take_upstream_closes();
    for (const UpstreamId id : closes) {
        serve(id);
        open_.erase(id);
        scene.close(id);
    }
    return !opens.empty() || !closes.empty();
}

void BrokerRig::serve(UpstreamId id) {
    const std::string got = scene.got(id);
    const auto found = open_.find(id);
    if (found == open_.end() || !is_there(found->second) || got.empty()) return;
    heard_ += (found->second == BrokerId{0} ? "one: " : "two: ") + got + "\n";
    if (got.starts_with("CONNECT ")) scene.accept(id, sessions_present);
    if (got.find("PINGREQ") != std::string::npos) scene.answer(id, mqtt::PingResp{});
    for (const std::uint16_t packet_id : numbers_behind(got, " qos=1 packet="))
        scene.answer(id, mqtt::PubAck{.packet_id = mqtt::PacketId{packet_id}});
    if (got.find("UNSUBSCRIBE") != std::string::npos) return;
    for (const std::uint16_t packet_id : numbers_behind(got, "SUBSCRIBE packet="))
        scene.suback(id, packet_id, mqtt::ReasonCode::success);
}

void BrokerRig::pass(Duration time) {
    const Instant until = scene.now + time;
    while (const auto next = scene.gateway.next_deadline()) {
        if (*next > until) break;
        scene.now = std::max(scene.now, *next);
        settle();
    }
    scene.now = until;
}

}  // namespace trunkline::gateway
