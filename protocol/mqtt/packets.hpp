#pragma once
// One plain struct per control packet, for all versions alike: 3.1 and 3.1.1 have no properties and fewer reasons.
// Decoded packets view the receive buffer and live no longer than the call that gets them.

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "protocol/base/bytes.hpp"
#include "protocol/mqtt/properties.hpp"
#include "protocol/mqtt/types.hpp"

namespace trunkline::mqtt {

/// §3.1.3: what the server publishes when the connection is lost.
struct Will {
    QoS qos = QoS::at_most_once;
    bool retain = false;
    Properties properties{};
    std::string_view topic{};
    ByteView payload{};
};

/// §3.1
struct Connect {
    ProtocolVersion version = ProtocolVersion::v5;
    bool clean_start = true;  // CleanSession in 3.1 and 3.1.1
    std::uint16_t keep_alive_seconds = 0;
    Properties properties{};
    std::string_view client_id{};
    std::optional<Will> will{};
    std::optional<std::string_view> user_name{};
    std::optional<ByteView> password{};
};

/// §3.2. In 3.1 and 3.1.1 the reason is mapped from and to the return codes 0 to 5 (reason_codes.hpp).
struct ConnAck {
    bool session_present = false;
    ReasonCode reason = ReasonCode::success;
    Properties properties{};
};

/// §3.3. `packet_id` is zero at QoS 0. [MQTT-2.2.1-2]
struct Publish {
    bool dup = false;
    QoS qos = QoS::at_most_once;
    bool retain = false;
    std::string_view topic{};
    PacketId packet_id{};
    Properties properties{};
    ByteView payload{};
};

/// §3.4
struct PubAck {
    PacketId packet_id{};
    ReasonCode reason = ReasonCode::success;
    Properties properties{};
};
/// §3.5
struct PubRec {
    PacketId packet_id{};
    ReasonCode reason = ReasonCode::success;
    Properties properties{};
};
/// §3.6
struct PubRel {
    PacketId packet_id{};
    ReasonCode reason = ReasonCode::success;
    Properties properties{};
};
/// §3.7
struct PubComp {
    PacketId packet_id{};
    ReasonCode reason = ReasonCode::success;
    Properties properties{};
};

enum class RetainHandling : std::uint8_t { send = 0, send_if_new = 1, do_not_send = 2 };

/// §3.8.3.1. 3.1 and 3.1.1 have only the QoS.
struct SubscriptionOptions {
    QoS qos = QoS::at_most_once;
    bool no_local = false;
    bool retain_as_published = false;
    RetainHandling retain_handling = RetainHandling::send;

    friend bool operator==(const SubscriptionOptions&, const SubscriptionOptions&) = default;
};

struct SubscriptionRequest {
    std::string_view filter{};  // well-formed UTF-8; TopicFilter::parse judges the rest
    SubscriptionOptions options{};
};

/// Walks the payload of SUBSCRIBE (filter and options) or UNSUBSCRIBE (filter alone), checked while decoding.
class SubscriptionRequests {
public:
    enum class Kind : std::uint8_t { subscribe, unsubscribe };
    SubscriptionRequests() = default;
    SubscriptionRequests(ByteView octets, Kind kind) : octets_(octets), kind_(kind) {}

    /// The next one; nothing at the end. Consumes this walker: copy it to walk twice.
    std::optional<SubscriptionRequest> next();
    ByteView octets() const { return octets_; }

private:
    ByteView octets_{};
    Kind kind_ = Kind::subscribe;
};

/// Writes the payload of SUBSCRIBE or UNSUBSCRIBE; one builder is for one of them.
class SubscriptionRequestBuilder {
public:
    /// For SUBSCRIBE. 3.1 and 3.1.1 have only the QoS: the other options must have their defaults there.
    SubscriptionRequestBuilder& add(std::string_view filter, const SubscriptionOptions& options);
    /// For UNSUBSCRIBE.
    SubscriptionRequestBuilder& add(std::string_view filter);
    /// Valid as long as the builder lives and is not added to.
    SubscriptionRequests view(SubscriptionRequests::Kind kind) const { return {octets_, kind}; }

private:
    void append_filter(std::string_view filter);
    std::vector<std::byte> octets_;
};

/// §3.8
struct Subscribe {
    PacketId packet_id{};
    Properties properties{};
    SubscriptionRequests requests{};
};

/// §3.9. One octet per filter: a ReasonCode; in 3.1 and 3.1.1 0 to 2 or 0x80.
struct SubAck {
    PacketId packet_id{};
    Properties properties{};
    ByteView reasons{};
};

/// §3.10
struct Unsubscribe {
    PacketId packet_id{};
    Properties properties{};
    SubscriptionRequests requests{};
};

/// §3.11. No reasons in 3.1 and 3.1.1.
struct UnsubAck {
    PacketId packet_id{};
    Properties properties{};
    ByteView reasons{};
};

/// §3.12, §3.13
struct PingReq {};
struct PingResp {};

/// §3.14
struct Disconnect {
    ReasonCode reason = ReasonCode::success;
    Properties properties{};
};

/// §3.15, 5.0 only.
struct Auth {
    ReasonCode reason = ReasonCode::success;
    Properties properties{};
};

using Packet = std::variant<Connect, ConnAck, Publish, PubAck, PubRec, PubRel, PubComp, Subscribe, SubAck, Unsubscribe,
                            UnsubAck, PingReq, PingResp, Disconnect, Auth>;

}  // namespace trunkline::mqtt
