#include "gateway/store/ledger.hpp"

#include <cstdint>
#include <type_traits>
#include <variant>

namespace trunkline::gateway {

Result<void, StoreError> Ledger::apply(const StoreBatch& batch) {
    const auto enter = [this](const auto& operation) {
        using Operation = std::decay_t<decltype(operation)>;
        if constexpr (std::is_same_v<Operation, PutSensor>) {
            sensors_.insert_or_assign(operation.record.number, operation.record);
        } else if constexpr (std::is_same_v<Operation, DropSensor>) {
            const SensorNumber next{static_cast<std::uint64_t>(operation.number) + 1};
            sensors_.erase(operation.number);
            topics_.erase(topics_.lower_bound({operation.number, 0}), topics_.lower_bound({next, 0}));
            subscriptions_.erase(subscriptions_.lower_bound({operation.number, {}}),
                                 subscriptions_.lower_bound({next, {}}));
        } else if constexpr (std::is_same_v<Operation, PutTopic>) {
            topics_.insert_or_assign({operation.record.sensor, operation.record.place}, operation.record.name);
        } else if constexpr (std::is_same_v<Operation, PutSubscription>) {
            subscriptions_.insert_or_assign({operation.record.sensor, operation.record.filter}, operation.record.qos);
        } else if constexpr (std::is_same_v<Operation, DropSubscription>) {
            subscriptions_.erase({operation.sensor, operation.filter});
        } else if constexpr (std::is_same_v<Operation, PutUplink>) {
            uplinks_.insert_or_assign(operation.record.number, operation.record);
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
    for (const auto& [number, record] : uplinks_) visitor.record(record);
    return {};
}

}  // namespace trunkline::gateway
