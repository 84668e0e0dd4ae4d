#pragma once
// The broker's end of a gateway's connections, as little of a broker as a gateway needs: everybody is accepted,
// everything is acknowledged, nothing is passed on.

#include <cstdint>
#include <vector>

#include "benchmarks/load/wire.hpp"

namespace trunkline::load {

class PublishReceiver {
public:
    virtual ~PublishReceiver() = default;
    /// A PUBLISH has come; `body` is what follows its fixed header, and gone after the call.
    virtual void arrived(ByteView body) = 0;
};

/// Speaks MQTT 3.1.1 and 5.0, as the gateway does.
class UpstreamEnd {
public:
    UpstreamEnd(Wire& wire, PublishReceiver& receiver) : wire_(wire), receiver_(receiver) {}

    void received(ClientIndex client, const mqtt::Frame& frame);

private:
    void publish(ClientIndex client, const mqtt::Frame& frame);

    Wire& wire_;
    PublishReceiver& receiver_;
};

}  // namespace trunkline::load
