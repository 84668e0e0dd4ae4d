#include <doctest/doctest.h>

#include "protocol/base/random.hpp"
#include "protocol/mqttsn/forwarding.hpp"
#include "tests/gateway/core/scene.hpp"

namespace trunkline::gateway {

using namespace std::chrono_literals;

namespace {

const Address forwarder = Address::v4(10, 1, 0, 20, 4000);

/// A good sensor among bad ones: its every reading must come through, whatever the others do.
class Soak {
public:
    explicit Soak(std::uint64_t seed) : random_(seed, "soak", "all"), scene_(bounds()) {
        good_ = scene_.connected(sensor_a, "good", false, 600);
        topic_ = scene_.registered(sensor_a, "good/topic");
    }

    void run(int steps) {
        for (int step = 0; step < steps; ++step) {
            disturb();
            if (step % 50 == 0) publish_reading();
            check_bounds();
        }
        // All this must have happened, or the soak would show nothing.
        const Counters& counters = scene_.gateway.counters();
        CHECK(counters.malformed > 100);
        CHECK(counters.unexpected > 100);
        CHECK(counters.congestion_answers > 10);
        CHECK(counters.invalid_topic_ids > 0);
        CHECK(counters.publish_forwarded > packet_id_);
        CHECK(counters.upstream_losses > 0);
    }

private:
    static Settings bounds() {
        Settings settings;
        settings.maximum_sensors = 6;
        settings.maximum_topics_per_sensor = 4;
        settings.uplink_window = 2;
        settings.maximum_client_id_octets = 8;
        settings.forwarders = {{forwarder}};
        return settings;
    }

    void disturb() {
        switch (random_.below(12)) {
            case 0:
            case 1:
            case 2:
                return valid_message();
            case 3:
                return damaged_message();
            case 4:
                return noise();
            case 5:
            case 6:
            case 7:
                return broker_moves();
            case 8:
                return broker_noise();
            default:
                break;
        }
        scene_.pass(Duration(static_cast<Duration::rep>(random_.below(3'000'000'000))));
        scene_.facts();
    }

    /// From one of the others, at an address of its own or behind a forwarder.
    void send(std::vector<std::byte> datagram) {
        if (random_.chance(0.8)) return scene_.send_octets(somebody(), std::move(datagram));
        const std::byte node[] = {static_cast<std::byte>(random_.below(3))};
        scene_.send_octets(forwarder, mqttsn::wrap({0, node, datagram}));
    }
    Address somebody() { return Address::v4(10, 1, 0, static_cast<std::uint8_t>(random_.below(9)), 4000); }

    mqttsn::Message short_publish(mqttsn::QoS qos, mqttsn::MsgId msg_id) {
        return mqttsn::Publish{.qos = qos,
                               .topic_id_type = mqttsn::TopicIdType::short_name,
                               .topic_id = mqttsn::topic_id_of_short_name("ab"),
                               .msg_id = msg_id,
                               .data = as_byte_view("data")};
    }
    mqttsn::Message any_message() {
        const auto msg_id = mqttsn::MsgId(static_cast<std::uint16_t>(1 + random_.below(4)));
        const auto topic_id = mqttsn::TopicId(static_cast<std::uint16_t>(random_.below(6)));
        static constexpr std::string_view names[] = {"a", "b", "c", "d/e", "d/+", "#", "ff"};
        static constexpr std::string_view clients[] = {"c1", "c2", "c3",           "c4",  "c5",
                                                       "c6", "c7", "far too long", "good"};
        const std::string_view name = names[random_.below(std::size(names))];
        const auto qos = mqttsn::QoS(static_cast<std::uint8_t>(random_.below(3)));
        switch (random_.below(14)) {
            case 0:
            case 1:
            case 2:
                // The last ClientId is the good sensor's: only now and then, since that takes its connection away.
                return mqttsn::Connect{.will = random_.chance(0.1),
                                       .clean_session = random_.chance(0.5),
                                       .duration_seconds = static_cast<std::uint16_t>(random_.below(100)),
                                       .client_id = clients[random_.below(std::size(clients) - 1)]};
            case 3:
            case 4:
                return mqttsn::Register{.msg_id = msg_id, .topic_name = name};
            case 5:
            case 6:
            case 7:
                if (random_.chance(0.5)) return short_publish(qos, msg_id);
                return mqttsn::Publish{.dup = random_.chance(0.3),
                                       .qos = qos,
                                       .topic_id = topic_id,
                                       .msg_id = msg_id,
                                       .data = as_byte_view("data")};
            case 8:
                return mqttsn::PingReq{random_.chance(0.3) ? "c1" : ""};
            case 9:
                return mqttsn::Disconnect{random_.chance(0.5) ? std::optional<std::uint16_t>(10) : std::nullopt};
            case 10:
                return mqttsn::Subscribe{.qos = qos, .msg_id = msg_id, .topic_name = name};
            case 11:
                return mqttsn::WillTopicUpd{.topic = "w"};
            case 12:
                return mqttsn::PubAck{.topic_id = topic_id, .msg_id = msg_id};
            default:
                return mqttsn::PubRel{msg_id};
        }
    }
    void valid_message() { send(mqttsn::encode(any_message())); }
    void damaged_message() {
        std::vector<std::byte> datagram = mqttsn::encode(any_message());
        datagram[random_.below(datagram.size())] ^= static_cast<std::byte>(1U << random_.below(8));
        if (random_.chance(0.3)) datagram.resize(random_.below(datagram.size() + 1));
        send(std::move(datagram));
    }
    std::vector<std::byte> random_octets() {
        std::vector<std::byte> octets(random_.below(40));
        for (std::byte& octet : octets) octet = static_cast<std::byte>(random_.below(256));
        if (octets.size() > 1 && random_.chance(0.7)) octets[0] = static_cast<std::byte>(octets.size());
        return octets;
    }
    void noise() { send(random_octets()); }

    /// One of the others' connections to the broker moves on: opens, is accepted, refused, acknowledged, lost.
    void broker_moves() {
        for (const UpstreamId id : scene_.asked()) open_.push_back(id);
        for (const UpstreamId id : scene_.gateway.take_upstream_closes()) drop(id);
        if (open_.empty()) return;
        const UpstreamId id = open_[random_.below(open_.size())];
        const std::string got = scene_.got(id);
        switch (random_.below(24)) {
            case 0:
                scene_.close(id);
                std::erase(open_, id);
                std::erase(opened_, id);
                return;
            case 1:
                return scene_.answer(id, mqtt::ConnAck{.reason = mqtt::ReasonCode::server_busy});
            case 2:
                return scene_.answer(id, mqtt::PubAck{.packet_id = mqtt::PacketId{1}});
            default:
                break;
        }
        if (std::find(opened_.begin(), opened_.end(), id) == opened_.end()) {
            opened_.push_back(id);
            scene_.open(id);
        } else if (got.find("CONNECT") != std::string::npos) {
            scene_.accept(id);
        }
    }
    void broker_noise() {
        if (open_.empty()) return;
        scene_.gateway.upstream_received(open_[random_.below(open_.size())], random_octets(), scene_.now);
    }
    void drop(UpstreamId id) {
        CHECK(id != good_);
        scene_.got(id);
        scene_.close(id);
        std::erase(open_, id);
        std::erase(opened_, id);
    }

    void publish_reading() {
        scene_.heard(sensor_a);
        const std::string before = scene_.got(good_);  // PINGREQ now and then
        if (before.find("PINGREQ") != std::string::npos) scene_.answer(good_, mqtt::PingResp{});
        scene_.send(sensor_a, mqttsn::Publish{.qos = mqttsn::QoS::at_least_once,
                                              .topic_id = topic_,
                                              .msg_id = mqttsn::MsgId{9},
                                              .data = as_byte_view("reading")});
        ++packet_id_;
        const std::string packet = std::to_string(packet_id_);
        CHECK(scene_.got(good_) == "PUBLISH good/topic qos=1 packet=" + packet + " 'reading'");
        scene_.answer(good_, mqtt::PubAck{.packet_id = mqtt::PacketId{packet_id_}});
        CHECK(scene_.heard(sensor_a) == "PUBACK id=" + std::to_string(static_cast<unsigned>(topic_)) + " msg=9 code=0");
    }

    void check_bounds() {
        CHECK(scene_.gateway.sensor_count() <= 6);
        CHECK(scene_.gateway.upstream_count() <= 60);
        CHECK(scene_.gateway.facts().size() < 10'000);
    }

    Random random_;
    Scene scene_;
    UpstreamId good_{};
    mqttsn::TopicId topic_{};
    std::uint16_t packet_id_ = 0;
    std::vector<UpstreamId> open_;
    std::vector<UpstreamId> opened_;
};

}  // namespace

TEST_CASE("valid, damaged and senseless datagrams of others neither break bounds nor disturb a good sensor") {
    for (const std::uint64_t seed : {1u, 2u, 3u, 4u}) {
        CAPTURE(seed);
        Soak(seed).run(10'000);
    }
}

}  // namespace trunkline::gateway
