#pragma once
// One sensor's session as its gateway carries it on with the broker.

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "gateway/core/store_batch.hpp"
#include "gateway/core/upstream_connections.hpp"
#include "protocol/base/bytes.hpp"
#include "protocol/base/instant.hpp"
#include "protocol/base/seldom.hpp"
#include "protocol/mqtt/client_events.hpp"
#include "protocol/mqtt/types.hpp"

namespace trunkline::gateway {

struct Settings;
struct Shard;

/// What a sensor's own machine needs of the broker, over a connection of its own (Upstream, transparent mode) or over
/// one that it shares with others (SharedUpstream, aggregating mode; MQTT-SN 1.2 §4.2). Packet identifiers are the
/// session's own. Those above last_own_packet_id are for messages that are stored: theirs follow from their numbers, so
/// that a restart knows them.
class UpstreamSession {
public:
    virtual ~UpstreamSession() = default;

    static constexpr std::uint16_t last_own_packet_id = 0x7fff;

    static constexpr mqtt::PacketId packet_id_of(UplinkNumber number) {
        const auto low = static_cast<std::uint16_t>(static_cast<std::uint64_t>(number) & last_own_packet_id);
        return mqtt::PacketId{static_cast<std::uint16_t>(low | (last_own_packet_id + 1U))};
    }

    /// It is about to be used: brings near what that needs. In three steps (bring_near.hpp).
    virtual void expect(unsigned, const Shard&) const {}

    // inputs, of a connection of its own
    virtual void opened(Shard&, Instant) {}
    virtual void received(ByteView, Shard&, Instant) {}
    virtual void closed(Shard&, Instant) {}
    virtual void advance(Shard&, Instant) {}
    // input, of a shared one
    virtual void told(const mqtt::ClientEvent&) {}

    // requests
    /// Asks for a connection. Requires is_down().
    virtual void open(Shard& shard, Instant now) = 0;
    /// is_probing(), and there is an old session: it ends, and the clean one begins.
    virtual void start_clean(Shard&, Instant) {}
    /// Asks for one after the back-off. Requires is_down().
    virtual void open_later(Shard& shard, Instant now) = 0;
    /// QoS 1: its acknowledgement comes as an event. Nothing: not now, for want of a connection or of room.
    virtual std::optional<mqtt::PacketId> publish(std::string_view topic, ByteView payload, mqtt::QoS qos, bool retain,
                                                  Shard& shard, Instant now) = 0;
    /// QoS 2 under an identifier of the owner's, above last_own_packet_id; with `was_sent` it carries DUP. False: not
    /// now.
    virtual bool publish_as(mqtt::PacketId packet_id, std::string_view topic, ByteView payload, bool retain,
                            bool was_sent, Shard& shard, Instant now) = 0;
    /// PUBREL of one of these may leave.
    virtual void release(mqtt::PacketId packet_id, Shard& shard, Instant now) = 0;
    /// PUBCOMP may leave for a received message.
    virtual void complete(mqtt::PacketId, Shard&, Instant) {}
    /// Its acknowledgement comes as an event. Nothing: not now.
    virtual std::optional<mqtt::PacketId> unsubscribe(std::string_view filter, Shard& shard, Instant now) = 0;
    /// The same.
    virtual std::optional<mqtt::PacketId> subscribe(std::string_view filter, mqtt::QoS qos, Shard& shard,
                                                    Instant now) = 0;
    /// The store had this subscription.
    virtual void restore_subscription(std::string_view, mqtt::QoS, Shard&) {}
    /// Asks the broker whether there is more: what it has comes before is_asked() is over.
    virtual void ask(Shard&, Instant) {}
    /// The sensor has this message, or will never have it.
    virtual void acknowledge(mqtt::PacketId, mqtt::ReasonCode, Shard&, Instant) {}
    /// What the broker publishes in the gateway's place. It is told with the next CONNECT: MQTT knows no other moment.
    virtual void change_will(const Seldom<Will>&) {}
    /// No connection is wanted any more, and the broker's copy of the will goes. `session_ends`: it is to be forgotten.
    virtual void end(bool session_ends, Shard& shard, Instant now) = 0;
    /// The same for a gateway that stops, and knows its sensors when it comes back: the broker waits with the will.
    virtual void leave(Shard&, Instant) {}
    /// Another broker was chosen, or the chosen one is back: who waits for it need not wait any longer than for its
    /// turn, and a connection to another one moves when its turn has come. Or none is there any more: the same for
    /// connections that only seem to stand.
    virtual void follow(Shard&, Instant) {}
    /// It has: end() and open(). A broker that is well is left only when nothing is under way to it, so that nothing
    /// is sent twice, and when `holds_messages` of its for the sensor is false: the next one would not send them.
    virtual bool is_due_to_move(bool /*holds_messages*/, Shard&, Instant) { return false; }

    // outputs
    virtual std::span<const mqtt::ClientEvent> events() const = 0;
    virtual void events_taken() = 0;
    virtual std::optional<Instant> next_deadline() const { return std::nullopt; }

    // getters
    virtual bool is_connected() const = 0;
    /// As much waits for the broker to take it as may: for QoS 0 there is no room.
    virtual bool is_slow(const Shard& shard) const = 0;
    /// The broker has not answered ask(), or the keep-alive's question.
    virtual bool is_asked() const { return false; }
    /// A QoS 2 message that the sensor has is not over with the broker.
    virtual bool is_finishing() const { return false; }
    /// Not connected, but for so short a time that a sensor may wait without being told.
    virtual bool is_back_soon(const Settings& settings, Instant now) const = 0;
    virtual mqtt::ProtocolVersion version() const = 0;
    /// The broker has let in the present connection, or had let in the last one.
    virtual bool was_accepted() const { return true; }
    /// A clean session was asked for, and this connection is to see first whether there is an old one.
    virtual bool is_probing() const { return false; }
    /// The present connection's CONNECT carried the will as it is now.
    virtual bool will_is_told(const Settings&) const { return true; }
    /// The session that this connection found is at another broker than that of the connection before.
    virtual bool has_moved() const { return false; }
    /// Neither connected, nor connecting, nor about to.
    virtual bool is_down() const = 0;
    /// The session is the gateway's: what it has for the sensor is nobody else's any more.
    virtual bool is_shared() const { return false; }
};

}  // namespace trunkline::gateway
