#pragma once
// A scene whose brokers serve everybody while they are there.

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "tests/gateway/core/scene.hpp"

namespace trunkline::gateway {

/// Two brokers that accept, acknowledge and answer whatever comes while they are there; a store that is done at once.
class BrokerRig {
public:
    explicit BrokerRig(Settings settings);

    // the brokers
    /// Its process ends: connections break, and new ones are refused.
    void kill(BrokerId broker);
    /// Nothing comes back from it any more, not even a refusal.
    void silence(BrokerId broker);
    void start(BrokerId broker);
    /// Known to nobody yet: connections to it are refused from now on.
    void refuse(BrokerId broker) { there_.at(static_cast<std::size_t>(broker)) = false; }
    /// Connections of sensors with this broker.
    std::size_t sensors_at(BrokerId broker) const;
    /// The connection of a sensor with this broker; there is one.
    UpstreamId of_sensor(BrokerId broker) const;
    /// What the brokers have got since the last call, as lines "one: CONNECT …".
    std::string take_heard() { return std::exchange(heard_, {}); }

    // the sensors
    /// CONNECT and its acceptance.
    void connect(const Address& from, std::string_view client_id, bool clean_session = true);
    /// QoS 1.
    void publish(const Address& from, mqttsn::TopicId topic, std::uint16_t msg_id, std::string_view data);

    /// Until nobody has anything more to say at this moment.
    void settle();
    void pass(Duration time);

    Scene scene;
    bool sessions_present = false;  // what the brokers say in CONNACK

private:
    bool is_there(BrokerId broker) const { return there_.at(static_cast<std::size_t>(broker)); }
    bool open_and_close();
    void serve(UpstreamId id);

    std::vector<bool> there_{true, true};
    bool is_silent_ = false;  // those that are not there do not even refuse
    std::map<UpstreamId, BrokerId> open_;
    std::string heard_;
};

}  // namespace trunkline::gateway
