#pragma once
// An application message: made once when its PUBLISH arrives, immutable, shared by every queue that holds it.

#include <cstdint>
#include <optional>
#include <string_view>

#include "broker/core/counted.hpp"
#include "broker/core/message_account.hpp"
#include "protocol/base/bytes.hpp"
#include "protocol/base/instant.hpp"
#include "protocol/base/never.hpp"
#include "protocol/mqtt/properties.hpp"
#include "protocol/mqtt/types.hpp"

namespace trunkline::broker {

class Message;
using MessagePtr = Counted<Message>;

/// One allocation: this header, then topic, properties and payload. QoS and RETAIN belong to each delivery. The count
/// is not atomic: a message belongs to the thread that owns the core (counted.hpp).
class Message {
public:
    struct Parts {
        std::string_view topic;
        ByteView
            properties;  // of 5.0, those that are forwarded unchanged, in their order [MQTT-3.3.2-17] [MQTT-3.3.2-18]
        ByteView payload;
        Instant received_at{};
        std::optional<Instant> expires_at;  // §3.3.2.3.3
    };
    static MessagePtr make(const Parts& parts);
    static void destroy(const Message* message);

    std::string_view topic() const { return {text(), topic_size_}; }
    mqtt::Properties properties() const;
    ByteView payload() const;
    Instant received_at() const { return received_at_; }
    std::optional<Instant> expires_at() const {
        if (expires_at_ == never) return std::nullopt;
        return expires_at_;
    }
    /// Octets of the one allocation: what queues and budgets count.
    std::size_t footprint() const;
    /// It counts there from now to its end. Once: later calls change nothing.
    void count_in(const Counted<MessageAccount>& account) const {
        if (account_) return;
        account_ = account;
        account_->enter(footprint());
    }

    Message(const Message&) = delete;
    Message& operator=(const Message&) = delete;

private:
    friend class Counted<Message>;
    explicit Message(const Parts& parts);
    ~Message() {
        if (account_) account_->leave(footprint());
    }
    const char* text() const { return reinterpret_cast<const char*>(this + 1); }

    mutable std::uint32_t references_ = 0;
    std::uint32_t payload_size_;
    std::uint32_t properties_size_;
    std::uint16_t topic_size_;
    Instant received_at_;
    Instant expires_at_;
    mutable Counted<MessageAccount> account_;  // none: nobody counts it
};

}  // namespace trunkline::broker
