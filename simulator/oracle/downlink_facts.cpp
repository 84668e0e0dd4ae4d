#include "simulator/oracle/downlink_facts.hpp"

#include <variant>

#include "protocol/mqttsn/codec.hpp"

namespace trunkline::sim {

void tell_downlink_datagram(Oracle& oracle, std::size_t sensor, ByteView datagram, Instant now) {
    const auto message = mqttsn::decode(datagram);
    if (!message) return;
    if (const auto* regack = std::get_if<mqttsn::RegAck>(&*message)) {
        if (regack->return_code == mqttsn::ReturnCode::accepted)
            oracle.registered(sensor, static_cast<std::uint16_t>(regack->topic_id), now);
    } else if (const auto* puback = std::get_if<mqttsn::PubAck>(&*message)) {
        if (puback->return_code == mqttsn::ReturnCode::invalid_topic_id)
            oracle.topic_id_refused(sensor, static_cast<std::uint16_t>(puback->topic_id), now);
    } else if (std::holds_alternative<mqttsn::PingResp>(*message)) {
        oracle.nothing_waits(sensor, now);
    }
}

}  // namespace trunkline::sim
