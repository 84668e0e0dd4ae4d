#pragma once
// One MQTT-SN client as its gateway sees it.

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "gateway/core/answer_gate.hpp"
#include "gateway/core/backlog.hpp"
#include "gateway/core/downlink.hpp"
#include "gateway/core/inspection.hpp"
#include "gateway/core/link_quality.hpp"
#include "gateway/core/shard.hpp"
#include "gateway/core/subscriptions.hpp"
#include "gateway/core/supervision.hpp"
#include "gateway/core/topic_registry.hpp"
#include "gateway/core/uplink_inbox.hpp"
#include "gateway/core/uplink_window.hpp"
#include "gateway/core/upstream_session.hpp"
#include "gateway/core/will.hpp"
#include "protocol/base/bring_near.hpp"
#include "protocol/base/instant.hpp"
#include "protocol/base/seldom.hpp"
#include "protocol/mqttsn/messages.hpp"

namespace trunkline::gateway {

/// Transparent mode (MQTT-SN 1.2 §4.1): the client has a connection to the broker of its own, so that sessions are the
/// broker's; topic ids and the will are the gateway's. The record of a persistent session lasts over connections and is
/// given up when the broker has given up its part.
///
/// Aggregating mode (§4.2): the client shares a connection, and its session is the gateway's: subscriptions, and what
/// waits for it (keeping.cpp). Everything else is the same.
class Client {
public:
    Client(SensorId id, std::string client_id) : id_(id), client_id_(std::move(client_id)) {}

    // What the store had of it: first its session, then what belongs to that.
    void restore(const SensorRecord& record, Shard& shard, Instant now);
    void restore(const TopicRecord& record, Shard& shard);
    void restore(const SubscriptionRecord& record, Shard& shard);
    void restore(const UplinkExchangeRecord& record, Shard& shard);
    void restore(const DownlinkExchangeRecord& record, Shard& shard);
    void restore(const QueuedRecord& record, Shard& shard);
    void restore(const UplinkRecord& record, Shard& shard, Instant now);

    /// Something from it is about to come: brings near what that needs. In five steps (bring_near.hpp).
    void expect(unsigned step, const Shard& shard) const {
        if (step == 0) return bring_near(*this, downlink_);
        topics_.expect(step - 1);
        if (step > 1 && upstream_) return upstream_->expect(step - 2, shard);
        bring_beginning_near(upstream_.get());
        if (const Connection* present = connection()) present->uplink.expect();
    }

    // inputs
    /// CONNECT, from any address; judged by the gateway already.
    void connect(const mqttsn::Connect& packet, const Address& from, Shard& shard, Instant now);
    /// Something has come from it that is answered elsewhere.
    void heard(Instant now) {
        link_.heard(now);
        if (Connection* present = connection()) present->supervision.message_received(now);
    }
    /// The gateway could hear nobody for that long.
    void stood_still(Duration time, Instant now) {
        if (Connection* present = connection()) present->supervision.stood_still(time, now);
    }
    /// Any other message, from address().
    void received(const mqttsn::Message& message, Shard& shard, Instant now);
    /// It goes on at another address. Requires is_connected().
    void move(const Address& to, Shard& shard, Instant now);
    /// Another ClientId connects from address(): whoever was active there is lost. A sleeper is not: it says nothing,
    /// and so a translator of addresses may have given its port to somebody else. It sleeps on, and is nowhere.
    void address_taken(Shard& shard, Instant now);
    void upstream_opened(Shard& shard, Instant now);
    void upstream_received(ByteView bytes, Shard& shard, Instant now);
    void upstream_closed(Shard& shard, Instant now);
    /// On the connection that it shares; serve_shared() follows.
    void upstream_told(const mqtt::ClientEvent& event);
    /// A message from the broker that is for it among others, at this QoS at the most, into the gateway's own queue.
    /// The batch that makes it durable; no_ticket: there is nothing to wait for. The same follows.
    Ticket take(const mqtt::ClientMessage& message, mqtt::QoS qos, Shard& shard, Instant now);
    void serve_shared(Shard& shard, Instant now);
    void advance(Shard& shard, Instant now);
    /// Another broker was chosen, or the chosen one is back.
    void follow_broker(Shard& shard, Instant now) {
        if (upstream_) upstream_->follow(shard, now);
    }
    /// A batch is durable.
    void stored(Shard& shard, Instant now);
    /// The sensor's connection is ended from here. It is told by DISCONNECT, and its will is published.
    void expel(SensorGone::Cause cause, Shard& shard, Instant now);
    /// It has said nothing but CONNECT, and others want its place. Nothing of it is kept here, and it is not told:
    /// nobody may be there. The broker keeps the session that it may have had.
    void displace(Shard& shard, Instant now);
    /// As expel(), and nothing of it is kept: no session, no will, no message on its way. False: the broker has its
    /// session still, and is told when it can be reached, within the time that it would keep it.
    bool discard(Shard& shard, Instant now);
    /// It was forgettable, and is no more: nobody else is told of its session's end.
    void forgotten(Shard& shard);
    /// Predefined topic ids mean something else now.
    void topics_redefined(Shard& shard, Instant now);
    /// The gateway stops: an orderly end of the upstream connection.
    void shut_down(Shard& shard, Instant now);

    // deadline
    std::optional<Instant> next_deadline() const;

    // getters
    const std::string& client_id() const { return client_id_; }
    /// Where its messages come from; nothing while there is no connection, and for a sleeper whose address has become
    /// another's.
    std::optional<Address> address() const;
    /// Where it is, or was, whoever is there has proved to have the name of its ClientId (ways.hpp).
    bool is_named() const;
    /// In one of the three states that have a connection: active, asleep, awake.
    bool is_connected() const { return connection() != nullptr; }
    /// Nothing is left that a later CONNECT could need, or that is to be sent.
    bool is_forgettable() const {
        return std::holds_alternative<Disconnected>(state_) && !keeps_session_ && !gate_.is_waiting();
    }
    // for operators; what is referred to changes with the next input
    SensorState state() const;
    /// Between CONNECT and CONNACK it has none that it was held to yet; asleep, the duration of its sleep.
    std::chrono::seconds silence_allowed() const;
    SensorShare share() const;
    bool is_upstream_connected() const { return upstream_ && upstream_->is_connected(); }
    /// Of its present or next connection to the broker. Requires that it has said CONNECT.
    mqtt::ProtocolVersion upstream_version() const { return upstream_->version(); }
    /// On which of the shared connections it is; nothing: it has one of its own. Requires the same.
    std::optional<std::string_view> shared_connection() const;
    /// The same in the tables of timers and connections.
    std::optional<SensorId> shared_owner() const;
    bool has_clean_session() const { return clean_session_; }
    bool has_will() const { return will_.has_value(); }
    const LinkQuality& link() const { return link_; }
    const TopicRegistry& topics() const { return topics_; }
    const Subscriptions& subscriptions() const { return subscriptions_; }
    const Downlink& downlink() const { return downlink_; }
    /// Its messages that are stored until the broker has them.
    std::size_t stored_messages() const { return backlog_.size() + exactly_once_.size(); }
    /// Under which the store has it; zero: not at all.
    SensorNumber number() const { return number_; }
    /// The batch that its answers wait for; no_ticket: none.
    Ticket awaited() const { return gate_.ticket(); }

private:
    /// What CONNECT asked for: the same again is a retransmission.
    struct Request {
        Address from;
        bool clean_session = false;
        bool will = false;
        std::chrono::seconds keep_alive{};
        friend bool operator==(const Request&, const Request&) = default;
    };
    /// With each message that is acknowledged the broker may send another one that it has held back.
    enum class Rest : std::uint8_t {
        none,
        unknown,
        asked_for,
        fetched  // by another connection, which is not up yet
    };
    /// What a connection has from CONNACK to its end, asleep or not.
    struct Connection {
        Request request;
        Instant connack_sent_at;
        Supervision supervision;
        UplinkWindow uplink;
        Rest rest = Rest::none;
    };

    // The states of §6.14, and those on the way to "active".
    struct Disconnected {
        Instant since;
    };
    /// WILLTOPICREQ was sent, and WILLMSGREQ once there is a topic.
    struct PromptingWill {
        Request request;
        Instant give_up_at;
        Seldom<Will> will;
        bool is_of_connected = false;  // it was connected, and has not said goodbye: the will that it had is due
    };
    /// CONNACK follows the broker's.
    struct Connecting {
        Request request;
        Instant give_up_at;
        Seldom<Will> will;  // what the prompts brought
    };
    struct Active : Connection {};
    struct Asleep : Connection {
        std::chrono::seconds duration{};
    };
    /// Gets what has waited for it, then PINGRESP, and sleeps on.
    struct Awake : Connection {
        std::chrono::seconds duration{};
    };
    /// Something of it is still to be published: what is in the backlog, then its will unless it said goodbye. Or it
    /// has been discarded, and the broker does not know yet.
    struct Lost {
        Instant since;
        std::optional<mqtt::PacketId> under_way;
        bool is_acknowledged = false;
        bool has_will = false;
        std::optional<Instant> again_at = std::nullopt;   // the broker had no room for the will
        bool is_discarded = false;                        // the broker is to hear that its session has ended
        mqtt::QoS highest_qos = mqtt::QoS::exactly_once;  // that the broker takes, and whether it takes what is to be
        bool may_retain = true;                           // retained: a lesser will is better than none
        mqtt::ReasonCode refusal{};                       // the broker's last word
    };
    /// Why the upstream connection ended for good, for after its events.
    struct UpstreamEnd {
        mqttsn::ReturnCode return_code{};
        mqtt::ReasonCode reason{};
        SensorGone::Cause cause{};
    };

    /// The sensor may not have seen CONNACK: what it last sent for it comes again for as long as it waits, the last
    /// time after Nretry intervals and what the link adds to them. Longer than the link may hold a copy back.
    static bool may_be_repeated(const Connection& connection, const Settings& settings, Instant now) {
        return now - connection.connack_sent_at < settings.retry.patience();
    }
    /// In one of the three states that have a connection.
    Connection* connection();
    const Connection* connection() const { return const_cast<Client*>(this)->connection(); }

    // connecting.cpp
    void connect_upstream(const Request& request, const Seldom<Will>& will, Shard& shard, Instant now);
    /// A persistent session goes on, over the connection that it has or waits for, if any.
    bool resumes(const Request& request, const Shard& shard) const;
    Mode mode_of(std::optional<Way> way, const Shard& shard) const { return shard.settings.modes.of(client_id_, way); }
    bool is_shared() const { return upstream_ && upstream_->is_shared(); }
    /// Ends a connection whose CONNECT has told the broker a will that is not the sensor's any more.
    void renew_upstream(Shard& shard, Instant now);
    /// From the broker where it is to the one that was chosen; the sensor hears nothing of it.
    void move_upstream(Shard& shard, Instant now);
    void end_upstream_connection(bool session_ends, Shard& shard, Instant now);
    void begin_session(bool clean_session, Mode mode, Shard& shard, Instant now);
    /// `clean_start`: only when the sensor itself asked for it.
    void make_upstream(bool clean_start, Mode mode, Shard& shard, Instant now);
    void accept(const Request& request, const Seldom<Will>& will, Shard& shard, Instant now);
    void refuse(const Address& from, mqttsn::ReturnCode code, mqtt::ReasonCode reason, Shard& shard, Instant now);
    void end(SensorGone::Cause cause, Shard& shard, Instant now);
    void give_up_upstream(Shard& shard, Instant now);

    // storing.cpp
    /// The session as it is now, into the open batch; what is sent from now on waits until that is durable.
    void record(Shard& shard, Instant now);
    void drop_record(Shard& shard);
    SensorRecord record_of(const Shard& shard, Instant now) const;
    /// The name's id, a new one if it has none yet. Nothing: no room.
    std::optional<mqttsn::TopicId> assign_topic(std::string_view name, Shard& shard);
    void put_subscription(const Subscriptions::Subscription& subscription, Shard& shard);
    void drop_subscription(std::string_view filter, Shard& shard);

    // will.cpp
    void prompt_for_will(const Request& request, Shard& shard, Instant now);
    bool may_be_will_topic(std::string_view topic, Shard& shard) const;
    void repeat_connack(Connection& connection, Shard& shard, Instant now);
    void received_will(const mqttsn::Message& message, PromptingWill& prompting, Shard& shard, Instant now);
    void will_changed(Shard& shard, Instant now);
    /// Were it not heard any more, that would be a loss: it is connected, or was until its present CONNECT.
    bool has_will_due() const;
    /// The end of a connection that the client did not want (§6.3): its will is published.
    void lose(SensorGone::Cause cause, Shard& shard, Instant now);
    void publish_will(Lost& lost, Shard& shard, Instant now);
    void will_answered(Lost& lost, mqtt::ReasonCode reason, const Shard& shard, Instant now);
    /// The broker takes it only with less. False: that is not why.
    bool lessen_will(Lost& lost, mqtt::ReasonCode reason) const;
    /// The end of its publication. `reason`: the broker's, by which it may be refused.
    void will_published(mqtt::ReasonCode reason, Shard& shard, Instant now);

    // upstream_events.cpp
    /// What happened upstream, told to the sensor. Ends each input that reaches the upstream connection.
    void react(Shard& shard, Instant now);
    void heed_events(Shard& shard, Instant now);
    std::optional<UpstreamEnd> handle(const mqtt::ClientConnected& event, Shard& shard, Instant now);
    std::optional<UpstreamEnd> handle(const mqtt::ClientRefused& event, Shard& shard, Instant now);
    std::optional<UpstreamEnd> handle(const mqtt::ClientPublished& event, Shard& shard, Instant now);
    std::optional<UpstreamEnd> handle(const mqtt::ClientDisconnected& event, Shard& shard, Instant now);
    std::optional<UpstreamEnd> handle(const mqtt::ClientSubscribed& event, Shard& shard, Instant now);
    std::optional<UpstreamEnd> handle(const mqtt::ClientUnsubscribed& event, Shard& shard, Instant now);
    std::optional<UpstreamEnd> handle(const mqtt::ClientGaveUp& event, Shard& shard, Instant now);
    std::optional<UpstreamEnd> handle(const mqtt::ClientReceived& event, Shard& shard, Instant now);
    std::optional<UpstreamEnd> handle(const mqtt::ClientReleased& event, Shard& shard, Instant now);
    std::optional<UpstreamEnd> handle(const mqtt::ClientMessage& event, Shard& shard, Instant now);
    void upstream_ended(const UpstreamEnd& end, Shard& shard, Instant now);
    void upstream_down(Shard& shard, Instant now);

    // one file for each activity
    void handle(const mqttsn::Register& packet, Connection& connection, Shard& shard, Instant now);
    void handle(const mqttsn::Publish& packet, Connection& connection, Shard& shard, Instant now);
    void handle(const mqttsn::RegAck& packet, Connection& connection, Shard& shard, Instant now);
    void handle(const mqttsn::PubAck& packet, Connection& connection, Shard& shard, Instant now);
    void handle(const mqttsn::PubRec& packet, Connection& connection, Shard& shard, Instant now);
    void handle(const mqttsn::PubRel& packet, Connection& connection, Shard& shard, Instant now);
    void handle(const mqttsn::PubComp& packet, Connection& connection, Shard& shard, Instant now);
    void handle(const mqttsn::Subscribe& packet, Connection& connection, Shard& shard, Instant now);
    void handle(const mqttsn::Unsubscribe& packet, Connection& connection, Shard& shard, Instant now);
    void handle(const mqttsn::PingReq& packet, Connection& connection, Shard& shard, Instant now);
    void handle(const mqttsn::Disconnect& packet, Connection& connection, Shard& shard, Instant now);
    void handle(const mqttsn::WillTopic& packet, Connection& connection, Shard& shard, Instant now);
    void handle(const mqttsn::WillMsg& packet, Connection& connection, Shard& shard, Instant now);
    void handle(const mqttsn::WillTopicUpd& packet, Connection& connection, Shard& shard, Instant now);
    void handle(const mqttsn::WillMsgUpd& packet, Connection& connection, Shard& shard, Instant now);
    /// Everything else has no meaning for a connected client: a gateway's messages, answers to what was not asked.
    template <typename Message>
    void handle(const Message&, Connection&, Shard& shard, Instant) {
        ++shard.counters.unexpected;
    }

    // publishing.cpp
    void publish_once(const mqttsn::Publish& packet, std::string_view topic, Connection& connection, Shard& shard,
                      Instant now);
    void acknowledge(const mqttsn::Publish& packet, mqttsn::ReturnCode code, const Connection& connection,
                     Shard& shard);

    // publishing_exactly_once.cpp
    void publish_exactly_once(const mqttsn::Publish& packet, std::string_view topic, Connection& connection,
                              Shard& shard, Instant now);
    void store_exactly_once(const mqttsn::Publish& packet, std::string_view topic, Connection& connection,
                            Shard& shard);
    void repeat_pubrec(UplinkInbox::Exchange& exchange, const Connection& connection, Shard& shard);
    void put_exchange(const UplinkInbox::Exchange& exchange, Shard& shard);
    void drop_exchange(mqttsn::MsgId msg_id, Shard& shard);
    /// What is durable and the broker does not know yet: PUBLISH, and PUBREL.
    void forward_exactly_once(Shard& shard, Instant now);
    /// Another session at the broker: what was sent in the one before is new in this, or is over.
    void exactly_once_anew(Shard& shard);
    /// False: the event is about something else.
    bool finish_exactly_once(const mqtt::ClientPublished& event, Shard& shard);
    /// A message was promised to the sensor that another session at the broker would not know.
    bool has_exactly_once_promises();

    // delivering_exactly_once.cpp
    /// False: the message cannot be sent before its exchange is durable.
    bool begin_exactly_once(Downlink::Message& message, Shard& shard);
    void put_exchange(const Downlink::Message& message, Shard& shard);
    void drop_exchange(mqtt::PacketId packet_id, Shard& shard);
    void complete_released(Shard& shard, Instant now);
    void restart_msg_ids(Shard& shard, Instant now);

    // forwarding.cpp
    /// The store has the sensor: what is put of it outlives a restart.
    bool is_stored(const Shard& shard) const { return number_ != SensorNumber{} && shard.durability.is_on(); }
    /// Something that was stored has to be brought to the broker.
    bool owes_broker() const { return !backlog_.empty() || !exactly_once_.empty(); }
    /// There is room for one more of these.
    bool can_store(std::size_t bytes, const Shard& shard) const;
    /// PUBLISH is not the broker's business now.
    bool takes_over(const Shard& shard) const;
    void take_over(const mqttsn::Publish& packet, std::string_view topic, Connection& connection, Shard& shard,
                   Instant now);
    void forward_backlog(Shard& shard, Instant now);
    /// False: the event is about something else.
    bool finish_forwarding(const mqtt::ClientPublished& event, Shard& shard);
    void forget_uplink(const UplinkRecord& record, Shard& shard);
    /// The end of the connection to the sensor; that to the broker lasts until the backlog is empty.
    void leave(Shard& shard, Instant now);
    void give_up_backlog(Shard& shard);

    // subscribing.cpp
    void subscribe_again(Shard& shard, Instant now);
    /// Tells the broker of subscriptions that the sensor has ended while it was away.
    void unsubscribe_again(Shard& shard, Instant now);

    // delivering.cpp
    /// A message from the broker, as far as there is room.
    void queue_up(const mqtt::ClientMessage& event, Shard& shard, Instant now);
    /// What waited here has been taken, and the broker holds more, which it sends on its next connection only. False:
    /// it does not, or not now.
    bool fetch_what_was_left(Shard& shard, Instant now);
    /// Sends what may be sent of what waits for the sensor.
    void deliver(Connection& connection, Shard& shard, Instant now);
    /// Not for the sensor: the broker is told that it has it.
    std::optional<UpstreamEnd> pass_over(const mqtt::ClientMessage& event, DropCause cause, Shard& shard, Instant now);
    /// Something: why the message cannot reach the sensor.
    std::optional<DropCause> begin_delivery(Downlink::Message& message, Connection& connection, Shard& shard,
                                            Instant now);
    void send_running(Connection& connection, Shard& shard);
    void repeat_running(Connection& connection, Shard& shard);
    /// The answer that the running exchange waits for, which shows how good the link is.
    bool answers(Downlink::Step step, mqttsn::MsgId msg_id, Shard& shard, Instant now);
    void finish_delivery(mqtt::ReasonCode reason, Shard& shard, Instant now);
    /// How the sensor is told the topic: by an id that it knows, else by what needs none, else by a normal id that is
    /// to be registered first. Nothing: its registry is full.
    std::optional<WireTopic> wire_topic(const std::string& topic, Shard& shard);
    static mqttsn::Publish publish_of(const Downlink::Message& message, WireTopic topic, mqttsn::MsgId msg_id);

    // keeping.cpp
    Downlink::Limits queue_limits(const Shard& shard) const;
    /// Something: why the message cannot stand in the queue.
    std::optional<DropCause> obstacle_to_take(const mqtt::ClientMessage& message, const Shard& shard) const;
    QueuedRecord queued_record(const Downlink::Message& message, const Shard& shard) const;
    /// Neither the broker nor the sensor wants this one any more.
    void forget_queued(const Downlink::Message& message, Shard& shard);
    /// What has waited for longer than its publisher wanted.
    void drop_expired(Shard& shard, Instant now);
    /// Nothing leaves until the sensor connects again.
    void keep_queue(Shard& shard);
    /// The end of its session.
    void clear_queue(Shard& shard);

    // sleep_cycle.cpp
    void fall_asleep(Connection& connection, std::chrono::seconds duration, Instant now);
    void wake_up(const Request& request, Shard& shard, Instant now);
    /// PINGRESP once there is nothing more to send to an awake client.
    void sleep_on(Shard& shard, Instant now);
    /// The broker's window has room for more than it had.
    void room_was_made();
    /// Nothing more comes from the broker at present.
    bool has_all(Connection& connection, Shard& shard, Instant now);

    // what every message needs
    SensorId id_;
    bool clean_session_ = false;
    bool keeps_session_ = false;  // persistent, and accepted by the broker once
    std::variant<Disconnected, PromptingWill, Connecting, Active, Asleep, Awake, Lost> state_;
    std::unique_ptr<UpstreamSession> upstream_;  // from the first CONNECT on
    SensorNumber number_{};
    LinkQuality link_;
    AnswerGate gate_;
    TopicRegistry topics_;
    UplinkInbox uplink_inbox_;
    Backlog backlog_;
    Backlog exactly_once_;                  // QoS 2, all of it, where there is a store
    std::vector<mqtt::PacketId> released_;  // by the broker; PUBCOMP waits for the store
    Downlink downlink_;

    // and what it seldom does
    std::string client_id_;
    Seldom<Will> will_;
    Subscriptions subscriptions_;
    BatchPlace record_place_;
    Duration session_expiry_{};  // of the record, after the end of its last connection
};

}  // namespace trunkline::gateway
