#include "broker/core/message.hpp"

#include <cassert>
#include <cstring>
#include <limits>
#include <new>

namespace trunkline::broker {

Message::Message(const Parts& parts)
    : payload_size_(static_cast<std::uint32_t>(parts.payload.size())),
      properties_size_(static_cast<std::uint32_t>(parts.properties.size())),
      topic_size_(static_cast<std::uint16_t>(parts.topic.size())),
      received_at_(parts.received_at),
      expires_at_(parts.expires_at.value_or(never)) {}

MessagePtr Message::make(const Parts& parts) {
    assert(parts.topic.size() <= std::numeric_limits<std::uint16_t>::max());
    const std::size_t content = parts.topic.size() + parts.properties.size() + parts.payload.size();
    void* block = ::operator new(sizeof(Message) + content);
    auto* message = new (block) Message(parts);
    auto* end = reinterpret_cast<std::byte*>(message + 1);
    for (const ByteView part : {as_byte_view(parts.topic), parts.properties, parts.payload}) {
        if (!part.empty()) std::memcpy(end, part.data(), part.size());
        end += part.size();
    }
    return MessagePtr(message);
}

mqtt::Properties Message::properties() const {
    return mqtt::Properties::trusted(as_byte_view({text() + topic_size_, properties_size_}));
}

ByteView Message::payload() const { return as_byte_view({text() + topic_size_ + properties_size_, payload_size_}); }

std::size_t Message::footprint() const { return sizeof(Message) + topic_size_ + properties_size_ + payload_size_; }

void Message::destroy(const Message* message) {
    message->~Message();
    ::operator delete(const_cast<Message*>(message));
}

}  // namespace trunkline::broker
