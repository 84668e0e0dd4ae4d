#pragma once
// An actor: the protocol's client, its subscriptions, what it publishes, and the habit of coming back.

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "protocol/mqtt/client.hpp"
#include "simulator/devices/answers.hpp"
#include "simulator/devices/dialler.hpp"
#include "simulator/devices/publications.hpp"
#include "simulator/plan/scenario.hpp"

namespace trunkline::sim {

struct ObserverConnected {
    bool session_present = false;
};
/// The server has granted all subscriptions, or still has them in a session that was present.
struct ObserverSubscribed {};
struct ObserverLost {};
/// The server will not have one of the subscriptions.
struct SubscriptionRefused {
    mqtt::ReasonCode reason{};
};
struct ObserverMessage {
    std::string topic;
    std::vector<std::byte> payload;
    bool dup = false;
    bool retain = false;
};
/// What became of something that it publishes; `publication`: index into ActorPlan::publications.
struct PublicationSent {  // handed to the client: with QoS 1 and 2 the session keeps it
    std::size_t publication = 0;
};
struct PublicationAcknowledged {
    std::size_t publication = 0;
};
struct PublicationRejected {
    std::size_t publication = 0;
    mqtt::ReasonCode reason{};
};
/// The script's command was answered, so long after it was due; `answer`: index into ActorPlan::answers.
struct CommandAnswered {
    std::size_t answer = 0;
    Duration after{};
};
/// Too many wait for a connection: the oldest goes.
struct PublicationDropped {
    std::size_t publication = 0;
};
using ObserverFact =
    std::variant<ObserverConnected, ObserverSubscribed, ObserverLost, SubscriptionRefused, ObserverMessage,
                 PublicationSent, PublicationAcknowledged, PublicationRejected, PublicationDropped, CommandAnswered>;

/// Opens a connection at the start and again whenever it ends, after a draw from zero to the back-off, which doubles
/// from one second to a minute and starts anew only once the server has granted the subscriptions: a server that
/// accepts and throws out at once is not stormed. What it publishes while it is not connected waits until it is.
class Observer {
public:
    static constexpr Duration backoff_first = std::chrono::seconds(1);
    static constexpr Duration backoff_last = std::chrono::seconds(60);
    static constexpr std::size_t most_waiting = 1'000;

    /// The scenario outlives the observer.
    Observer(const Scenario& scenario, std::size_t index, Instant start);

    // inputs
    void transport_opened(Instant now);
    void received(ByteView bytes, Instant now);
    /// The connection is gone, or could not be opened; once per open request, also after close_requested().
    void transport_closed(Instant now);
    void advance(Instant now);
    /// Orderly end: DISCONNECT, and it does not come back.
    void leave(Instant now);
    /// After leave(): wants a connection again.
    void come_back(Instant now);

    // outputs
    /// True once: a transport is wanted.
    bool take_open_request() { return dialler_.take_request(); }
    std::size_t take_output(OutputBytes& out) { return client_.take_output(out); }
    /// Send the output first, then close, then transport_closed().
    bool close_requested() const { return client_.close_requested(); }
    std::span<const ObserverFact> facts() const { return facts_; }
    void facts_taken() { facts_.clear(); }

    // deadline
    std::optional<Instant> next_deadline() const;

    bool is_subscribed() const { return is_subscribed_; }

private:
    void heed_client(Instant now);
    void heed(const mqtt::ClientConnected& connected, Instant);
    void heed(const mqtt::ClientSubscribed& subscribed, Instant);
    /// Moves it on.
    void heed(mqtt::ClientMessage& message, Instant now);
    void heed(const mqtt::ClientPublished& published, Instant);
    // A refusal and a disconnect are followed by transport_closed(); an observer unsubscribes never.
    void heed(const mqtt::ClientRefused&, Instant) {}
    void heed(const mqtt::ClientDisconnected&, Instant) {}
    void heed(const mqtt::ClientUnsubscribed&, Instant) {}
    void heed(const mqtt::ClientReceived&, Instant) {}  // the client completes QoS 2 itself
    void heed(const mqtt::ClientReleased&, Instant) {}
    void heed(const mqtt::ClientGaveUp&, Instant) {}
    void subscribe_all(Instant now);
    void publish_due(Instant now);
    void publish_waiting(Instant now);
    void subscribed();

    const ActorPlan& plan_;
    mqtt::Client client_;
    Dialler dialler_;
    Publications publications_;
    Answers answers_;
    std::vector<std::size_t> waiting_;  // publications that are due, oldest first
    struct InFlight {
        mqtt::PacketId packet_id{};
        std::size_t publication = 0;
    };
    std::vector<InFlight> in_flight_;
    std::size_t answers_awaited_ = 0;  // SUBACKs
    bool is_connected_ = false;        // and ObserverLost has to follow
    bool is_subscribed_ = false;       // the session holds all subscriptions
    bool must_subscribe_ = false;
    bool is_leaving_ = false;
    std::vector<ObserverFact> facts_;
    std::vector<mqtt::ClientEvent> events_;  // scratch of heed_client()
};

}  // namespace trunkline::sim
