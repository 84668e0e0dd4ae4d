#pragma once
// The fields of one message, taken from front to back.

#include <cstdint>
#include <optional>
#include <string_view>

#include "protocol/base/bytes.hpp"
#include "protocol/base/utf8.hpp"
#include "protocol/mqttsn/codec.hpp"
#include "protocol/mqttsn/flags.hpp"

namespace trunkline::mqttsn {

/// Remembers the first failure and yields zeros from then on, so that a layout reads like its table and is asked once.
/// MQTT-SN strings carry no length: the last variable field runs to the end of the message (§5.2).
class Reader {
public:
    /// `section` is the message's own: the clause when fields are missing or octets are left over.
    Reader(ByteView fields, std::string_view section) : rest_(fields), section_(section) {}

    std::uint8_t octet() {
        const ByteView taken = take(1);
        return taken.empty() ? std::uint8_t{0} : static_cast<std::uint8_t>(taken[0]);
    }
    std::uint16_t two_octets() {
        const ByteView taken = take(2);
        if (taken.empty()) return 0;
        return static_cast<std::uint16_t>(static_cast<unsigned>(taken[0]) << 8 | static_cast<unsigned>(taken[1]));
    }
    MsgId msg_id() { return MsgId{two_octets()}; }
    TopicId topic_id() { return TopicId{two_octets()}; }

    /// Where the exchange is named by it, zero names nothing.
    MsgId msg_id_in_use() {
        const MsgId id = msg_id();
        if (id == MsgId{0}) fail("§5.3.7", "MsgId is zero");
        return id;
    }
    TopicId short_name() {
        const TopicId id = topic_id();
        const std::array<char, 2> name = short_name_of(id);
        if (!is_mqtt_utf8(as_byte_view({name.data(), name.size()}))) fail("§6.7", "short topic name is not text");
        return id;
    }
    ReturnCode return_code() {
        const std::uint8_t code = octet();
        return code < static_cast<std::uint8_t>(ReturnCode::not_supported) ? ReturnCode{code}
                                                                           : ReturnCode::not_supported;
    }
    /// QoS where -1 has no meaning: everywhere but in PUBLISH.
    QoS qos_but_minus_one(unsigned flags) {
        if (qos_in(flags) == QoS::minus_one) fail("§5.3.4", "QoS -1 outside PUBLISH");
        return qos_in(flags);
    }
    TopicIdType topic_id_type(unsigned flags) {
        if (topic_id_type_bits_in(flags) == 0x03U) fail("§5.3.4", "reserved TopicIdType");
        return static_cast<TopicIdType>(topic_id_type_bits_in(flags));
    }

    ByteView octets_to_end() { return take(rest_.size()); }
    /// UTF-8 without U+0000, possibly empty. `clause` is the field's.
    std::string_view text_to_end(std::string_view clause) {
        const ByteView taken = octets_to_end();
        if (!is_mqtt_utf8(taken)) fail(clause, "text is not UTF-8, or holds U+0000");
        return as_text(taken);
    }
    /// The same with at least one octet.
    std::string_view name_to_end(std::string_view clause) {
        if (rest_.empty()) fail(clause, "name is empty");
        return text_to_end(clause);
    }

    bool at_end() const { return rest_.empty(); }
    void fail(std::string_view clause, std::string_view reason) {
        if (!failure_) failure_ = MalformedMessage{clause, reason};
        rest_ = {};
    }
    /// The first failure, or octets left over, if any.
    std::optional<MalformedMessage> failure() const {
        if (failure_ || rest_.empty()) return failure_;
        return MalformedMessage{section_, "octets after the last field"};
    }

private:
    ByteView take(std::size_t octets) {
        if (octets > rest_.size()) {
            fail(section_, "message ends within a field");
            return {};
        }
        const ByteView taken = rest_.first(octets);
        rest_ = rest_.subspan(octets);
        return taken;
    }

    ByteView rest_;
    std::string_view section_;
    std::optional<MalformedMessage> failure_;
};

}  // namespace trunkline::mqttsn
