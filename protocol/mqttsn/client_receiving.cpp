// What a client does with messages that the gateway begins (§6.5).

#include "protocol/mqttsn/client.hpp"

namespace trunkline::mqttsn {
namespace {

/// Names that a gateway may register at a client. The owner's own names do not count: it knows how many it has.
constexpr std::size_t max_topic_names = 64;

}  // namespace

// The gateway's REGISTER comes before it publishes under a name that the client does not know yet.
void Client::handle(const Register& message, Instant now) {
    if (state_ != State::active) {
        ++ignored_received_;
        return;
    }
    ReturnCode answer = ReturnCode::accepted;
    if (is_reserved(message.topic_id)) {
        answer = ReturnCode::invalid_topic_id;
    } else if (!topics_.knows(message.topic_name) && topics_.size() >= max_topic_names) {
        answer = ReturnCode::congestion;
    } else {
        topics_.assign(topics_.place_of(message.topic_name), message.topic_id);
    }
    send(RegAck{.topic_id = message.topic_id, .msg_id = message.msg_id, .return_code = answer}, now);
}

}  // namespace trunkline::mqttsn
