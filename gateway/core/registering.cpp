// REGISTER: a number for a topic name (MQTT-SN 1.2 §6.5).

#include "gateway/core/client.hpp"
#include "gateway/core/harmless_name.hpp"
#include "protocol/mqtt/topic_name.hpp"

namespace trunkline::gateway {

void Client::handle(const mqttsn::Register& packet, Connection& connection, Shard& shard, Instant) {
    const auto answer = [&](mqttsn::TopicId id, mqttsn::ReturnCode code) {
        gate_.send(shard, connection.request.from, mqttsn::RegAck{id, packet.msg_id, code});
    };
    if (!mqtt::is_topic_name(packet.topic_name) || !is_harmless(packet.topic_name))
        return answer({}, mqttsn::ReturnCode::not_supported);
    // Behind a full batch only what is known already can be answered.
    const bool is_storable = !shard.is_behind() || topics_.find(packet.topic_name);
    const auto id = is_storable ? assign_topic(packet.topic_name, shard) : std::nullopt;
    if (id) {
        topics_.set_known(*id);  // also when it refused this name before: it asks for it now
        return answer(*id, mqttsn::ReturnCode::accepted);
    }
    ++shard.counters.congestion_answers;
    answer({}, mqttsn::ReturnCode::congestion);
}

}  // namespace trunkline::gateway
