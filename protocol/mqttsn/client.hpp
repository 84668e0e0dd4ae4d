#pragma once
// The client role of MQTT-SN: one sensor, over one unicast path to its gateway. Its session lasts over reconnects.

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "protocol/base/bytes.hpp"
#include "protocol/base/instant.hpp"
#include "protocol/mqttsn/client_events.hpp"
#include "protocol/mqttsn/client_settings.hpp"
#include "protocol/mqttsn/codec.hpp"
#include "protocol/mqttsn/datagrams.hpp"
#include "protocol/mqttsn/qos2_inbox.hpp"
#include "protocol/mqttsn/retry.hpp"
#include "protocol/mqttsn/topic.hpp"
#include "protocol/mqttsn/topic_ids.hpp"

namespace trunkline::mqttsn {

using Datagram = std::vector<std::byte>;

/// What a client has to say to its owner and its gateway.
struct ClientOutputs {
    std::vector<ClientEvent> events;
    Datagrams datagrams;
};

/// Sans-I/O. One request of the owner's at a time (§6.6 asks it for publishing; 2.0 will for all): the owner waits for
/// the event that ends it.
///
/// One message at a time awaits an answer and is repeated: CONNECT and what follows it, REGISTER, PUBLISH, PUBREL,
/// SUBSCRIBE, UNSUBSCRIBE, a will update, DISCONNECT or PINGREQ. While a request runs, its own retries watch over the
/// connection: a PINGREQ that keep-alive demands then is sent once and not waited for, so that nothing but its Nretry
/// ends a request early. One also leaves when the gateway has been silent for the keep-alive: who publishes at QoS 0
/// without pause would never learn that nobody hears it.
///
/// Takes no part in discovery: ADVERTISE, SEARCHGW, GWINFO and what only clients send are counted in ignored_received()
/// and have no other effect.
class Client {
public:
    explicit Client(ClientSettings settings);

    /// It is about to publish: brings near what it has beside itself. In two steps (bring_near.hpp).
    void expect(unsigned step) const { topics_.expect(step); }

    // inputs
    /// Begins to connect, and keeps connecting until disconnect(). Ends sleep: the session goes on where it was.
    /// Nothing happens while connecting, active, or on the way to sleep or disconnection.
    void connect(Instant now);
    void received(ByteView datagram, Instant now);
    void advance(Instant now);

    // requests
    /// Active, no request running, and not asked to pause by "congestion".
    bool can_request() const {
        return state_ == State::active && std::holds_alternative<std::monostate>(request_) && !resume_at_;
    }
    bool can_publish() const { return can_request(); }
    /// QoS 0, 1 or 2. A name is registered first if this session has no id for it. Requires can_publish(), a name
    /// without wildcards, and that name and data fit a datagram.
    PublishId publish(const Topic& topic, QoS qos, ByteView data, bool retain, Instant now);
    /// QoS 1 on a topic name.
    PublishId publish(std::string_view topic, ByteView data, bool retain, Instant now) {
        return publish(Topic::named(topic), QoS::at_least_once, data, retain, now);
    }
    /// QoS -1 (§6.8): in any state, without an answer or an event. The topic is predefined or a short name.
    void publish_without_connection(const Topic& topic, ByteView data, bool retain, Instant now);

    /// A name may be a filter with wildcards. Both require can_request(); ClientSubscribed or ClientUnsubscribed ends
    /// it, and ClientMessage brings what is published.
    void subscribe(const Topic& topic, QoS qos, Instant now);
    void unsubscribe(const Topic& topic, Instant now);

    /// The will from now on: the gateway is told (§6.4), and every CONNECT brings it. Requires can_request().
    void change_will(Will will, Instant now);
    /// No will from now on, topic and message. Requires can_request().
    void delete_will(Instant now);

    /// Sleeps for 1 to 65535 s at a time: then the client wakes by itself, takes the messages that the gateway has
    /// kept, and sleeps again, each time with ClientAsleep, until connect() or disconnect(). Requires can_request().
    void sleep(std::chrono::seconds duration, Instant now);
    /// Wakes a sleeping client before its time.
    void wake(Instant now);

    /// Ends the connection in order. A request that is running ends with connection_lost.
    void disconnect(Instant now);

    // outputs
    const Datagrams& datagrams() const {
        static const Datagrams none;
        return outputs_ ? outputs_->datagrams : none;
    }
    void datagrams_taken() {
        if (outputs_) outputs_->datagrams.clear();
    }
    /// The same as values.
    std::vector<Datagram> take_datagrams();
    std::span<const ClientEvent> events() const {
        return outputs_ ? std::span<const ClientEvent>(outputs_->events) : std::span<const ClientEvent>();
    }
    void events_taken() {
        if (outputs_) outputs_->events.clear();
    }
    /// While nothing is to be taken: the memory for outputs changes hands. Whoever has many clients may lend it to each
    /// for an input, so that those that are idle hold none.
    void swap_outputs(std::unique_ptr<ClientOutputs>& outputs) { outputs_.swap(outputs); }

    std::optional<Instant> next_deadline() const;

    bool is_active() const { return state_ == State::active; }
    bool is_asleep() const { return state_ == State::asleep; }
    /// Neither connected nor on the way there or back, whether it is going to connect again by itself or not.
    bool is_idle() const { return state_ == State::disconnected || state_ == State::pausing; }
    std::uint64_t malformed_received() const { return malformed_received_; }
    /// Messages that were well-formed and meant nothing: late answers, and what the role takes no part in.
    std::uint64_t ignored_received() const { return ignored_received_; }
    /// How many PUBLISH datagrams left, retransmissions included (formula 6.1 counts them).
    std::uint64_t publishes_sent() const { return publishes_sent_; }

private:
    enum class State : std::uint8_t {
        disconnected,
        pausing,  // connects again at resume_at_
        connecting,
        active,
        falling_asleep,  // DISCONNECT with Duration awaits its answer
        asleep,          // until resume_at_
        awake,           // PINGREQ with ClientId awaits PINGRESP
        disconnecting
    };
    /// Which message of the set-up awaits its answer (§6.3).
    enum class SetUp : std::uint8_t { connect, will_topic, will_message };

    /// REGISTER until REGACK where a name has no id yet, PUBLISH until PUBACK or PUBREC, PUBREL until PUBCOMP.
    struct Publishing {
        enum class Step : std::uint8_t { registering, publishing, releasing };
        PublishId id{};
        TopicIds::Place place{};  // of a name
        std::vector<std::byte> data;
        std::uint32_t publishes_sent = 0;
        TopicIdType topic_id_type{};
        QoS qos{};
        bool retain = false;
        TopicId topic_id{};  // in all copies of this PUBLISH, whatever the gateway registers meanwhile
        MsgId msg_id{};
        Step step{};
        std::uint8_t registered_again = 0;  // after PUBACK "invalid topic id"
    };
    /// WILLTOPICUPD until WILLTOPICRESP, then WILLMSGUPD until WILLMSGRESP.
    struct ChangingWill {
        enum class Step : std::uint8_t { topic, message };
        Step step{};
    };
    /// SUBSCRIBE until SUBACK, UNSUBSCRIBE until UNSUBACK.
    struct Subscribing {
        enum class Kind : std::uint8_t { subscribe, unsubscribe };
        Kind kind{};
        TopicIdType topic_id_type{};
        QoS qos{};
        TopicId topic_id{};
        MsgId msg_id{};
        std::string name;
    };
    using Request = std::variant<std::monostate, Publishing, Subscribing, ChangingWill>;

    // client_connecting.cpp
    void start_connecting(Instant now);
    void send_set_up(Instant now);
    void send_disconnect(Instant now);
    void lose(ClientLost lost, Instant now);
    Duration pause_after(const ClientLost& lost) const;
    void finish_disconnecting();
    void handle(const WillTopicReq& message, Instant now);
    void handle(const WillMsgReq& message, Instant now);
    void handle(const ConnAck& message, Instant now);
    void handle(const Disconnect& message, Instant now);

    // client_publishing.cpp
    void start(Publishing& publishing, Instant now);
    void send_step(Publishing& publishing, bool dup, Instant now);
    void register_again(Publishing& publishing, Instant now);
    Publishing* publishing_at(Publishing::Step step, MsgId msg_id);
    void handle(const RegAck& message, Instant now);
    void handle(const PubAck& message, Instant now);
    void handle(const PubRec& message, Instant now);
    void handle(const PubComp& message, Instant now);
    void handle_refused_qos_0(const PubAck& message, Instant now);

    // client_will.cpp
    void start(ChangingWill& changing, Instant now);
    void send_step(const ChangingWill& changing, Instant now);
    void will_answered(ChangingWill::Step step, ReturnCode return_code, Instant now);
    void handle(const WillTopicResp& message, Instant now);
    void handle(const WillMsgResp& message, Instant now);

    // client_subscribing.cpp
    void start(Subscribing& subscribing, Instant now);
    void send_step(const Subscribing& subscribing, bool dup, Instant now);
    Subscribing* subscribing_at(Subscribing::Kind kind, MsgId msg_id);
    void handle(const SubAck& message, Instant now);
    void handle(const UnsubAck& message, Instant now);

    // client_sleeping.cpp
    void send_waking_ping(Instant now);
    void fall_asleep(bool gateway_answered, Instant now);
    void gateway_is_at_work(Instant now);

    // client_receiving.cpp
    /// Until the gateway knows that the client sleeps, it sends.
    bool is_listening() const {
        return state_ == State::active || state_ == State::falling_asleep || state_ == State::awake;
    }
    void refuse(const Publish& message, ReturnCode return_code, Instant now);
    void deliver(const Publish& message);
    void handle(const Register& message, Instant now);
    void handle(const Publish& message, Instant now);
    void handle(const PubRel& message, Instant now);

    // client.cpp
    ClientOutputs& outputs() {
        if (!outputs_) outputs_ = std::make_unique<ClientOutputs>();
        return *outputs_;
    }
    void handle(const PingReq& message, Instant now);
    void handle(const PingResp& message, Instant now);
    template <typename Other>
    void handle(const Other&, Instant) {
        ++ignored_received_;
    }
    bool is_congested() const { return state_ == State::active && resume_at_.has_value(); }
    void start_request(Instant now);
    void repeat_request(Instant now);
    void end_request(RequestOutcome outcome, ReturnCode return_code = ReturnCode::accepted);
    void wait_out_congestion(Instant now);
    void supervise(Instant now);
    void send(const Message& message, Instant now);
    void send_again(Instant now);
    void give_up(Instant now);
    void resume(Instant now);
    std::optional<Instant> ping_due() const;
    void ping(Instant now);
    MsgId next_msg_id();

    ClientSettings settings_;
    TopicIds topics_;
    Qos2Inbox inbox_;
    Request request_;
    Retry retry_;                       // of the one message that awaits an answer
    std::optional<Instant> resume_at_;  // pausing: connect again; active: congestion is over; asleep: wake
    Instant last_sent_{};
    Instant last_heard_{};                    // anything well-formed
    std::unique_ptr<ClientOutputs> outputs_;  // null: none yet
    std::uint64_t last_publish_id_ = 0;
    std::uint64_t malformed_received_ = 0;
    std::uint64_t ignored_received_ = 0;
    std::uint64_t publishes_sent_ = 0;
    std::uint16_t last_msg_id_ = 0;
    std::uint16_t sleep_duration_ = 0;  // seconds
    State state_ = State::disconnected;
    SetUp set_up_ = SetUp::connect;
    bool pinging_ = false;  // the message that awaits an answer is a PINGREQ
};

}  // namespace trunkline::mqttsn
