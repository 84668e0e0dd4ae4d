#pragma once
// One sensor's MQTT connection to the broker, over as many network connections as it takes.

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/core/shard.hpp"
#include "gateway/core/upstream_session.hpp"
#include "gateway/core/will.hpp"
#include "protocol/base/bring_near.hpp"
#include "protocol/base/deadlines.hpp"
#include "protocol/base/never.hpp"
#include "protocol/base/random.hpp"
#include "protocol/base/seldom.hpp"
#include "protocol/mqtt/client.hpp"

namespace trunkline::gateway {

/// Carries an mqtt::Client from one network connection to the next. When to connect again is decided by the owner, for
/// how long to wait by the back-off with full jitter (Brooker, "Exponential Backoff And Jitter", 2015): a draw from
/// zero to a window that doubles with each attempt. A connection that lasted for the longest window begins anew.
///
/// With 5.0 a clean session begins with Clean Start 0: an old session whose will the broker waits with, though the
/// sensor lives, goes on for a moment, which cancels the will [MQTT-3.1.3-9]; Clean Start 1 would publish it. Where
/// there is none, as nearly always, the new session is clean as it is.
class Upstream final : public UpstreamSession {
public:
    /// The seed of `jitter` is the sensor's own, so that sensors do not come back together.
    Upstream(SensorId owner, mqtt::ClientSettings settings, Random jitter);

    void expect(unsigned step, const Shard& shard) const override {
        if (step == 0) bring_near(*this, deadlines_);
        if (step <= 2) client_.expect(step);
        if (step == 0) return;
        if (connection_ && step <= 2) shard.connections.expect(*connection_, step - 1);
    }

    // inputs
    void opened(Shard& shard, Instant now) override;
    void received(ByteView bytes, Shard& shard, Instant now) override;
    void closed(Shard& shard, Instant now) override;
    void advance(Shard& shard, Instant now) override;

    // requests
    void open(Shard& shard, Instant now) override;
    void start_clean(Shard& shard, Instant now) override;
    void open_later(Shard& shard, Instant now) override;
    std::optional<mqtt::PacketId> publish(std::string_view topic, ByteView payload, mqtt::QoS qos, bool retain,
                                          Shard& shard, Instant now) override;
    bool publish_as(mqtt::PacketId packet_id, std::string_view topic, ByteView payload, bool retain, bool was_sent,
                    Shard& shard, Instant now) override;
    void release(mqtt::PacketId packet_id, Shard& shard, Instant now) override;
    void complete(mqtt::PacketId packet_id, Shard& shard, Instant now) override;
    std::optional<mqtt::PacketId> unsubscribe(std::string_view filter, Shard& shard, Instant now) override;
    std::optional<mqtt::PacketId> subscribe(std::string_view filter, mqtt::QoS qos, Shard& shard, Instant now) override;
    /// The same with all that 5.0 has; `subscription_id`: zero for none.
    std::optional<mqtt::PacketId> subscribe(std::string_view filter, const mqtt::SubscriptionOptions& options,
                                            std::uint32_t subscription_id, Shard& shard, Instant now);
    void ask(Shard& shard, Instant now) override;
    void acknowledge(mqtt::PacketId packet_id, mqtt::ReasonCode reason, Shard& shard, Instant now) override;
    void change_will(const Seldom<Will>& will) override { will_ = will; }
    void end(bool session_ends, Shard& shard, Instant now) override;
    void leave(Shard& shard, Instant now) override;
    void follow(Shard& shard, Instant now) override;
    bool is_due_to_move(bool holds_messages, Shard& shard, Instant now) override;

    // outputs
    std::span<const mqtt::ClientEvent> events() const override { return client_.events(); }
    void events_taken() override { client_.events_taken(); }
    /// The same as values.
    void take_events(std::vector<mqtt::ClientEvent>& out) { client_.take_events(out); }
    std::optional<Instant> next_deadline() const override {
        return if_ever(std::min(or_never(deadlines_.earliest()), or_never(client_.next_deadline())));
    }

    // getters
    bool is_connected() const override { return client_.is_connected(); }
    bool is_slow(const Shard& shard) const override {
        const Settings& settings = shard.settings;
        return connection_ && (shard.connections.unsent(*connection_) >= settings.maximum_unsent_octets ||
                               shard.connections.unsent_of_all() >= settings.maximum_unsent_octets_of_all);
    }
    bool is_asked() const override { return client_.is_pinging(); }
    bool is_finishing() const override { return client_.unreleased() != 0; }
    bool is_back_soon(const Settings& settings, Instant now) const override {
        return !is_connected() && away_since_ != never && now < away_since_ + settings.upstream_patience;
    }
    mqtt::ProtocolVersion version() const override { return client_.settings().version; }
    bool was_accepted() const override { return connected_at_ != never; }
    bool is_probing() const override { return is_probing_; }
    bool will_is_told(const Settings& settings) const override {
        return client_.settings().will == will_for(client_.settings().version, settings);
    }
    bool has_moved() const override { return has_moved_; }
    bool is_down() const override {
        return !connection_ && !deadlines_.is_set(Timer::reopen) && !deadlines_.is_set(Timer::turn);
    }
    /// In the back-off: nobody is asked at present.
    bool is_pausing() const { return !connection_ && !is_down(); }
    /// Its turn to move to the chosen broker has come, and it waits until nothing is under way.
    bool is_leaving(const Shard& shard, Instant now) const {
        const std::optional<Instant> turn = deadlines_.at(Timer::turn);
        return connection_ && turn && broker_ != shard.brokers.chosen() && now >= *turn - move_pause;
    }
    /// publish() takes a message of QoS 1 or 2.
    bool has_room() const { return client_.is_connected() && client_.has_room(); }
    /// QoS 1 and 2 messages that the broker has not acknowledged.
    std::size_t in_flight() const { return client_.in_flight(); }
    /// Of those, what has left on the present connection, or on the last one.
    std::size_t on_the_way() const { return client_.on_the_way(); }
    const std::string& client_id() const { return client_.settings().client_id; }

    /// When a connection to a broker that is well has something under way: how long until it is looked at again.
    static constexpr Duration move_pause = std::chrono::milliseconds(200);

private:
    enum class Timer : std::uint8_t {
        connect,  // neither refused nor accepted by the broker until then: give this connection up
        reopen,   // end of the back-off
        turn,     // its turn among all that are opened again, or that move
        count_
    };

    /// Now, on a spare connection if that is wanted and there is one.
    void open_one(bool may_be_spare, Shard& shard, Instant now);
    /// Moves on what the client wants to be sent and closed. Ends each input and request.
    void settle(Shard& shard, Instant now);
    void let_go(Instant now);
    void hang_up(mqtt::ReasonCode reason, std::optional<std::chrono::seconds> session_expiry, Shard& shard,
                 Instant now);
    void finish(mqtt::ReasonCode reason, std::optional<std::chrono::seconds> session_expiry, Shard& shard, Instant now);
    /// What CONNECT carries: nothing for a broker that refuses it, or that would not wait with it.
    Seldom<mqtt::ClientWill> will_for(mqtt::ProtocolVersion version, const Settings& settings) const;
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
    bool is_untried_ = false;     // it is a spare one, on which the broker has not said anything yet
    bool has_connected_ = false;  // the broker has accepted one
    bool has_moved_ = false;
    bool wants_clean_;
    bool is_probing_ = false;
    bool has_ended_old_ = false;
    bool takes_will_ = true;  // the broker has not refused CONNECT for the will's QoS or retain flag
    std::optional<UpstreamId> connection_;
    Instant connected_at_ = never;
    Deadlines<Timer> deadlines_;
    mqtt::Client client_;
    // Not needed by messages that pass, as the end of the client is not.
    Instant away_since_ = never;  // the loss of the last connection
    Seldom<Will> will_;
    Random jitter_;
};

}  // namespace trunkline::gateway
