#pragma once
// Reads the data types of 5.0 §1.5 off a packet's octets.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "protocol/base/bytes.hpp"
#include "protocol/mqtt/clause.hpp"

namespace trunkline::mqtt {

/// Remembers the first failure and yields zeros and nothing from then on, so that decoding reads like the
/// specification's table and asks once, in finish(). What it returns views the octets.
class Reader {
public:
    Reader(ByteView octets, ProtocolVersion version) : rest_(octets), version_(version) {}

    ProtocolVersion version() const { return version_; }
    bool is_v5() const { return version_ == ProtocolVersion::v5; }
    bool failed() const { return failure_.has_value(); }
    bool at_end() const { return rest_.empty(); }
    std::size_t remaining() const { return rest_.size(); }
    const ProtocolError& failure() const { return *failure_; }

    /// Each field takes the clause that demands it, for when the octets end before it does.
    std::uint8_t byte(Clause missing = clauses::remaining_length) {
        const ByteView octets = take(1, missing);
        return octets.empty() ? std::uint8_t{0} : std::to_integer<std::uint8_t>(octets[0]);
    }
    std::uint16_t two_bytes(Clause missing = clauses::remaining_length) {
        const ByteView octets = take(2, missing);
        if (octets.empty()) return 0;
        return static_cast<std::uint16_t>(std::to_integer<unsigned>(octets[0]) << 8U |
                                          std::to_integer<unsigned>(octets[1]));
    }
    std::uint32_t four_bytes() {
        const std::uint32_t high = two_bytes();
        return high << 16U | two_bytes();
    }
    /// §1.5.5: one to four octets, in the shortest form. [MQTT-1.5.5-1]
    std::uint32_t variable_byte_integer();
    /// §1.5.6: two octets of length, then as many of anything.
    ByteView binary(Clause missing = clauses::remaining_length) {
        const std::uint16_t length = two_bytes(missing);
        return take(length, missing);
    }
    /// §1.5.4: binary that is well-formed UTF-8 without U+0000. [MQTT-1.5.4-1] [MQTT-1.5.4-2]
    std::string_view text(Clause missing = clauses::remaining_length);
    /// Refuses zero as a Protocol Error against `nonzero`.
    PacketId packet_id(Clause nonzero) {
        const std::uint16_t number = two_bytes();
        if (number == 0) fail(ReasonCode::protocol_error, nonzero);
        return PacketId{number};
    }
    /// As many octets as asked for, or none and a failure.
    ByteView take(std::size_t length, Clause missing = clauses::remaining_length) {
        if (rest_.size() < length) {
            fail(ReasonCode::malformed_packet, missing);
            return {};
        }
        const ByteView octets = rest_.first(length);
        rest_ = rest_.subspan(length);
        return octets;
    }
    /// Everything up to the end.
    ByteView rest() { return take(rest_.size()); }

    void fail(ReasonCode reason, Clause clause) { fail(ProtocolError{reason, clause.in(version_)}); }
    void fail(const ProtocolError& error) {
        if (!failure_) failure_ = error;
        rest_ = {};
    }

    /// What was read; or the first failure; or that octets are left over.
    template <typename T>
    Decoded<T> finish(const T& read) {
        if (!at_end()) fail(ReasonCode::malformed_packet, clauses::remaining_length);
        if (failure_) return Failure{*failure_};
        return read;
    }

private:
    ByteView rest_;
    ProtocolVersion version_;
    std::optional<ProtocolError> failure_;
};

}  // namespace trunkline::mqtt
