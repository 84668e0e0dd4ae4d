#pragma once
// A subscriber whose queue is deeper than its window in memory, and who comes and goes.

#include <string>
#include <string_view>

#include "tests/broker/core/broker_driver.hpp"

namespace trunkline::broker::test {

inline Settings with_window(std::size_t messages) {
    Settings settings;
    settings.durability = Durability::sync;
    settings.queue_window_messages = messages;
    settings.maximum_inflight = 2;
    return settings;
}

/// A subscriber "s" to "x", and a publisher whose payloads are single characters.
struct Line {
    explicit Line(Settings settings, mqtt::QoS qos = mqtt::QoS::at_least_once)
        : driver(settings), publisher(driver.connect("p")) {
        subscriber = driver.connect_persistent("s");
        driver.subscribe(subscriber, "x", qos);
        driver.take(subscriber);
    }
    void publish(std::string_view each, mqtt::QoS qos = mqtt::QoS::at_least_once) {
        for (const char payload : each) {
            driver.publish(publisher, "x", {&payload, 1}, qos, ++last_packet_id);
            if (qos == mqtt::QoS::exactly_once) driver.send_id<mqtt::PubRel>(publisher, last_packet_id);
        }
    }
    void publish_expiring(char payload, std::uint32_t interval) {
        mqtt::PropertyBuilder properties;
        properties.number(mqtt::PropertyId::message_expiry_interval, interval);
        mqtt::Publish packet;
        packet.topic = "x";
        packet.qos = mqtt::QoS::at_least_once;
        packet.packet_id = mqtt::PacketId{++last_packet_id};
        packet.payload = as_byte_view(std::string_view(&payload, 1));
        packet.properties = properties.view();
        driver.send(publisher, packet);
    }
    void leave() { driver.cut(subscriber); }
    void come_back() { subscriber = driver.connect_persistent("s"); }
    /// Takes and acknowledges until nothing more comes. DUP shows as "!" in front.
    std::string drain() {
        std::string all;
        for (;;) {
            const std::vector<Got> got = driver.take(subscriber, mqtt::PacketType::publish);
            if (got.empty()) return all;
            for (const Got& message : got) {
                all += (message.dup ? "!" : "") + message.payload;
                driver.acknowledge(subscriber, message.id);
            }
        }
    }
    std::size_t in_memory() const { return driver.broker.queue_in_memory("s"); }
    std::size_t queued() const { return driver.broker.queue_length("s"); }
    std::uint64_t dropped(DropCause cause) const {
        return driver.broker.counters().publish_dropped[static_cast<std::size_t>(cause)];
    }

    Driver driver;
    ConnectionId publisher;
    ConnectionId subscriber{};
    std::uint16_t last_packet_id = 0;
};

inline constexpr std::string_view alphabet = "abcdefghijklmnopqrstuvwxyz";

}  // namespace trunkline::broker::test
