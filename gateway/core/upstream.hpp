#pragma once
// One sensor's MQTT connection to the broker, over as many network connections as it takes.

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "gateway/core/shard.hpp"
#include "gateway/core/will.hpp"
#include "protocol/base/deadlines.hpp"
#include "protocol/base/random.hpp"
#include "protocol/mqtt/client.hpp"

namespace trunkline::gateway {

/// Carries an mqtt::Client from one network connection to the next. When to connect again is decided by the owner, for
/// how long to wait by the back-off with full jitter (Brooker, "Exponential Backoff And Jitter", 2015): a draw from
/// zero to a window that doubles with each attempt. A connection that lasted for the longest window begins anew.
///
/// With 5.0 a clean session begins with Clean Start 0: an old session whose will the broker waits with, though the
/// sensor lives, goes on for a moment, which cancels the will [MQTT-3.1.3-9]; Clean Start 1 would publish it. Where
/// there is none, as nearly always, the new session is clean as it is.
///
/// Packet identifiers above last_own_packet_id are for messages that are stored: theirs follow from their numbers, so
/// that a restart knows them.
class Upstream {
public:
    /// The seed of `jitter` is the sensor's own, so that sensors do not come back together.
    Upstream(SensorId owner, mqtt::ClientSettings settings, Random jitter);

    static constexpr std::uint16_t last_own_packet_id = 0x7fff;

    // inputs
    void opened(Shard& shard, Instant now);
    void received(ByteView bytes, Shard& shard, Instant now);
    void closed(Shard& shard, Instant now);
    void advance(Shard& shard, Instant now);

    // requests
    /// Asks for a network connection. Requires is_down().
    void open(Shard& shard, Instant now);
    /// is_probing(), and there is an old session: it ends, and the clean one begins.
    void start_clean(Shard& shard, Instant now);
    /// Asks for one after the back-off. Requires is_down().
    void open_later(const Settings& settings, Instant now);
    /// QoS 1: its acknowledgement comes as an event. Nothing: not now, for want of a connection or of room.
    std::optional<mqtt::PacketId> publish(std::string_view topic, ByteView payload, mqtt::QoS qos, bool retain,
                                          Shard& shard, Instant now);
    /// QoS 2 under an identifier of the owner's, above last_own_packet_id; with `was_sent` it carries DUP. False: not
    /// now.
    bool publish_as(mqtt::PacketId packet_id, std::string_view topic, ByteView payload, bool retain, bool was_sent,
                    Shard& shard, Instant now);
    /// PUBREL of one of these may leave.
    void release(mqtt::PacketId packet_id, Shard& shard, Instant now);
    /// PUBCOMP may leave for a received message.
    void complete(mqtt::PacketId packet_id, Shard& shard, Instant now);
    /// Its acknowledgement comes as an event. Nothing: not now.
    std::optional<mqtt::PacketId> unsubscribe(std::string_view filter, Shard& shard, Instant now);
    /// The same.
    std::optional<mqtt::PacketId> subscribe(std::string_view filter, mqtt::QoS qos, Shard& shard, Instant now);
    /// Asks the broker whether there is more: what it has comes before is_asked() is over.
    void ask(Shard& shard, Instant now);
    /// The sensor has this message, or will never have it.
    void acknowledge(mqtt::PacketId packet_id, mqtt::ReasonCode reason, Shard& shard, Instant now);
    /// What the broker publishes in the gateway's place. It is told with the next CONNECT: MQTT knows no other moment.
    void change_will(const std::optional<Will>& will) { will_ = will; }
    /// DISCONNECT, which deletes the broker's copy of the will, if there is a connection, and no further attempts.
    /// `session_ends`: the broker is to forget the session, too.
    void end(bool session_ends, Shard& shard, Instant now);
    /// The same for a gateway that stops, and knows its sensors when it comes back: the broker waits with the will.
    void leave(Shard& shard, Instant now);

    /// Another broker was chosen, or the chosen one is back: who waits for it need not wait any longer than for its
    /// turn, and a connection to another one moves when its turn has come.
    void follow(Shard& shard, Instant now);
    /// It has: end() and open(). A broker that is well is left only when nothing is under way to it, so that nothing
    /// is sent twice, and when `holds_messages` of its for the sensor is false: the next one would not send them.
    bool is_due_to_move(bool holds_messages, Shard& shard, Instant now);

    // outputs
    std::span<const mqtt::ClientEvent> events() const { return client_.events(); }
    void events_taken() { client_.events_taken(); }
    std::optional<Instant> next_deadline() const { return earlier(deadlines_.earliest(), client_.next_deadline()); }

    // getters
    bool is_connected() const { return client_.is_connected(); }
    /// The broker has not answered ask(), or the keep-alive's question.
    bool is_asked() const { return client_.is_pinging(); }
    /// A QoS 2 message that the sensor has is not over with the broker.
    bool is_finishing() const { return client_.unreleased() != 0; }
    /// Not connected, but for so short a time that a sensor may wait without being told.
    bool is_back_soon(const Settings& settings, Instant now) const {
        return !is_connected() && away_since_ && now < *away_since_ + settings.upstream_patience;
    }
    mqtt::ProtocolVersion version() const { return client_.settings().version; }
    /// A clean session was asked for, and this connection is to see first whether there is an old one.
    bool is_probing() const { return is_probing_; }
    /// The present connection's CONNECT carried the will as it is now.
    bool will_is_told(const Settings& settings) const {
        return client_.settings().will == will_for(client_.settings().version, settings);
    }
    /// The session that this connection found is at another broker than that of the connection before.
    bool has_moved() const { return has_moved_; }
    /// Neither connected, nor connecting, nor about to.
    bool is_down() const {
        return !connection_ && !deadlines_.is_set(Timer::reopen) && !deadlines_.is_set(Timer::turn);
    }

    static constexpr mqtt::PacketId packet_id_of(UplinkNumber number) {
        const auto low = static_cast<std::uint16_t>(static_cast<std::uint64_t>(number) & last_own_packet_id);
        return mqtt::PacketId{static_cast<std::uint16_t>(low | (last_own_packet_id + 1U))};
    }

private:
    enum class Timer : std::uint8_t {
        connect,  // neither refused nor accepted by the broker until then: give this connection up
        reopen,   // end of the back-off
        turn,     // its turn among all that are opened again, or that move
        count_
    };

    /// Moves on what the client wants to be sent and closed. Ends each input and request.
    void settle(Shard& shard, Instant now);
    void let_go(Instant now);
    void hang_up(mqtt::ReasonCode reason, std::optional<std::chrono::seconds> session_expiry, Shard& shard,
                 Instant now);
    void finish(mqtt::ReasonCode reason, std::optional<std::chrono::seconds> session_expiry, Shard& shard, Instant now);
    /// What CONNECT carries: nothing for a broker that refuses it, or that would not wait with it.
    std::optional<mqtt::ClientWill> will_for(mqtt::ProtocolVersion version, const Settings& settings) const;
    /// A connection that could not be made is followed by one to the next broker, if that was not tried already.
    void try_another(Shard& shard, Instant now);
    /// A connection that came to nothing because of its version is followed by one of another.
    void fall_back(Shard& shard, Instant now);

    SensorId owner_;
    BrokerId broker_{};           // of the present connection, or the last one
    BrokerId last_broker_{};      // of the last one that was accepted
    std::uint16_t tried_ = 0;     // a bit for each broker that could not be reached, since an attempt began
    std::uint8_t attempts_ = 0;   // since a connection lasted
    bool was_opened_ = false;     // the client knows of the present connection
    bool has_connected_ = false;  // the broker has accepted one
    bool has_moved_ = false;
    bool wants_clean_;
    bool is_probing_ = false;
    bool has_ended_old_ = false;
    bool takes_will_ = true;  // the broker has not refused CONNECT for the will's QoS or retain flag
    mqtt::Client client_;
    std::optional<Will> will_;
    std::optional<UpstreamId> connection_;
    std::optional<Instant> connected_at_;
    std::optional<Instant> away_since_;  // the loss of the last connection
    Deadlines<Timer> deadlines_;
    Random jitter_;
};

}  // namespace trunkline::gateway
