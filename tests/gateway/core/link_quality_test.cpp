#include "gateway/core/link_quality.hpp"

#include <doctest/doctest.h>

#include "protocol/base/random.hpp"
#include "tests/gateway/core/scene.hpp"

namespace trunkline::gateway {

using namespace std::chrono_literals;

TEST_CASE("link quality: nothing is known before something has happened") {
    const LinkQuality link;
    CHECK_FALSE(link.heard_at());
    CHECK_FALSE(link.round_trip());
    CHECK(link.lost_of_65536() == 0);
}

TEST_CASE("link quality: the share of copies that are repetitions comes near the share of lost round trips") {
    for (const unsigned percent : {0U, 10U, 30U, 50U}) {
        LinkQuality link;
        Random luck(1, "link", "loss");
        double sum = 0;
        constexpr int messages = 4'000;
        int copies = 0;
        for (int message = 0; message < messages; ++message) {
            link.asked(false);
            sum += link.lost_of_65536();
            ++copies;
            while (luck.below(100) < percent) {
                link.asked(true);
                sum += link.lost_of_65536();
                ++copies;
            }
        }
        CHECK(sum / copies / 655.36 == doctest::Approx(percent).epsilon(0.1));
        CHECK(100.0 * link.repeated() / link.asked() == doctest::Approx(percent).epsilon(0.1));
    }
}

TEST_CASE("link quality: a round trip is smoothed") {
    LinkQuality link;
    link.answered_after(80ms);
    CHECK(link.round_trip() == 80ms);
    link.answered_after(160ms);
    CHECK(link.round_trip() == 90ms);
    link.answered_after(0ms);
    CHECK(*link.round_trip() < 80ms);
}

TEST_CASE("link quality: what a sensor answers, and what had to be sent again, shows in its link") {
    Scene scene;
    const UpstreamId id = scene.connected(sensor_a, "s1");
    scene.send(sensor_a, mqttsn::Subscribe{.msg_id = mqttsn::MsgId{1}, .topic_name = "down"});
    scene.suback(id, 1, mqtt::ReasonCode::granted_qos_1);
    scene.heard(sensor_a);
    const auto down = [&](std::uint16_t packet_id) {
        scene.answer(id, mqtt::Publish{.qos = mqtt::QoS::at_least_once,
                                       .topic = "down",
                                       .packet_id = mqtt::PacketId{packet_id},
                                       .payload = as_byte_view("x")});
    };
    const auto acknowledged = [&](std::uint16_t msg_id) {
        scene.send(sensor_a, mqttsn::PubAck{mqttsn::TopicId{1}, mqttsn::MsgId{msg_id}, mqttsn::ReturnCode::accepted});
    };
    down(1);
    const std::string heard = scene.heard(sensor_a);
    CAPTURE(heard);
    const auto first = static_cast<std::uint16_t>(std::stoul(heard.substr(heard.find("msg=") + 4)));
    scene.now += 200ms;
    acknowledged(first);
    const LinkQuality& link = scene.gateway.find("s1")->link();
    CHECK(link.round_trip() == 200ms);
    CHECK(link.heard_at() == scene.now);
    CHECK(link.repeated() == 0);
    down(2);
    scene.pass(10s);  // Tretry
    CHECK(link.repeated() == 1);
    CHECK(scene.gateway.counters().retransmissions == 1);
    acknowledged(static_cast<std::uint16_t>(first + 1));
    CHECK(link.round_trip() == 200ms);  // nobody knows which copy was answered
    CHECK(scene.gateway.figures().sensor_round_trips.count(8) == 1);
}

}  // namespace trunkline::gateway
