#include "broker/core/message.hpp"

#include <chrono>
#include <string>

#include <doctest/doctest.h>

using namespace trunkline;
using namespace trunkline::broker;

TEST_CASE("a message has what it was made of, in one block that copies share") {
    mqtt::PropertyBuilder properties;
    properties.user_property("unit", "bar");
    std::string topic = "station/7";
    std::string payload(5000, 'p');
    Message::Parts parts;
    parts.topic = topic;
    parts.properties = properties.view().octets();
    parts.payload = as_byte_view(payload);
    parts.received_at = Instant(std::chrono::seconds(3));
    parts.expires_at = Instant(std::chrono::seconds(9));
    const MessagePtr message = Message::make(parts);
    topic = "overwritten";
    payload.assign(payload.size(), 'x');

    MessagePtr copy = message;
    CHECK(&*copy == &*message);
    CHECK(copy->topic() == "station/7");
    CHECK(as_text(copy->payload()) == std::string(5000, 'p'));
    CHECK(as_text(copy->properties().octets()) == as_text(properties.view().octets()));
    CHECK(copy->received_at() == parts.received_at);
    CHECK(copy->expires_at() == parts.expires_at);
    CHECK(copy->footprint() == sizeof(Message) + 9 + properties.view().octets().size() + 5000);
    const MessagePtr moved = std::move(copy);
    CHECK(moved->topic() == "station/7");
}

TEST_CASE("a message without payload and properties is a message") {
    Message::Parts parts;
    parts.topic = "t";
    const MessagePtr message = Message::make(parts);
    CHECK(message->payload().empty());
    CHECK(message->properties().empty());
    CHECK_FALSE(message->expires_at());
}
