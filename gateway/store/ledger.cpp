#include "gateway/store/ledger.hpp"

#include <cstdint>
#include <type_traits>
#include <variant>

namespace trunkline::gateway {

namespace {

/// All that belongs to the sensor.
template <typename Map>
void erase_of(Map& map, SensorNumber number) {
    const SensorNumber next{static_cast<std::uint64_t>(number) + 1};
    map.erase(map.lower_bound({number, {}}), map.lower_bound({next, {}}));
}

}  // namespace

Result<void, StoreError> Ledger::apply(const StoreBatch& batch) {
    const auto enter = [this](const auto& operation) {
        using Operation = std::decay_t<decltype(operation)>;
        if constexpr (std::is_same_v<Operation, PutSensor>) {
            sensors_.insert_or_assign(operation.record.number, operation.record);
        } else if constexpr (std::is_same_v<Operation, DropSensor>) {
            sensors_.erase(operation.number);
            erase_of(topics_, operation.number);
            erase_of(subscriptions_, operation.number);
            erase_of(uplink_exchanges_, operation.number);
            erase_of(downlink_exchanges_, operation.number);
            std::erase_if(queued_, [&](const auto& one) { return one.second.sensor == operation.number; });
        } else if constexpr (std::is_same_v<Operation, PutTopic>) {
            topics_.insert_or_assign({operation.record.sensor, operation.record.place}, operation.record.name);
        } else if constexpr (std::is_same_v<Operation, PutSubscription>) {
            subscriptions_.insert_or_assign({operation.record.sensor, operation.record.filter}, operation.record.qos);
        } else if constexpr (std::is_same_v<Operation, DropSubscription>) {
            subscriptions_.erase({operation.sensor, operation.filter});
        } else if constexpr (std::is_same_v<Operation, PutUplinkExchange>) {
            uplink_exchanges_.insert_or_assign({operation.record.sensor, operation.record.msg_id}, operation.record);
        } else if constexpr (std::is_same_v<Operation, DropUplinkExchange>) {
            uplink_exchanges_.erase({operation.sensor, operation.msg_id});
        } else if constexpr (std::is_same_v<Operation, PutDownlinkExchange>) {
            downlink_exchanges_.insert_or_assign({operation.record.sensor, operation.record.packet_id},
                                                 operation.record);
        } else if constexpr (std::is_same_v<Operation, DropDownlinkExchange>) {
            downlink_exchanges_.erase({operation.sensor, operation.packet_id});
        } else if constexpr (std::is_same_v<Operation, PutUplink>) {
            uplinks_.insert_or_assign(operation.record.number, operation.record);
        } else if constexpr (std::is_same_v<Operation, PutQueued>) {
            queued_.insert_or_assign(operation.record.number, operation.record);
        } else if constexpr (std::is_same_v<Operation, DropQueued>) {
            queued_.erase(operation.number);
        } else if constexpr (std::is_same_v<Operation, PutReceived>) {
            received_.insert(operation.record);
        } else if constexpr (std::is_same_v<Operation, DropReceived>) {
            received_.erase(operation.record);
        } else {
            uplinks_.erase(operation.number);
        }
    };
    for (const StoreOperation& operation : batch.operations) std::visit(enter, operation);
    return {};
}

Result<void, StoreError> Ledger::load(Visitor& visitor) {
    for (const auto& [number, record] : sensors_) visitor.record(record);
    for (const auto& [key, name] : topics_) visitor.record(TopicRecord{key.first, key.second, name});
    for (const auto& [key, qos] : subscriptions_) visitor.record(SubscriptionRecord{key.first, key.second, qos});
    for (const auto& [key, record] : uplink_exchanges_) visitor.record(record);
    for (const auto& [key, record] : downlink_exchanges_) visitor.record(record);
    for (const auto& [number, record] : queued_) visitor.record(record);
    for (const ReceivedRecord& record : received_) visitor.record(record);
    for (const auto& [number, record] : uplinks_) visitor.record(record);
    return {};
}

}  // namespace trunkline::gateway
