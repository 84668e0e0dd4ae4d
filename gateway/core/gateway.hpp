#pragma once
// All sensors of one gateway shard as one machine: inputs with the time, outputs taken afterwards, no callback.

#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "gateway/core/broker_watch.hpp"
#include "gateway/core/client.hpp"
#include "gateway/core/connectionless.hpp"
#include "gateway/core/discovery.hpp"
#include "gateway/core/facts.hpp"
#include "gateway/core/figures.hpp"
#include "gateway/core/inspection.hpp"
#include "gateway/core/newcomers.hpp"
#include "gateway/core/sensor_rules.hpp"
#include "gateway/core/settings.hpp"
#include "gateway/core/shard.hpp"
#include "gateway/core/shared_connection.hpp"
#include "gateway/core/sources.hpp"
#include "gateway/core/store_batch.hpp"
#include "gateway/core/strangers.hpp"
#include "gateway/core/upstream_connections.hpp"
#include "protocol/base/address.hpp"
#include "protocol/base/address_hash.hpp"
#include "protocol/base/bytes.hpp"
#include "protocol/base/datagram_batch.hpp"
#include "protocol/base/flat_table.hpp"
#include "protocol/base/instant.hpp"
#include "protocol/base/page.hpp"
#include "protocol/base/timer_queue.hpp"
#include "protocol/base/token_bucket.hpp"

namespace trunkline::gateway {

/// All calls come from one thread at a time. The driver's round: feed what has arrived, open and close what is asked
/// for, send the datagrams and the output of every pending() upstream, wait until next_deadline() at the longest.
class Gateway {
public:
    explicit Gateway(Settings settings);

    // before the first other input
    /// Pairs the two time lines. Only with settings.is_durable.
    void start(Instant now, WallTime wall) { shard_.durability.start(now, wall); }
    /// After start(), in the order that StoreRecord names.
    void restore(const StoreRecord& record, Instant now);

    /// At any time, for connections to the broker that are made from now on.
    void change_credentials(CredentialBook credentials) { shard_.credentials = std::move(credentials); }

    /// A message from there is about to come: what it needs is brought near. In so many steps (bring_near.hpp).
    static constexpr unsigned steps_to_expect = 7;
    void expect(const Address& from, unsigned step) const;

    // inputs
    /// `name`: whom the sender has proved to be, where a ClientId belongs to who has it for a name; else empty.
    void received(const Address& from, ByteView datagram, Instant now, std::string_view name = {});
    /// What has come to the group of discovery: only SEARCHGW means anything there.
    void received_by_group(ByteView datagram, Instant now);
    void upstream_opened(UpstreamId id, Instant now);
    void upstream_received(UpstreamId id, ByteView bytes, Instant now);
    /// So many octets of what take_output() gave for this connection its socket has not taken. Told when it changes;
    /// until then there are none.
    void upstream_unsent(UpstreamId id, std::size_t octets) { shard_.connections.unsent(id, octets); }
    /// The connection is gone, or could not be opened; exactly once per open, also after take_upstream_closes().
    void upstream_closed(UpstreamId id, Instant now);
    void advance(Instant now);
    /// The driver was away for so long, as on a machine that is paused: what sensors have said meanwhile may be lost,
    /// and nobody's silence counts.
    void stood_still(Duration time, Instant now);
    /// Every batch up to this one is durable: what sensors were to hear afterwards leaves.
    void stored(Ticket ticket, Instant now);
    /// The batch is not durable, and is offered to the store again by the driver.
    void store_failed(Ticket ticket, const StoreError& error, Instant now);
    /// From now on. Sensors that are not let in any more are told by DISCONNECT.
    void set_rules(std::shared_ptr<const SensorRules> rules, Instant now);
    /// The same: what sensors have registered stays.
    void set_predefined_topics(const std::vector<PredefinedTopic>& topics, Instant now);
    /// The operator's wish. The sensor hears DISCONNECT, its will is published. False: no such sensor is connected.
    bool disconnect(std::string_view client_id, Instant now);
    enum class Discarded : std::uint8_t {
        no_such_sensor,
        everywhere,
        here  // and at the broker as soon as that can be reached, unless the gateway starts again before
    };
    /// The same without its will, and its session is forgotten.
    Discarded discard(std::string_view client_id, Instant now);
    /// A client of another shard has come to be there: whoever was there before that is not any more.
    void vacated(const TakenPlace& taken, Instant now);
    /// Orderly end: DISCONNECT on every upstream connection. No other input follows but upstream_closed().
    void shut_down(Instant now);

    // outputs
    /// Appends what is to be sent to sensors, in order.
    void take_datagrams(DatagramBatch& out) { out.take(shard_.datagrams); }
    std::vector<UpstreamId> take_upstream_opens() { return shard_.connections.take_opens(); }
    /// Send the output first, then close, then upstream_closed(). One that is not open yet is given up instead.
    std::vector<UpstreamId> take_upstream_closes() { return shard_.connections.take_closes(); }
    /// Upstream connections that have output since the last call. Valid until the next one.
    std::span<const UpstreamId> pending() { return shard_.connections.pending(); }
    std::size_t take_output(UpstreamId id, OutputBytes& out) { return shard_.connections.take_output(id, out); }
    /// Asked for only while no batch is being written. Nothing when there is nothing to store.
    std::optional<StoreBatch> take_batch() { return shard_.durability.take(); }
    /// Where clients have come to be, if this is one of several shards: the others are to be told.
    std::span<const TakenPlace> places() const { return new_places_; }
    void places_taken() { new_places_.clear(); }
    std::span<const Fact> facts() const { return shard_.facts; }
    void facts_taken() { shard_.facts.clear(); }

    // deadline
    std::optional<Instant> next_deadline() const {
        return earlier(earlier(timers_.earliest(), shard_.brokers.next_deadline()), shard_.spares.next_deadline());
    }

    // getters
    /// A connected sensor has said something a moment ago, and more may follow at once: no round is to take long.
    bool is_spoken_to(Instant now) const { return now < spoken_to_until_; }
    const Counters& counters() const { return shard_.counters; }
    Gauges gauges() const;
    /// These and the counters, with how long answers take and what is known of brokers.
    Figures figures() const;
    /// Where a connection goes: a place in Settings::brokers. Until upstream_closed().
    BrokerId upstream_broker(UpstreamId id) const { return shard_.connections.broker(id); }
    const Brokers& brokers() const { return shard_.brokers; }
    /// Sensors with a session here, by their places. Valid until the next input.
    Page<const Client*> sensors(PageWanted wanted) const;
    /// nullptr: there is none. The same.
    const Client* find(std::string_view client_id) const;
    /// Where datagrams from this sensor's address really come from.
    Origin origin(const Address& address) const { return shard_.origin(address); }
    /// Connections that sensors may share.
    const std::vector<std::unique_ptr<SharedConnection>>& shared() const { return shard_.shared; }
    /// Who publishes and subscribes on this connection, or what it is called that sensors share; empty: it is another
    /// of the gateway's own, or was released.
    std::string_view upstream_client_id(UpstreamId id) const;
    /// Which MQTT it speaks, if it has such a name.
    std::optional<mqtt::ProtocolVersion> upstream_version(UpstreamId id) const;
    /// Sensors with a session here, connected or not.
    std::size_t sensor_count() const { return by_client_id_.size(); }
    /// Upstream connections that are open, being opened, or being closed.
    std::size_t upstream_count() const { return shard_.connections.size(); }

private:
    /// A sensor's place in the table; empty places are used again.
    struct Place {
        std::unique_ptr<Client> client;
        std::optional<Address> address;  // under which it stands in by_address_
        std::optional<Instant> armed;    // its earliest wake-up in timers_
        Ticket awaited{};                // its last entry in awaiting_
        SensorShare share;               // as it stands in tally_
        TokenBucket allowance{1};        // of messages, if their rate is limited
        bool is_newcomer = false;
        Instant came{};  // to its address, if this is one of several shards
    };

    void restore_one(const SensorRecord& record, Instant now);
    void restore_one(const UplinkRecord& record, Instant now);
    void restore_one(const QueuedRecord& record, Instant now);
    void restore_one(const ReceivedRecord& record, Instant now);
    /// What belongs to a restored sensor.
    template <typename Record>
    void restore_one(const Record& record, Instant now);

    /// Whose session had this number in the store; nothing: there is none.
    std::optional<SensorId> restored(SensorNumber number) const;
    /// What a forwarder has encapsulated (§5.5).
    void forwarded(const Address& forwarder, ByteView datagram, Instant now);
    /// One message, from a client's address of its own.
    void heed(const mqttsn::Message& message, const Address& from, std::string_view name, Instant now);
    void connect(const mqttsn::Connect& packet, const Address& from, std::string_view name, Instant now);
    /// The ClientId is another one than the sender's name, or belongs to a client with a name.
    bool is_of_another(const mqttsn::Connect& packet, std::optional<SensorId> known, const Address& from,
                       std::string_view name) const;
    /// A client that says its ClientId at another address, or proves it by its name, goes on there, if it may.
    void follow(std::string_view client_id, const Address& from, bool is_proved, Instant now);
    bool may_move(const std::optional<Address>& before, const Address& after) const;
    /// It has come to be there.
    void announce(SensorId id, const Address& from, Instant now);
    /// Another client than `present` is at this address now.
    void vacate(const Address& address, std::string_view present, Instant now);
    /// Brings the timers of the gateway's own connection and of discovery up to date.
    void settle_own(Instant now);
    // broker_choice.cpp
    void begin_watches();
    /// If another broker was chosen, or the chosen one is back: connections go there, one after the other.
    void follow_choice(Instant now);
    /// The watch that stands in the tables under this id, if it is one's.
    BrokerWatch* watch_of(SensorId id);
    void advance_watch(SensorId id, Instant due, Instant now);
    void settle_watch(SensorId id);
    // sharing.cpp
    SharedConnection* shared_of(SensorId id) const;
    void advance_shared(SensorId id, Instant due, Instant now);
    /// Tells sensors what has happened on the connections that they share. Ends each input.
    void serve_shared(Instant now);
    void serve(SharedConnection& connection, Instant now);
    void tell(SensorId id, const mqtt::ClientEvent& event, std::vector<SensorId>& reached);
    void hand_out(SharedConnection& connection, const SharedConnection::Arrived& arrived,
                  std::vector<SensorId>& reached, Instant now);
    void stranger(const mqttsn::Message& message, const Address& from, Instant now);
    /// Whose ClientId it is; nothing: nobody's with a session here.
    std::optional<SensorId> find_id(std::string_view client_id) const;
    /// Requires that there is room.
    SensorId add(std::string_view client_id);
    /// Nothing: there is none.
    std::optional<SensorId> find_or_add(std::string_view client_id);
    /// It is a connection that no sensor has yet.
    bool is_spare(UpstreamId id) const { return shard_.connections.owner(id) == SpareConnections::owner; }
    /// Has whoever owns the connection heed an input from it: heed(sensor or connectionless_).
    template <typename Heed>
    void heed_upstream(UpstreamId id, Instant now, Heed heed);
    /// Brings tables and timers up to date after an input of this sensor.
    void settle(SensorId id);
    /// Enters its address, where messages from there find it.
    void place_at(SensorId id, const std::optional<Address>& address);
    void forget(SensorId id);
    void refuse(const mqttsn::Connect& packet, const Address& from, mqttsn::ReturnCode code, SensorRefused::Cause cause,
                Instant now);

    // admission.cpp
    /// Its sender is faster than is allowed: the message has been answered, or dropped.
    bool turns_away(const mqttsn::Message& message, const Address& from, Instant now);
    /// Why this CONNECT cannot be followed up now; nothing: it can.
    std::optional<SensorRefused::Cause> obstacle_to_connect(std::optional<SensorId> known, const Address& from) const;
    /// Why there is no room for one more sensor, who comes from there; nothing: there is, now.
    std::optional<SensorRefused::Cause> obstacle_to_add(const Address& from, Instant now);
    /// A CONNECT from there shows nobody's presence: the address may be forged.
    static bool proves_nothing(const Address& from);
    /// It has said more than CONNECT, or is gone.
    void no_newcomer(SensorId id);
    /// One more answer may go to an address where no sensor is.
    bool may_answer_stranger(const Address& from, Instant now);
    /// Enters where the sensor is and what it holds.
    void take_stock(SensorId id);
    /// Calls what(Client&) and settles, in the order of their places.
    template <typename Do>
    void for_each_sensor(Do what);

    Place& place(SensorId id) { return places_[static_cast<std::size_t>(id)]; }

    Shard shard_;
    Strangers strangers_;
    Connectionless connectionless_;
    std::optional<Instant> connectionless_armed_;
    BrokerId followed_{};
    std::vector<BrokerWatch> watches_;  // of several brokers; of one, sensors' connections are watch enough
    std::vector<std::optional<Instant>> watches_armed_;
    std::vector<std::optional<Instant>> shared_armed_;
    std::vector<SharedConnection::Output> shared_outputs_;  // these two are kept for their capacity
    std::vector<SensorId> reached_;
    Discovery discovery_;
    std::optional<Instant> discovery_armed_;
    std::vector<Place> places_;
    std::vector<SensorId> free_places_;
    FlatTable<Address, std::optional<SensorId>, AddressHash> by_address_;
    std::map<std::string_view, SensorId> by_client_id_;  // the keys are the clients' own
    TimerQueue<SensorId> timers_;
    SensorTally tally_;
    Sources sources_;
    std::vector<TakenPlace> new_places_;
    Newcomers newcomers_;
    TokenBucket stranger_answers_;
    TokenBucket refusals_told_;
    Instant spoken_to_until_{};
    bool is_store_failing_ = false;
    bool is_shutting_down_ = false;
    struct Awaiting {
        Ticket ticket{};
        SensorId sensor{};
    };
    std::deque<Awaiting> awaiting_;  // whose answers wait for the disk; tickets rise
};

}  // namespace trunkline::gateway
