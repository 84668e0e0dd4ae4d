#pragma once
// A sensor on the bench: what it sends is answered at once.

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocol/mqttsn/codec.hpp"
#include "simulator/devices/sensor.hpp"

namespace trunkline::sim {

inline Scenario one_sensor() {
    Scenario scenario;
    scenario.seed = 7;
    scenario.run = std::chrono::minutes(10);
    scenario.signals.push_back({.id = "p", .mean = 62.0, .sigma = 0.4, .tau = std::chrono::seconds(90), .unit = "bar"});
    SensorPlan plan;
    plan.id = "PT@PS-1-1";
    plan.topic = "nl/PS-1/pt/1";
    plan.sample = std::chrono::seconds(10);
    plan.retry = {.interval = std::chrono::seconds(1), .limit = 2};
    scenario.sensors.push_back(plan);
    return scenario;
}

/// A sensor and a gateway that answers what it is told to answer, without any delay.
struct Bench {
    explicit Bench(Scenario planned) : scenario(std::move(planned)), sensor(scenario, 0, Instant{}) {}

    Scenario scenario;
    Sensor sensor;
    std::vector<std::string> payloads;       // of PUBLISH messages, as they came
    std::vector<mqttsn::Publish> publishes;  // the same, their data apart
    std::vector<std::string> heard;        // "CONNECT", "PINGREQ", "DISCONNECT 60" …: what else came, REGISTER apart
    std::vector<std::string> for_sleeper;  // commands that it gets when it wakes
    bool answers = true;
    bool acknowledges = true;
    mqttsn::ReturnCode return_code = mqttsn::ReturnCode::accepted;
    mqttsn::ReturnCode connect_answer = mqttsn::ReturnCode::accepted;
    mqttsn::ReturnCode subscribe_answer = mqttsn::ReturnCode::accepted;

    void answer(const mqttsn::Connect& message, Instant now) {
        heard.emplace_back(message.will ? "CONNECT with will" : "CONNECT");
        if (message.will) return reply(mqttsn::WillTopicReq{}, now);
        reply(mqttsn::ConnAck{connect_answer}, now);
    }
    void answer(const mqttsn::WillTopic& message, Instant now) {
        heard.push_back("WILLTOPIC " + std::string(message.topic) + (message.retain ? " retained" : ""));
        reply(mqttsn::WillMsgReq{}, now);
    }
    void answer(const mqttsn::WillMsg& message, Instant now) {
        heard.push_back("WILLMSG " + std::string(as_text(message.message)));
        reply(mqttsn::ConnAck{}, now);
    }
    void answer(const mqttsn::Subscribe& message, Instant now) {
        heard.push_back("SUBSCRIBE " + std::string(message.topic_name));
        reply(mqttsn::SubAck{message.qos, mqttsn::TopicId{9}, message.msg_id, subscribe_answer}, now);
    }
    void answer(const mqttsn::Disconnect& message, Instant now) {
        heard.push_back("DISCONNECT " + std::to_string(message.duration_seconds.value_or(0)));
        reply(mqttsn::Disconnect{}, now);
    }
    void answer(const mqttsn::PubRel& message, Instant now) { reply(mqttsn::PubComp{message.msg_id}, now); }
    void answer(const mqttsn::Register& message, Instant now) {
        reply(mqttsn::RegAck{mqttsn::TopicId{1}, message.msg_id, mqttsn::ReturnCode::accepted}, now);
    }
    void answer(const mqttsn::Publish& message, Instant now) {
        payloads.emplace_back(as_text(message.data));
        publishes.push_back(message);
        publishes.back().data = {};
        if (acknowledges && message.qos == mqttsn::QoS::exactly_once) reply(mqttsn::PubRec{message.msg_id}, now);
        if (acknowledges && message.qos == mqttsn::QoS::at_least_once)
            reply(mqttsn::PubAck{message.topic_id, message.msg_id, return_code}, now);
    }
    void answer(const mqttsn::PingReq& message, Instant now) {
        heard.emplace_back(message.client_id.empty() ? "PINGREQ" : "PINGREQ of a sleeper");
        for (const std::string& command : std::exchange(for_sleeper, {})) this->command(command, now);
        reply(mqttsn::PingResp{}, now);
    }
    void command(std::string_view payload, Instant now) {
        reply(mqttsn::Publish{.qos = mqttsn::QoS::at_least_once,
                              .topic_id = mqttsn::TopicId{9},
                              .msg_id = mqttsn::MsgId{77},
                              .data = as_byte_view(payload)},
              now);
    }
    template <typename Other>
    void answer(const Other&, Instant) {}

    void reply(const mqttsn::Message& message, Instant now) {
        if (answers) sensor.received(mqttsn::encode(message), now);
    }
    void exchange(Instant now) {
        for (auto datagrams = sensor.take_datagrams(); !datagrams.empty(); datagrams = sensor.take_datagrams()) {
            for (const mqttsn::Datagram& datagram : datagrams) {
                std::visit([&](const auto& message) { answer(message, now); }, *mqttsn::decode(datagram));
            }
        }
    }
    void run_until(Instant end) {
        while (sensor.next_deadline() && *sensor.next_deadline() <= end) {
            const Instant now = *sensor.next_deadline();
            sensor.advance(now);
            exchange(now);
        }
    }
    template <typename Fact>
    std::size_t count() const {
        std::size_t found = 0;
        for (const SensorFact& fact : sensor.facts()) found += std::holds_alternative<Fact>(fact) ? 1 : 0;
        return found;
    }
    std::size_t heard_of(std::string_view what) const {
        return static_cast<std::size_t>(std::count(heard.begin(), heard.end(), what));
    }
    std::size_t dropped(DropReason reason) const {
        std::size_t found = 0;
        for (const SensorFact& fact : sensor.facts()) {
            const auto* drop = std::get_if<ReadingDropped>(&fact);
            found += drop != nullptr && drop->reason == reason ? 1 : 0;
        }
        return found;
    }
};

}  // namespace trunkline::sim
