#pragma once
// Which MQTT the broker speaks.

#include "protocol/mqtt/types.hpp"

namespace trunkline::gateway {

/// 5.0 by preference, 3.1.1 where the broker refuses it: by CONNACK 0x84 or 0x01, or, as some of 3.1.1 do, by closing
/// without one [MQTT-3.1.2-2]. What one sensor's connection has found out holds for those that are opened afterwards.
class BrokerVersion {
public:
    explicit BrokerVersion(mqtt::ProtocolVersion preferred) : preferred_(preferred), version_(preferred) {}

    /// What the next connection speaks.
    mqtt::ProtocolVersion version() const { return version_; }
    /// There is another version to try. A broker that has spoken 5.0 must say that it does not any more: one that hangs
    /// up is only dying.
    bool may_fall_back(mqtt::ProtocolVersion from, bool is_said) const {
        return preferred_ == mqtt::ProtocolVersion::v5 && from == mqtt::ProtocolVersion::v5 && (is_said || !is_sure_);
    }
    void fall_back() { version_ = mqtt::ProtocolVersion::v3_1_1; }
    void accepted(mqtt::ProtocolVersion version) {
        version_ = version;
        is_sure_ = true;
    }
    /// A connection came to nothing. Who hangs up on 5.0 may just have died: unless 3.1.1 was accepted, 5.0 is next.
    void failed() {
        if (!is_sure_) version_ = preferred_;
    }

private:
    mqtt::ProtocolVersion preferred_;
    mqtt::ProtocolVersion version_;
    bool is_sure_ = false;
};

}  // namespace trunkline::gateway
