// The broker is away for long, while sensors go on.

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/gateway/core/broker_rig.hpp"

namespace trunkline::gateway {

using namespace std::chrono_literals;

namespace {

constexpr std::uint16_t sensors = 1000;
constexpr std::uint16_t rounds = 40;  // of a reading each, in ten minutes

Address address_of(std::uint16_t sensor) { return Address::v4(10, 1, 0, 0, static_cast<std::uint16_t>(1000 + sensor)); }

/// "p/7=3" of each message that the broker got, in its order.
std::vector<std::string> readings_in(const std::string& heard) {
    std::vector<std::string> readings;
    for (std::size_t at = heard.find("PUBLISH p/"); at != std::string::npos; at = heard.find("PUBLISH p/", at + 1)) {
        const std::size_t topic = at + 8;
        const std::size_t quote = heard.find('\'', at) + 1;
        readings.push_back(heard.substr(topic, heard.find(' ', topic) - topic) + "=" +
                           heard.substr(quote, heard.find('\'', quote) - quote));
    }
    return readings;
}

}  // namespace

TEST_CASE("G13: an outage of ten minutes with a thousand sensors: all is accepted, bounded, and there a minute later") {
    Settings settings;
    settings.is_durable = true;
    BrokerRig rig(settings);
    std::vector<mqttsn::TopicId> topics;
    for (std::uint16_t n = 0; n < sensors; ++n) {
        rig.connect(address_of(n), "s" + std::to_string(n), false);
        rig.scene.send(address_of(n),
                       mqttsn::Register{.msg_id = mqttsn::MsgId{77}, .topic_name = "p/" + std::to_string(n)});
        rig.settle();
        const std::string regack = rig.scene.heard(address_of(n));  // "REGACK id=…"
        topics.push_back(mqttsn::TopicId{static_cast<std::uint16_t>(std::stoul(regack.substr(10)))});
    }
    rig.scene.facts();
    rig.kill(BrokerId{0});
    for (std::uint16_t round = 1; round <= rounds; ++round) {
        for (std::uint16_t n = 0; n < sensors; ++n) {
            rig.publish(address_of(n), topics[n], round, std::to_string(round));
            REQUIRE(rig.scene.heard(address_of(n)).ends_with(" msg=" + std::to_string(round) + " code=0"));
        }
        rig.pass(15s);
    }
    rig.take_heard();
    rig.start(BrokerId{0});
    rig.sessions_present = true;
    rig.pass(60s);

    std::vector<std::string> readings = readings_in(rig.take_heard());
    CHECK(readings.size() == std::size_t{sensors} * rounds);  // none twice
    std::vector<int> last(sensors, 0);
    bool is_in_order = true;
    for (const std::string& reading : readings) {
        const auto sensor = static_cast<std::size_t>(std::stoul(reading.substr(2)));
        const int number = std::stoi(reading.substr(reading.find('=') + 1));
        is_in_order = is_in_order && number == last[sensor] + 1;
        last[sensor] = number;
    }
    CHECK(is_in_order);
    for (std::uint16_t n = 0; n < sensors; ++n) CHECK(rig.scene.heard(address_of(n)).empty());
    CHECK(rig.scene.facts().find("gone") == std::string::npos);
}

}  // namespace trunkline::gateway
