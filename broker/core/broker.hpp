#pragma once
// The whole broker as one machine: inputs with the time, outputs taken afterwards, no callback in between.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "broker/core/access_rules.hpp"
#include "broker/core/auth_check.hpp"
#include "broker/core/connections.hpp"
#include "broker/core/facts.hpp"
#include "broker/core/held_publishers.hpp"
#include "broker/core/inspection.hpp"
#include "broker/core/listener.hpp"
#include "broker/core/listener_counts.hpp"
#include "broker/core/match_cache.hpp"
#include "broker/core/open_batch.hpp"
#include "broker/core/retained.hpp"
#include "broker/core/sessions.hpp"
#include "broker/core/settings.hpp"
#include "broker/core/shared_groups.hpp"
#include "broker/core/store_batch.hpp"
#include "broker/core/sys_tree.hpp"
#include "broker/core/topic_trie.hpp"
#include "broker/core/transport_info.hpp"
#include "protocol/base/bytes.hpp"
#include "protocol/base/instant.hpp"
#include "protocol/base/latency_histogram.hpp"
#include "protocol/base/random.hpp"
#include "protocol/base/timer_queue.hpp"

namespace trunkline::broker {

struct Arrived;

/// What becomes of a will when its connection ends.
enum class WillFate : std::uint8_t { publish, discard, keep };

/// All calls come from one thread at a time. The driver's round: feed what has arrived, then take the batch (unless one
/// is being written), then for every pending() connection take its output and heed close_requested() and wants_read(),
/// then wait until next_deadline() at the longest.
class Broker {
public:
    explicit Broker(Settings settings);
    ~Broker();
    Broker(Broker&&) noexcept;
    Broker& operator=(Broker&&) noexcept;

    /// Something from this connection is about to come: what it needs is brought near (bring_near.hpp).
    void expect(ConnectionId id) const;
    /// The same for a message to this topic, in three steps.
    void expect(ConnectionId id, const HashedText& topic, unsigned step) const;

    // inputs
    /// Each stored record, before the first opened(); pairs both time lines.
    void restore(StoreRecord record, Instant now, WallTime wall);
    /// Without anything stored: pairs both time lines.
    void start(Instant now, WallTime wall);
    void opened(ConnectionId id, TransportInfo info, Instant now);
    /// Bytes in any fragmentation; they are not kept beyond the call.
    void received(ConnectionId id, ByteView bytes, Instant now);
    /// The socket took this many of the bytes that take_output() gave.
    void written(ConnectionId id, std::size_t bytes, Instant now);
    /// The connection is gone, exactly once per opened(). After close_requested(): the same cause. `error`: the
    /// transport's words, if it has failed.
    void closed(ConnectionId id, CloseCause cause, Instant now, std::string_view error = {});
    /// Every batch up to this one is durable.
    void stored(Ticket ticket, Instant now);
    /// This batch is not; the driver offers it again until it is, or the process ends.
    void store_failed(Ticket ticket, const StoreError& error, Instant now);
    /// What take_fetches() asked for. Late ones are welcome: their session may have ended.
    void fetched(FetchId id, FetchedPart part, Instant now);
    /// It could not be read; the driver asks the store again until it can.
    void fetch_failed(FetchId id, const StoreError& error, Instant now);
    /// What became of a check. Late ones are welcome: their connection may have gone.
    void verified(AuthId id, AuthVerdict verdict, Instant now);
    /// What follows in an enhanced authentication; late ones are welcome.
    void auth_answered(AuthId id, AuthAnswer answer, Instant now);
    /// From now on. Before the first opened(), or when files have been read again.
    void set_access(AccessRules access);
    /// The same for those who come by one listener.
    void set_access(std::shared_ptr<const AccessRules> access, ListenerId listener);
    /// Timers that are due.
    void advance(Instant now);
    /// Before advance(): the driver was away for so long, as on a machine that is paused. What clients have said
    /// meanwhile may still lie in their sockets, and nobody's silence counts.
    void stood_still(Duration time, Instant now);
    /// An operator wants the client away: DISCONNECT 0x98. False: it is not connected.
    bool disconnect(std::string_view client_id, Instant now);
    /// The same, and its session ends. False: there is none.
    bool delete_session(std::string_view client_id, Instant now);
    /// No new connections; every client gets DISCONNECT 0x8B (5.0) and is closed.
    void shut_down(Instant now);

    // outputs
    /// Connections whose output, close request or wish to read has changed since the last call. The span lives until
    /// the next input.
    std::span<const ConnectionId> pending() {
        return pending_.empty() ? std::span<const ConnectionId>() : show_pending();
    }
    /// Moves out what may leave now; returns its octets. What waits for the store stays.
    std::size_t take_output(ConnectionId id, OutputBytes& out);
    bool wants_read(ConnectionId id) const;
    /// Send what was taken, then close, then closed() with this cause.
    std::optional<CloseCause> close_requested(ConnectionId id) const;
    /// The open batch, if it holds anything. Asked for only while no batch is being written, once per round.
    std::optional<StoreBatch> take_batch() {
        if (batch_.is_empty()) return std::nullopt;
        return take_some_batch();
    }
    bool has_fetches() const { return !fetches_.empty(); }
    /// Parts of queues that lie on disk: each wants fetched(), once, as the store is after all batches that were
    /// stored().
    std::vector<Fetch> take_fetches() { return std::exchange(fetches_, {}); }
    /// Passwords to check; verified() wants to hear of each whose time is not up.
    std::vector<AuthCheck> take_auth_checks();
    /// What clients say in enhanced authentications; auth_answered() wants to hear of each.
    std::vector<AuthStep> take_auth_steps();
    std::span<const Fact> facts() const { return facts_; }
    void facts_taken() { facts_.clear(); }

    // deadline
    std::optional<Instant> next_deadline() const;

    // getters
    const Counters& counters() const;
    Gauges gauges() const;
    const std::vector<ListenerCount>& listeners() const { return listener_counts_.all(); }
    /// From taking a batch to its being durable.
    const LatencyHistogram& store_latency() const { return store_latency_; }
    /// Sessions from a place in the table on (0: its beginning), up to so many places.
    Page<SessionView> sessions(std::uint64_t from, std::size_t limit) const;
    /// Retained messages of clients whose topics follow this one, by topic.
    std::vector<RetainedView> retained_after(std::string_view topic, std::size_t limit) const;
    std::size_t connection_count() const;
    /// Clients whose CONNECT was accepted and whose connection is open.
    std::size_t client_count() const { return clients_; }
    std::size_t session_count() const;
    /// Topics that have a retained message.
    std::size_t retained_count() const { return retained_.size() - sys_tree_.size(); }
    /// Messages in the queue of a session, those in flight included; 0 for an unknown client.
    std::size_t queue_length(std::string_view client_id) const;
    /// Of these, those that are in memory.
    std::size_t queue_in_memory(std::string_view client_id) const;

private:
    // broker.cpp: dispatch, timers, the end of connections
    void handle(Connection& connection, const mqtt::Frame& frame, Instant now);
    void handle(Connection& connection, const mqtt::Packet& packet, Instant now);
    mqtt::Decoded<mqtt::Packet> decoded(const mqtt::Frame& frame, mqtt::ProtocolVersion version) const;
    void protocol_error(Connection& connection, const mqtt::ProtocolError& error, Instant now);
    /// The core ends the connection: DISCONNECT where the version has one, then close_requested().
    /// `taken_over_by`: the peer that has connected instead.
    void close(Connection& connection, CloseCause cause, mqtt::ReasonCode reason, std::string_view clause, Instant now,
               std::string_view taken_over_by = {});
    void close_late(Connection& connection, Instant now);
    void tell_closed(const Connection& connection, ConnectionClosed fact);
    void arm(Connection& connection);
    void make_pending(Connection& connection);
    std::span<const ConnectionId> show_pending();
    void send_gated(Connection& connection, const mqtt::Packet& packet, Ticket ticket, Instant now);
    void send_gated(Connection& connection, const mqtt::PubAck& packet, Ticket ticket, Instant now);
    void was_gated(Connection& connection, std::size_t octets, Ticket ticket, Instant now);
    void send_free(Connection& connection, const mqtt::Packet& packet);

    // authenticating.cpp: who the client is
    void authenticate(Connection& connection, const mqtt::Connect& packet, Instant now);
    void refuse_unknown(Connection& connection, mqtt::ProtocolVersion version, mqtt::ReasonCode reason, Instant now);
    void keep(Connection& connection, const mqtt::Frame& frame, Instant now);

    // enhanced_authentication.cpp: AUTH
    void begin_exchange(Connection& connection, const mqtt::Connect& packet);
    void handle_in_exchange(Connection& connection, const mqtt::Frame& frame, Instant now);
    void handle(Connection& connection, const mqtt::Auth& packet, Instant now);
    void ask(Connection& connection, std::vector<std::byte> data);
    void answer_connecting(Connection& connection, AuthAnswer& answer, Instant now);
    void answer_connected(Connection& connection, const AuthAnswer& answer, Instant now);

    // authorizing.cpp: what it may do
    void identify(Session& session, std::optional<std::string> user);
    /// Without rules it costs a comparison.
    bool may(Session& session, Access access, std::string_view topic) {
        return !has_acl_ || rules_let(session, access, topic);
    }
    bool rules_let(Session& session, Access access, std::string_view topic);
    bool some_rules_let(const AclClient& client, Access access, std::string_view topic) const;
    bool may_subscribe(const Session& session, std::string_view pattern) const;
    void access_changed();
    const AccessRules& access_of(ListenerId listener) const {
        return *entrances_[static_cast<std::size_t>(listener)].access;
    }

    // mounting.cpp
    const Listener& listener_of(const Connection& connection) const {
        return entrances_[static_cast<std::size_t>(connection.came_by)];
    }
    const std::string& mount_point_of(const Connection& connection) const;
    bool mount(const Connection& connection, std::string_view& topic);
    mqtt::SubscriptionRequests mount(const Connection& connection, mqtt::SubscriptionRequests requests,
                                     mqtt::SubscriptionRequests::Kind kind,
                                     mqtt::SubscriptionRequestBuilder& builder) const;
    bool unmount(const Connection& connection, std::string_view& topic) const;

    // connecting.cpp: CONNECT, take-over, DISCONNECT, the end of sessions
    void handle(Connection& connection, const mqtt::Connect& packet, Instant now);
    bool is_refused(Connection& connection, const mqtt::Connect& packet, Instant now);
    void accept(Connection& connection, const mqtt::Connect& packet, std::optional<std::string> user, Instant now);
    void handle(Connection& connection, const mqtt::Disconnect& packet, Instant now);
    std::optional<mqtt::ReasonCode> refusal_of(const Connection& connection, const mqtt::Connect& packet) const;
    bool has_room_for(const Connection& connection, const mqtt::Connect& packet) const;
    SessionSlot claim_session(const mqtt::Connect& packet, std::string_view client_id, std::string_view peer,
                              Instant now, bool& present);
    bool ends_with(const mqtt::Connect& packet, const Session& session, Instant now);
    Connected connected(SessionSlot slot, const mqtt::Connect& packet, Instant now);
    std::chrono::seconds keep_alive_for(const mqtt::Connect& packet) const;
    void detach(SessionSlot slot, WillFate fate, Instant now);
    void end_session(SessionSlot slot, Instant now);
    void arm(SessionSlot slot);

    // answering_connect.cpp
    void refuse(Connection& connection, mqtt::ProtocolVersion version, mqtt::ReasonCode reason, Instant now);
    void answer_refused(Connection& connection, mqtt::ProtocolVersion version, mqtt::ReasonCode reason);
    void answer_in_vain(Connection& connection, mqtt::ReasonCode reason);
    void answer_too_large(Connection& connection);
    void send_connack(Connection& connection, const mqtt::Connect& packet, std::string_view assigned_client_id,
                      bool session_present, Ticket ticket, Instant now);
    void add_limits(mqtt::PropertyBuilder& properties, const Connected& on, const mqtt::Connect& packet) const;
    std::string assign_client_id(std::string_view prefix);

    // wills.cpp
    void hold_will(SessionSlot slot, const mqtt::Will& will, Instant now);
    void store_will(const Session& session);
    void will_is_due(SessionSlot slot, Instant now);
    void publish_will(SessionSlot slot, Instant now);
    void drop_will(Session& session);
    void restore_will(const WillRecord& record, Instant now);

    // subscribing.cpp
    void handle(Connection& connection, const mqtt::Subscribe& packet, Instant now);
    void handle(Connection& connection, const mqtt::Unsubscribe& packet, Instant now);
    mqtt::ReasonCode subscribe(SessionSlot slot, const mqtt::SubscriptionRequest& request, SubscriptionId id);
    void add_subscription(SessionSlot slot, const mqtt::TopicFilter& filter, const mqtt::SubscriptionOptions& options,
                          SubscriptionId id);
    mqtt::ReasonCode unsubscribe(SessionSlot slot, std::string_view filter, Instant now);
    void remove_subscription(SessionSlot slot, const mqtt::TopicFilter& filter);
    /// Of all sessions, members of groups each by itself.
    std::size_t subscription_count() const { return subscriptions_.size() - groups_.size() + groups_.member_count(); }

    // publishing.cpp: PUBLISH from a client
    void handle(Connection& connection, const mqtt::Publish& packet, Instant now);
    std::optional<mqtt::ProtocolError> refusal_of(const Connection& connection, const mqtt::Publish& packet) const;
    std::optional<mqtt::ProtocolError> resolve_alias(Connection& connection, mqtt::Publish& packet) const;
    void publish(Connection& connection, const mqtt::Publish& packet, Instant now);
    bool cannot_store(const Connected& on) const;
    bool wants_store(const mqtt::Publish& packet, const Matches& matches, SessionSlot publisher);
    void route(Arrived& arrived, const Matches& matches, SessionSlot publisher, Instant now);
    void answer(Connection& connection, const mqtt::Publish& packet, mqtt::ReasonCode reason, Ticket ticket,
                Instant now, std::string_view why = {});
    mqtt::QoS outgoing_qos(mqtt::QoS published, mqtt::QoS granted) const {
        return settings_.upgrade_outgoing_qos ? granted : std::min(published, granted);
    }

    // delivering.cpp: messages on their way to sessions and clients
    void deliver(SessionSlot slot, const DeliveryOptions& delivery, Arrived& arrived, Instant now);
    void deliver_now(Session& session, const DeliveryOptions& delivery, const Arrived& arrived, Instant now);
    void enqueue(Session& session, const DeliveryOptions& delivery, Arrived& arrived, Instant now);
    bool make_room(Session& session, const Message& message, Instant now);
    void drop_expired(Session& session, Instant now);
    std::optional<DropCause> undeliverable(const Connected& on, Session& session, const Message& message,
                                           const mqtt::Publish& packet, Instant now);
    void send_queued(Connection& connection, Instant now);
    void send_from_memory(Connection& connection, Instant now);
    /// Room in flight, in messages and in octets; one message always may be.
    bool has_window(const Connected& on, const MessageQueue& queue) const {
        const std::size_t most = settings_.maximum_inflight_bytes;
        return queue.in_flight() < on.send_window &&
               (most == 0 || queue.in_flight() == 0 || queue.in_flight_bytes() < most);
    }
    void send_now(Connection& connection, mqtt::Publish packet);
    void drop(const Session& session, std::string_view topic, DropCause cause);
    void forget_stored(const QueueEntry& entry);

    // reading_queues.cpp: the parts of queues that lie on disk
    bool goes_deep(const Session& session) const;
    void put_deep(Session& session, EntryRecord record);
    void catch_up(Session& session);
    void restore_deep(Session& session, const EntryRecord& record, bool sent_before);
    void note_deep(Session& session, const EntryRecord& record);
    bool may_borrow_room(const Session& session) const;
    bool may_borrow_from_expired(Session& session, Instant now);
    bool drops_oldest(const Session& session) const;
    bool has_room_in_memory(const Session& session) const;
    void read_queue(Session& session);
    void read_what_is_durable();
    void take_part(Session& session, FetchedPart part, Instant now);
    void take_expired_part(Session& session, const FetchedPart& part, Instant now);
    void note_missing(Session& session, const FetchedPart& part);
    void go_on(SessionSlot slot, Instant now);

    // sharing.cpp: which member of a shared subscription gets a message
    /// How much a member must be able to do for a message.
    enum class Readiness : std::uint8_t { connected, with_queue, any };
    bool is_ready(const Member& member, mqtt::QoS qos, Readiness readiness) const;
    const Member* choose(SharedGroup& group, mqtt::QoS qos, Readiness readiness, std::string_view publisher,
                         std::optional<SessionSlot> except = {});
    void share(GroupId id, Arrived& arrived, std::string_view publisher, Instant now);
    /// What a member gives up.
    enum class Departure : std::uint8_t { connection, session, subscription };
    void redispatch(SessionSlot from, Departure departure, GroupId left, Instant now);
    bool pass_on(const QueueEntry& entry, SessionSlot from, Readiness readiness, Instant now);
    void hand_over(const QueueEntry& entry, const Member& member, Instant now);
    void collect(SessionSlot slot, Instant now);
    void redispatch_from_disk(SessionSlot from);

    // retaining.cpp
    void retain(Arrived& arrived, SessionSlot publisher);
    bool source_still_may(const Retained& retained) const;
    void send_retained(SessionSlot slot, const mqtt::SubscriptionRequest& request, SubscriptionId id, bool is_new,
                       Instant now);
    void restore_retained(const RetainedRecord& record);

    // overload.cpp: memory that becomes scarce, and clients that are too fast
    std::size_t memory_used() const;
    /// Where memory grows: pressure only rises here. Without a limit it costs a comparison.
    void watch_memory() {
        if (budget_.is_set() && budget_.rises_to(memory_used())) tell_pressure(true);
    }
    void tell_pressure(bool has_risen);
    void relieve(Instant now);
    std::optional<Instant> memory_patience_ends() const;
    void release_held(Instant now);
    void send_what_waited(Instant now);
    /// Octets that may wait for one client's socket.
    std::size_t output_limit() const { return budget_.is_set() ? output_share() : settings_.output_limit_bytes; }
    std::size_t output_share() const;
    std::optional<mqtt::ReasonCode> overload_of(const Connection& connection, const mqtt::Connect& packet);
    void note_started_packet(Connection& connection, std::size_t held_before, Instant now);
    /// Without limits of memory and rates it costs a comparison each.
    bool admits(Connection& connection, const mqtt::Publish& packet, Instant now) {
        return (!budget_.is_set() && !connection.connected()->rates) || admits_under_limits(connection, packet, now);
    }
    bool admits_under_limits(Connection& connection, const mqtt::Publish& packet, Instant now);
    void charge(Connection& connection, std::size_t octets, Instant now);
    void resume(Connection& connection, Instant now);

    // sys_publishing.cpp
    void publish_sys(Instant now);
    void route_sys(Arrived& arrived, Instant now);

    // acknowledging.cpp: what ends or continues a QoS 1 or 2 handshake
    void handle(Connection& connection, const mqtt::PubAck& packet, Instant now);
    void handle(Connection& connection, const mqtt::PubRec& packet, Instant now);
    void handle(Connection& connection, const mqtt::PubRel& packet, Instant now);
    void handle(Connection& connection, const mqtt::PubComp& packet, Instant now);
    void delivered(Connection& connection, mqtt::PacketId packet_id, Instant now);

    // storing.cpp: restart, and who waits for the store
    void restore_session(const SessionRecord& record, Instant now);
    void restore_subscription(const SubscriptionRecord& record);
    void restore_inbound(const InboundRecord& record);
    void restore_entry(const EntryRecord& record);
    QueueEntry entry_of(const EntryRecord& record) const;
    std::optional<StoreBatch> take_some_batch();
    void release_waiting();
    void close_impatient(Instant now);
    std::optional<Instant> patience_ends() const;
    bool is_paused(const Connection& connection) const;

    /// Nearly always false: for tests of whoever has to notice.
    bool breaks(BrokerPromise promise) { return settings_.defect != nullptr && settings_.defect->strikes(promise); }

    Settings settings_;
    std::vector<Listener> entrances_;  // by ListenerId
    bool has_acl_ = false;             // of some listener
    std::uint64_t access_generation_ = 1;
    std::vector<AuthCheck> auth_checks_;
    std::vector<AuthStep> auth_steps_;
    Counters counters_;
    std::size_t clients_maximum_ = 0;
    std::size_t output_bytes_ = 0;  // of all connections
    std::size_t input_bytes_ = 0;   // of packets that have begun
    MemoryBudget budget_;
    HeldPublishers held_;
    std::size_t memory_maximum_ = 0;
    Counted<MessageAccount> message_account_ = MessageAccount::make();
    ListenerCounts listener_counts_;
    LatencyHistogram store_latency_;
    Instant advanced_at_{};  // the time of the driver's round
    Instant batch_taken_at_{};
    SysTree sys_tree_;
    std::optional<Instant> sys_due_;  // nothing: never
    std::vector<Fact> facts_;
    WallClock clock_;
    Connections connections_;
    std::size_t clients_ = 0;  // connections that are Connected
    Sessions sessions_;
    TopicTrie subscriptions_;
    SharedGroups groups_;
    MatchCache matches_;
    RetainedMessages retained_;
    OpenBatch batch_;
    std::vector<ConnectionId> waiting_;  // for the store, longest first
    std::optional<Instant> failing_since_;
    std::vector<Fetch> fetches_;                            // not yet taken
    std::vector<std::pair<FetchId, SessionSlot>> reading_;  // asked for and not yet there
    std::vector<SessionSlot> unreadable_;                   // their next part is in no batch that is durable
    std::uint64_t last_fetch_ = 0;
    TimerQueue<ConnectionId> connection_timers_;
    TimerQueue<SessionSlot> session_timers_;
    Random client_ids_;
    std::vector<ConnectionId> pending_;        // in the order in which they became so
    std::vector<ConnectionId> pending_shown_;  // what pending() returned last
    std::string mounted_;                      // a topic with its mount point
    std::vector<std::byte> scratch_;           // properties of a PUBLISH while it is encoded
    std::vector<std::byte> alias_scratch_;     // the same with an alias
    bool shutting_down_ = false;
};

}  // namespace trunkline::broker
