// A sleeper, whose client role is the simulator's, with far more messages waiting for it than the gateway holds, over a
// link that loses three of ten datagrams each way.

#include <doctest/doctest.h>

#include <algorithm>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "gateway/core/gateway.hpp"
#include "protocol/base/random.hpp"
#include "protocol/mqtt/codec.hpp"
#include "protocol/mqttsn/client.hpp"

namespace trunkline::gateway {

using namespace std::chrono_literals;

namespace {

const Address sensor_address = Address::v4(10, 0, 0, 1, 5001);
constexpr auto version = mqtt::ProtocolVersion::v5;

/// One session of a broker that hands over as many messages as it may, and repeats what was not acknowledged.
class QueueingBroker {
public:
    explicit QueueingBroker(mqtt::QoS qos) : qos_(qos) {}

    void push(std::size_t count) {
        while (queued_ < count) texts_.push_back(std::to_string(queued_++));
    }
    void received(const mqtt::Packet& packet, std::vector<mqtt::Packet>& answers) {
        if (const auto* connect = std::get_if<mqtt::Connect>(&packet)) {
            window_ = connect->properties.number(mqtt::PropertyId::receive_maximum).value_or(65'535);
            answers.emplace_back(mqtt::ConnAck{.session_present = std::exchange(exists_, true)});
            for (const auto& [packet_id, message] : sent_) answers.push_back(copy_of(packet_id, message, true));
        } else if (const auto* subscribe = std::get_if<mqtt::Subscribe>(&packet)) {
            granted_ = static_cast<std::byte>(qos_);
            answers.emplace_back(
                mqtt::SubAck{.packet_id = subscribe->packet_id, .properties = {}, .reasons = std::span(&granted_, 1)});
        } else if (const auto* once = std::get_if<mqtt::PubAck>(&packet)) {
            sent_.erase(once->packet_id);
        } else if (const auto* taken = std::get_if<mqtt::PubRec>(&packet)) {
            sent_.at(taken->packet_id).is_received = true;
            answers.emplace_back(mqtt::PubRel{.packet_id = taken->packet_id});
        } else if (const auto* completed = std::get_if<mqtt::PubComp>(&packet)) {
            sent_.erase(completed->packet_id);
        } else if (std::holds_alternative<mqtt::PingReq>(packet)) {
            answers.emplace_back(mqtt::PingResp{});
        }
    }
    /// What the window has room for.
    void hand_over(std::vector<mqtt::Packet>& packets) {
        while (exists_ && sent_.size() < window_ && next_ < queued_) {
            const mqtt::PacketId packet_id{static_cast<std::uint16_t>(1 + next_ % 65'535)};
            const auto sent = sent_.emplace(packet_id, Sent{next_++}).first;
            packets.push_back(copy_of(packet_id, sent->second, false));
        }
    }
    bool is_empty() const { return next_ == queued_ && sent_.empty(); }

private:
    struct Sent {
        std::size_t number = 0;
        bool is_received = false;
    };
    mqtt::Packet copy_of(mqtt::PacketId packet_id, const Sent& message, bool dup) const {
        if (message.is_received) return mqtt::PubRel{.packet_id = packet_id};
        return mqtt::Publish{.dup = dup,
                             .qos = qos_,
                             .topic = "valve/7",
                             .packet_id = packet_id,
                             .properties = {},
                             .payload = as_byte_view(texts_[message.number])};
    }

    mqtt::QoS qos_;
    std::byte granted_{};
    bool exists_ = false;
    std::size_t window_ = 0;
    std::size_t queued_ = 0;
    std::size_t next_ = 0;
    std::deque<std::string> texts_;
    std::map<mqtt::PacketId, Sent> sent_;
};

class Night {
public:
    Night(mqtt::QoS qos, std::uint64_t seed)
        : qos_(qos), broker_(qos), gateway_(Settings()), sensor_(settings()), luck_(seed, "link", "loss") {}

    /// The numbers of the messages, in the order in which the sensor took them.
    std::vector<std::size_t> take(std::size_t count) {
        sensor_.connect(now_);
        settle();
        REQUIRE(sensor_.can_request());
        sensor_.subscribe(mqttsn::Topic::named("valve/7"), static_cast<mqttsn::QoS>(qos_), now_);
        settle();
        sensor_.sleep(60s, now_);
        settle();
        REQUIRE(sensor_.is_asleep());
        broker_.push(count);
        loss_ = 0.3;
        for (const Instant end = now_ + 24h * 7; now_ < end && !(broker_.is_empty() && sensor_.is_asleep());) pass();
        CHECK(broker_.is_empty());
        return std::move(taken_);
    }

private:
    static mqttsn::ClientSettings settings() {
        mqttsn::ClientSettings settings;
        settings.client_id = "s1";
        settings.clean_session = false;
        settings.reconnect_pause = 1s;
        return settings;
    }

    void pass() {
        Instant next = now_ + 1h;
        if (const auto due = sensor_.next_deadline()) next = std::min(next, *due);
        if (const auto due = gateway_.next_deadline()) next = std::min(next, *due);
        now_ = std::max(next, now_ + 1ns);
        sensor_.advance(now_);
        gateway_.advance(now_);
        settle();
    }
    /// Until nothing more is said at this moment.
    void settle() {
        for (bool goes_on = true; goes_on;) {
            goes_on = carry_upstream();
            goes_on = carry_up() || goes_on;
            goes_on = carry_down() || goes_on;
            heed_sensor();
        }
    }
    bool carry_up() {
        const auto datagrams = sensor_.take_datagrams();
        for (const mqttsn::Datagram& datagram : datagrams) {
            if (luck_.chance(loss_)) continue;
            note_answer(datagram);
            gateway_.received(sensor_address, datagram, now_);
        }
        return !datagrams.empty();
    }
    bool carry_down() {
        DatagramBatch batch;
        gateway_.take_datagrams(batch);
        for (std::size_t at = 0; at < batch.size(); ++at) {
            note_sent(batch.datagram(at));
            if (!luck_.chance(loss_)) sensor_.received(batch.datagram(at), now_);
        }
        return !batch.empty();
    }
    bool carry_upstream() {
        for (const UpstreamId id : gateway_.take_upstream_opens()) {
            connection_ = id;
            stream_ = mqtt::FrameStream(std::size_t{1} << 20U);
            gateway_.upstream_opened(id, now_);
        }
        std::vector<mqtt::Packet> answers;
        if (connection_) read_upstream(answers);
        for (const UpstreamId id : gateway_.take_upstream_closes()) {
            if (connection_ == id) connection_.reset();
            gateway_.upstream_closed(id, now_);
        }
        if (!connection_) return false;
        broker_.hand_over(answers);
        OutputBytes bytes;
        for (const mqtt::Packet& packet : answers) mqtt::encode(packet, version, bytes);
        if (!answers.empty()) gateway_.upstream_received(*connection_, bytes.view(), now_);
        return !answers.empty();
    }
    void read_upstream(std::vector<mqtt::Packet>& answers) {
        OutputBytes bytes;
        gateway_.take_output(*connection_, bytes);
        stream_.feed(bytes.view());
        while (const auto frame = stream_.next()) {
            const auto packet = mqtt::decode(frame->value(), version);
            REQUIRE(packet);
            broker_.received(*packet, answers);
        }
    }
    void heed_sensor() {
        for (const mqttsn::ClientEvent& event : sensor_.events()) {
            const auto* message = std::get_if<mqttsn::ClientMessage>(&event);
            if (message != nullptr) taken_.push_back(std::stoul(std::string(as_text(message->data))));
        }
        sensor_.events_taken();
        if (loss_ > 0 && sensor_.can_request()) sensor_.sleep(60s, now_);  // after a loss it had to connect again
    }

    /// The gateway's exchanges, as an observer at its socket sees them: nothing of them is open when PINGRESP leaves.
    void note_sent(ByteView datagram) {
        const auto message = mqttsn::decode(datagram);
        REQUIRE(message);
        if (const auto* publish = std::get_if<mqttsn::Publish>(&*message)) open_.insert(publish->msg_id);
        if (std::holds_alternative<mqttsn::ConnAck>(*message)) open_.clear();
        if (std::holds_alternative<mqttsn::PingResp>(*message)) CHECK(open_.empty());
    }
    void note_answer(ByteView datagram) {
        const auto message = mqttsn::decode(datagram);
        REQUIRE(message);
        if (const auto* once = std::get_if<mqttsn::PubAck>(&*message)) open_.erase(once->msg_id);
        if (const auto* twice = std::get_if<mqttsn::PubComp>(&*message)) open_.erase(twice->msg_id);
    }

    mqtt::QoS qos_;
    QueueingBroker broker_;
    Gateway gateway_;
    mqttsn::Client sensor_;
    Random luck_;
    double loss_ = 0;
    Instant now_{};
    std::optional<UpstreamId> connection_;
    mqtt::FrameStream stream_{std::size_t{1} << 20U};
    std::vector<std::size_t> taken_;
    std::set<mqttsn::MsgId> open_;
};

constexpr std::size_t waiting = 1'000;

}  // namespace

TEST_CASE(
    "MQTT-SN 1.2 §6.14-2, §6.14-3: G12: a thousand QoS 2 messages reach a sleeper exactly once and in order over a "
    "link "
    "that loses 30 % each way, PINGRESP after the last acknowledgement") {
    for (const std::uint64_t seed : {1U, 2U, 3U}) {
        CAPTURE(seed);
        const std::vector<std::size_t> taken = Night(mqtt::QoS::exactly_once, seed).take(waiting);
        REQUIRE(taken.size() == waiting);
        for (std::size_t number = 0; number < waiting; ++number) REQUIRE(taken[number] == number);
    }
}

TEST_CASE(
    "MQTT-SN 1.2 §6.14-2, §6.14-3: G12: a thousand QoS 1 messages reach a sleeper in order over a link that loses 30 % "
    "each "
    "way, none is missing, and copies come next to each other") {
    for (const std::uint64_t seed : {1U, 2U, 3U}) {
        CAPTURE(seed);
        std::vector<std::size_t> taken = Night(mqtt::QoS::at_least_once, seed).take(waiting);
        CHECK(taken.size() > waiting);  // acknowledgements are lost, too
        taken.erase(std::unique(taken.begin(), taken.end()), taken.end());
        REQUIRE(taken.size() == waiting);
        for (std::size_t number = 0; number < waiting; ++number) REQUIRE(taken[number] == number);
    }
}

}  // namespace trunkline::gateway
