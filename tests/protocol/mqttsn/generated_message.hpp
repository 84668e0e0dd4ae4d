#pragma once
// Messages with any valid content, drawn from a seeded stream.

#include <cstddef>
#include <string>
#include <vector>

#include "protocol/base/random.hpp"
#include "protocol/mqttsn/messages.hpp"

namespace trunkline::mqttsn {

/// Draws messages. Each one views its texts in the generator: it is good until the next draw.
class MessageGenerator {
public:
    explicit MessageGenerator(std::uint64_t seed) : random_(seed, "tests", "messages") {}

    /// A message of the variant's alternative number `index`.
    Message draw(std::size_t index);

private:
    template <std::size_t Index>
    Message draw_as();
    void fill(Advertise& message);
    void fill(SearchGw& message);
    void fill(GwInfo& message);
    void fill(Connect& message);
    void fill(ConnAck& message);
    void fill(WillTopicReq&) {}
    void fill(WillTopic& message);
    void fill(WillMsgReq&) {}
    void fill(WillMsg& message);
    void fill(Register& message);
    void fill(RegAck& message);
    void fill(Publish& message);
    void fill(PubAck& message);
    void fill(PubRec& message);
    void fill(PubRel& message);
    void fill(PubComp& message);
    void fill(Subscribe& message);
    void fill(SubAck& message);
    void fill(Unsubscribe& message);
    void fill(UnsubAck& message);
    void fill(PingReq& message);
    void fill(PingResp&) {}
    void fill(Disconnect& message);
    void fill(WillTopicUpd& message);
    void fill(WillMsgUpd& message);
    void fill(WillTopicResp& message);
    void fill(WillMsgResp& message);

    bool either() { return random_.below(2) == 1; }
    std::uint8_t octet() { return static_cast<std::uint8_t>(random_.below(0x100)); }
    std::uint16_t two_octets() { return static_cast<std::uint16_t>(random_.below(0x10000)); }
    MsgId msg_id() { return MsgId{two_octets()}; }
    MsgId msg_id_in_use() { return MsgId{static_cast<std::uint16_t>(1 + random_.below(0xffff))}; }
    TopicId topic_id() { return TopicId{two_octets()}; }
    TopicId short_name();
    QoS qos_but_minus_one() { return static_cast<QoS>(random_.below(3)); }
    TopicIdType topic_id_type() { return static_cast<TopicIdType>(random_.below(3)); }
    ReturnCode return_code() { return static_cast<ReturnCode>(random_.below(4)); }
    std::size_t length();
    std::string_view text();
    std::string_view name();
    ByteView data();

    Random random_;
    std::string text_;
    std::vector<std::byte> data_;
};

}  // namespace trunkline::mqttsn
