#pragma once
// The store that is only memory: for virtual runs that are not about disks, and for tests.

#include <map>
#include <set>
#include <string>
#include <utility>

#include "gateway/core/store_batch.hpp"

namespace trunkline::gateway {

/// Gives back exactly what was applied. It outlives the core that it serves, as a disk would.
class Ledger : public Store {
public:
    Result<void, StoreError> apply(const StoreBatch& batch) override;
    Result<void, StoreError> load(Visitor& visitor) override;

    std::size_t sensor_count() const { return sensors_.size(); }

private:
    std::map<SensorNumber, SensorRecord> sensors_;
    std::map<std::pair<SensorNumber, std::uint16_t>, std::string> topics_;
    std::map<std::pair<SensorNumber, std::string>, mqtt::QoS> subscriptions_;
    std::map<std::pair<SensorNumber, mqttsn::MsgId>, UplinkExchangeRecord> uplink_exchanges_;
    std::map<std::pair<SensorNumber, mqtt::PacketId>, DownlinkExchangeRecord> downlink_exchanges_;
    std::map<QueueNumber, QueuedRecord> queued_;
    std::set<ReceivedRecord> received_;
    std::map<UplinkNumber, UplinkRecord> uplinks_;
};

}  // namespace trunkline::gateway
