#pragma once
// Records to store, and what a store holds.

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "gateway/core/store_batch.hpp"

namespace trunkline::gateway::test {

inline SensorRecord sensor(std::uint64_t number, std::string client_id) {
    SensorRecord record;
    record.number = SensorNumber{number};
    record.client_id = std::move(client_id);
    record.state = StoredState::asleep;
    record.since = WallTime(std::chrono::hours(400'000));
    record.address = Address::v4(10, 0, 0, 1, 5001);
    record.wireless_node_id = {std::byte{0}, std::byte{255}};
    record.clean_session = true;
    record.keep_alive = std::chrono::seconds(65'535);
    record.sleep_duration = std::chrono::seconds(300);
    record.first_topic_id = mqttsn::TopicId{0xfffe};
    return record;
}
inline Will will(std::string topic) {
    return {std::move(topic), {std::byte{0}, std::byte{255}}, mqtt::QoS::at_least_once, true};
}
inline TopicRecord topic(std::uint64_t sensor, std::uint16_t place, std::string name) {
    return {SensorNumber{sensor}, place, std::move(name)};
}
inline SubscriptionRecord subscription(std::uint64_t sensor, std::string filter) {
    return {SensorNumber{sensor}, std::move(filter), mqtt::QoS::at_least_once};
}

inline UplinkRecord uplink(std::uint64_t number, std::string client_id) {
    return {UplinkNumber{number}, std::move(client_id), "plant/p", {std::byte{7}}, mqtt::QoS::at_least_once, true};
}

inline UplinkExchangeRecord uplink_exchange(std::uint64_t sensor, std::uint16_t msg_id) {
    return {SensorNumber{sensor}, mqttsn::MsgId{msg_id}, mqttsn::TopicId{3},
            0xfedcba9876543210U,  UplinkNumber{1},       WallTime(std::chrono::hours(400'000))};
}
inline DownlinkExchangeRecord downlink_exchange(std::uint64_t sensor, std::uint16_t packet_id) {
    return {SensorNumber{sensor}, mqtt::PacketId{packet_id}, mqttsn::MsgId{9}, true};
}

inline QueuedRecord queued(std::uint64_t number, std::uint64_t sensor) {
    return {QueueNumber{number},
            SensorNumber{sensor},
            mqtt::PacketId{65'535},
            "plant/p",
            {std::byte{7}},
            mqtt::QoS::exactly_once,
            true,
            WallTime(std::chrono::hours(400'001))};
}
inline ReceivedRecord received(std::uint8_t connection, std::uint16_t packet_id) {
    return {connection, mqtt::PacketId{packet_id}};
}

/// Everything that load() gives, or why it stopped.
inline Result<std::vector<StoreRecord>, StoreError> records_of(Store& store) {
    struct Keep : Store::Visitor {
        void record(StoreRecord record) override { records.push_back(std::move(record)); }
        std::vector<StoreRecord> records;
    };
    Keep keep;
    const Result<void, StoreError> loaded = store.load(keep);
    if (!loaded) return Failure{loaded.error()};
    return std::move(keep.records);
}

}  // namespace trunkline::gateway::test
