// REGISTER: a number for a topic name (MQTT-SN 1.2 §6.5).

#include "gateway/core/client.hpp"
#include "protocol/mqtt/topic_name.hpp"

namespace trunkline::gateway {

void Client::handle(const mqttsn::Register& packet, Connection& connection, Shard& shard, Instant) {
    const auto answer = [&](mqttsn::TopicId id, mqttsn::ReturnCode code) {
        shard.send(connection.request.from, mqttsn::RegAck{id, packet.msg_id, code});
    };
    if (!mqtt::is_topic_name(packet.topic_name)) return answer({}, mqttsn::ReturnCode::not_supported);
    const auto id = topics_.assign(packet.topic_name, shard.settings.maximum_topics_per_sensor);
    if (id) {
        topics_.set_known(*id);  // also when it refused this name before: it asks for it now
        return answer(*id, mqttsn::ReturnCode::accepted);
    }
    ++shard.counters.congestion_answers;
    answer({}, mqttsn::ReturnCode::congestion);
}

}  // namespace trunkline::gateway
