#include "gateway/core/gateway.hpp"

#include <algorithm>
#include <cassert>
#include <string>
#include <type_traits>
#include <utility>

#include "gateway/core/ways.hpp"
#include "protocol/base/bring_near.hpp"
#include "protocol/mqttsn/codec.hpp"
#include "protocol/mqttsn/forwarding.hpp"

namespace trunkline::gateway {

namespace {

/// What only a connected client may send: a stranger who does is told so by DISCONNECT. The messages of gateways are
/// not among them, or two gateways could answer each other for ever; DISCONNECT is both sides': see strangers.hpp.
template <typename Message>
constexpr bool needs_connection =
    std::is_same_v<Message, mqttsn::Register> || std::is_same_v<Message, mqttsn::Publish> ||
    std::is_same_v<Message, mqttsn::Subscribe> || std::is_same_v<Message, mqttsn::Unsubscribe> ||
    std::is_same_v<Message, mqttsn::PingReq> || std::is_same_v<Message, mqttsn::WillTopicUpd> ||
    std::is_same_v<Message, mqttsn::WillMsgUpd> || std::is_same_v<Message, mqttsn::Disconnect>;

// In a storm there are as many as datagrams: all are counted, and these are told.
constexpr std::uint64_t refusals_told_per_second = 100;

// For how long it is to be expected that a sensor, or another one, has more to say.
constexpr Duration moment = std::chrono::milliseconds(10);

// In the table of timers, beside those of sensors.
constexpr SensorId discovery_owner{0xfffffffeU};

}  // namespace

Gateway::Gateway(Settings settings)
    : shard_(std::move(settings)),
      connectionless_(shard_.settings),
      by_address_(AddressHash(shard_.settings.seed)),
      sources_(shard_.settings.sources),
      newcomers_(shard_.settings.maximum_newcomers),
      stranger_answers_(shard_.settings.stranger_answers_per_second),
      refusals_told_(refusals_told_per_second) {
    shared_armed_.resize(shard_.shared.size());
    begin_watches();
    // Whoever advertises has to know whether the broker is there, before any sensor has come.
    if (shard_.settings.discovery_group) timers_.arm(discovery_owner, Instant{}, discovery_armed_);
}

void Gateway::expect(const Address& from, unsigned step) const {
    if (step == 0) return by_address_.expect(from);
    const std::optional<SensorId>* known = by_address_.find(from);
    if (known == nullptr) return;
    const Place& expected = places_[static_cast<std::size_t>(**known)];
    if (step == 1) return bring_near(expected);
    if (expected.client) expected.client->expect(step - 2, shard_);
}

void Gateway::received(const Address& from, ByteView datagram, Instant now, std::string_view name) {
    ++shard_.counters.datagrams_received;
    // Nothing comes from the addresses that stand for nodes behind forwarders: whoever claims one has forged it.
    if (datagram.size() > shard_.settings.maximum_datagram || ForwardedNodes::is_node(from)) {
        ++shard_.counters.malformed;
        return;
    }
    if (mqttsn::is_encapsulated(datagram)) return forwarded(from, datagram, now);
    const auto message = mqttsn::decode(datagram);
    if (!message) {
        ++shard_.counters.malformed;
        return;
    }
    heed(*message, from, name, now);
}

void Gateway::forwarded(const Address& forwarder, ByteView datagram, Instant now) {
    if (!is_within(shard_.settings.forwarders, forwarder)) {
        ++shard_.counters.unsupported;
        return;
    }
    const auto wrapped = mqttsn::unwrap(datagram);
    if (!wrapped) {
        ++shard_.counters.malformed;
        return;
    }
    const auto message = mqttsn::decode(wrapped->message);
    if (!message) {
        ++shard_.counters.malformed;
        return;
    }
    // A name is the forwarder's own, if it has one.
    heed(*message, shard_.nodes.address_of(forwarder, wrapped->wireless_node_id), {}, now);
}

void Gateway::heed(const mqttsn::Message& message, const Address& from, std::string_view name, Instant now) {
    ++shard_.counters.received_by_type[message.index()];
    if (turns_away(message, from, now)) return;
    if (const auto* packet = std::get_if<mqttsn::Connect>(&message)) return connect(*packet, from, name, now);
    const auto* packet = std::get_if<mqttsn::PingReq>(&message);
    if (!name.empty()) follow(name, from, true, now);
    else if (packet != nullptr && !packet->client_id.empty()) follow(packet->client_id, from, false, now);
    const std::optional<SensorId>* known = by_address_.find(from);
    if (known == nullptr) return stranger(message, from, now);
    const SensorId id = **known;
    if (place(id).is_newcomer) [[unlikely]]
        no_newcomer(id);
    spoken_to_until_ = now + moment;
    place(id).client->received(message, shard_, now);
    settle(id);
    serve_shared(now);
}

void Gateway::follow(std::string_view client_id, const Address& from, bool is_proved, Instant now) {
    const auto known = by_client_id_.find(client_id);
    if (known == by_client_id_.end()) return;
    const SensorId id = known->second;
    const std::optional<Address> before = place(id).address;
    if (before == from || !place(id).client->is_connected()) return;
    if (!is_proved && (place(id).client->is_named() || !may_move(before, from))) return;
    vacate(from, client_id, now);
    place(id).client->move(from, shard_, now);
    settle(id);
    announce(id, from, now);
}

bool Gateway::may_move(const std::optional<Address>& before, const Address& after) const {
    const Origin from = before ? shard_.origin(*before) : Origin{};
    const Origin to = shard_.origin(after);
    // A forwarder gives its nodes their ids, and may give them others (§5.5).
    const bool is_of_same_forwarder =
        from.address == to.address && !from.wireless_node_id.empty() && !to.wireless_node_id.empty();
    return is_of_same_forwarder || is_within(shard_.settings.trusted_networks, to.address);
}

void Gateway::vacate(const Address& address, std::string_view present, Instant now) {
    const std::optional<SensorId>* before = by_address_.find(address);
    if (before == nullptr || place(**before).client->client_id() == present) return;
    const SensorId replaced = **before;
    place(replaced).client->address_taken(shard_, now);
    settle(replaced);
}

void Gateway::vacated(const TakenPlace& taken, Instant now) {
    const auto& [at, wireless_node_id] = taken.place;
    const std::optional<Address> address = wireless_node_id.empty() ? at : shard_.nodes.known(at, wireless_node_id);
    const std::optional<SensorId>* before = address ? by_address_.find(*address) : nullptr;
    if (before == nullptr || place(**before).came >= taken.since) return;
    vacate(*address, {}, now);  // nobody here has the other's ClientId
    serve_shared(now);
}

void Gateway::announce(SensorId id, const Address& from, Instant now) {
    if (!shard_.settings.is_one_of_several) return;
    place(id).came = now;
    new_places_.push_back({shard_.origin(from), now});
}

void Gateway::received_by_group(ByteView datagram, Instant now) {
    ++shard_.counters.datagrams_received;
    const auto message = mqttsn::decode(datagram);
    if (!message) {
        ++shard_.counters.malformed;
        return;
    }
    ++shard_.counters.received_by_type[message->index()];
    if (std::holds_alternative<mqttsn::SearchGw>(*message)) {
        ++shard_.counters.searches;
        discovery_.searched(std::nullopt, shard_, now);
    } else if (!std::holds_alternative<mqttsn::Advertise>(*message) &&
               !std::holds_alternative<mqttsn::GwInfo>(*message)) {
        ++shard_.counters.unexpected;  // other gateways, and we, say those two to the group
    }
}

void Gateway::settle_own(Instant now) {
    timers_.arm(Connectionless::owner, connectionless_.next_deadline(), connectionless_armed_);
    if (!shard_.settings.discovery_group) return;
    discovery_.heed(connectionless_.is_connected(), shard_, now);
    timers_.arm(discovery_owner, discovery_.next_deadline(), discovery_armed_);
}

bool Gateway::is_of_another(const mqttsn::Connect& packet, std::optional<SensorId> known, const Address& from,
                            std::string_view name) const {
    if (is_named(from)) return name != packet.client_id;
    return known && places_[static_cast<std::size_t>(*known)].client->is_named();
}

void Gateway::connect(const mqttsn::Connect& packet, const Address& from, std::string_view name, Instant now) {
    const Settings& settings = shard_.settings;
    if (packet.protocol_id != mqttsn::protocol_id_1_2 || packet.client_id.empty() ||
        packet.client_id.size() > settings.maximum_client_id_octets) {
        ++shard_.counters.unsupported;
        return refuse(packet, from, mqttsn::ReturnCode::not_supported, SensorRefused::Cause::unsupported, now);
    }
    const std::optional<SensorId> known = find_id(packet.client_id);
    if (is_of_another(packet, known, from, name))
        return refuse(packet, from, mqttsn::ReturnCode::not_supported, SensorRefused::Cause::of_another, now);
    if (!shard_.rules->lets_in(packet.client_id))
        return refuse(packet, from, mqttsn::ReturnCode::not_supported, SensorRefused::Cause::not_allowed, now);
    if (const auto obstacle = obstacle_to_connect(known, from))
        return refuse(packet, from, mqttsn::ReturnCode::congestion, *obstacle, now);
    if (!known) {
        if (const auto obstacle = obstacle_to_add(from, now))
            return refuse(packet, from, mqttsn::ReturnCode::congestion, *obstacle, now);
    }
    vacate(from, packet.client_id, now);
    const SensorId id = known ? *known : add(packet.client_id);
    if (!known && proves_nothing(from)) {
        newcomers_.add(id, now);
        place(id).is_newcomer = true;
    }
    place(id).client->connect(packet, from, shard_, now);
    announce(id, from, now);
    settle(id);
    serve_shared(now);
}

void Gateway::refuse(const mqttsn::Connect& packet, const Address& from, mqttsn::ReturnCode code,
                     SensorRefused::Cause cause, Instant now) {
    ++shard_.counters.refused_for[static_cast<std::size_t>(cause)];
    if (may_answer_stranger(from, now)) {
        if (code == mqttsn::ReturnCode::congestion) ++shard_.counters.congestion_answers;
        shard_.send(from, mqttsn::ConnAck{code});
    }
    if (!refusals_told_.try_take(1, now)) return;
    shard_.tell(SensorRefused{std::string(packet.client_id), shard_.origin(from).address, code,
                              mqtt::ReasonCode::success, cause});
}

void Gateway::stranger(const mqttsn::Message& message, const Address& from, Instant now) {
    if (const auto* publish = std::get_if<mqttsn::Publish>(&message);
        publish != nullptr && publish->qos == mqttsn::QoS::minus_one) {
        ++shard_.counters.publish_received;
        connectionless_.publish(*publish, shard_, now);
        settle_own(now);
        return;
    }
    if (std::holds_alternative<mqttsn::SearchGw>(message)) {
        ++shard_.counters.searches;
        return discovery_.searched(from, shard_, now);
    }
    ++shard_.counters.unexpected;
    const bool answers =
        std::visit([](const auto& packet) { return needs_connection<std::remove_cvref_t<decltype(packet)>>; }, message);
    if (!answers) return;
    if (const auto* disconnect = std::get_if<mqttsn::Disconnect>(&message)) {
        // The answer would grant a sleep over which nobody watches: without one, the sender connects again (§6.14).
        if (disconnect->duration_seconds.value_or(0) != 0) return;
        if (!strangers_.may_answer(from, now)) return;
    }
    if (may_answer_stranger(from, now)) shard_.send(from, mqttsn::Disconnect{});
}

template <typename Heed>
void Gateway::heed_upstream(UpstreamId id, Instant now, Heed heed) {
    const std::optional<SensorId> owner = shard_.connections.owner(id);
    if (!owner) return;  // released: what crosses our DISCONNECT or close has no receiver
    if (*owner == Connectionless::owner) {
        heed(connectionless_);
        settle_own(now);
    } else if (BrokerWatch* watch = watch_of(*owner)) {
        heed(*watch);
        settle_watch(*owner);
    } else if (SharedConnection* shared = shared_of(*owner)) {
        heed(*shared);
    } else {
        heed(*place(*owner).client);
        settle(*owner);
    }
    follow_choice(now);
    serve_shared(now);
}

void Gateway::upstream_opened(UpstreamId id, Instant now) {
    if (is_spare(id)) return shard_.spares.opened(id, now);
    heed_upstream(id, now, [&](auto& owner) { owner.upstream_opened(shard_, now); });
}

void Gateway::upstream_received(UpstreamId id, ByteView bytes, Instant now) {
    if (is_spare(id)) return;  // nobody was asked for anything: its taker will find out that this speaks no MQTT
    heed_upstream(id, now, [&](auto& owner) { owner.upstream_received(bytes, shard_, now); });
}

void Gateway::upstream_closed(UpstreamId id, Instant now) {
    if (is_spare(id)) {
        ++shard_.counters.spares_lost;
        shard_.spares.closed(id, now);
    } else {
        heed_upstream(id, now, [&](auto& owner) { owner.upstream_closed(shard_, now); });
    }
    shard_.connections.closed(id);
}

std::string_view Gateway::upstream_client_id(UpstreamId id) const {
    const std::optional<SensorId> owner = shard_.connections.owner(id);
    if (const SharedConnection* shared = owner ? shared_of(*owner) : nullptr) return shared->client_id();
    if (!owner || static_cast<std::size_t>(*owner) >= places_.size()) return {};
    return places_[static_cast<std::size_t>(*owner)].client->client_id();
}

std::optional<mqtt::ProtocolVersion> Gateway::upstream_version(UpstreamId id) const {
    const std::optional<SensorId> owner = shard_.connections.owner(id);
    if (const SharedConnection* shared = owner ? shared_of(*owner) : nullptr) return shared->version();
    if (!owner || static_cast<std::size_t>(*owner) >= places_.size()) return std::nullopt;
    return places_[static_cast<std::size_t>(*owner)].client->upstream_version();
}

/// Wake-ups that are set find out that they come too early.
void Gateway::stood_still(Duration time, Instant now) {
    for (const Place& sensor : places_) {
        if (sensor.client) sensor.client->stood_still(time, now);
    }
}

void Gateway::advance(Instant now) {
    while (const auto due = timers_.take_due(now)) {
        if (due->key == Connectionless::owner) {
            if (connectionless_armed_ == due->at) connectionless_armed_.reset();
            connectionless_.advance(shard_, now);
            settle_own(now);
            continue;
        }
        if (due->key == discovery_owner) {
            if (discovery_armed_ == due->at) discovery_armed_.reset();
            connectionless_.want(shard_, now);
            settle_own(now);
            continue;
        }
        if (watch_of(due->key) != nullptr) {
            advance_watch(due->key, due->at, now);
            continue;
        }
        if (shared_of(due->key) != nullptr) {
            advance_shared(due->key, due->at, now);
            continue;
        }
        Place& sensor = place(due->key);
        if (sensor.armed == due->at) sensor.armed.reset();
        if (!sensor.client) continue;
        // Nearly always too early: each message has moved the deadline.
        if (const std::optional<Instant> deadline = sensor.client->next_deadline(); !deadline || *deadline > now) {
            timers_.arm(due->key, deadline, sensor.armed);
            continue;
        }
        sensor.client->advance(shard_, now);
        settle(due->key);
    }
    shard_.brokers.advance(now);
    follow_choice(now);
    shard_.spares.advance(shard_.brokers, shard_.connections, now);
    serve_shared(now);
}

void Gateway::shut_down(Instant now) {
    is_shutting_down_ = true;
    shard_.spares.shut_down(shard_.connections);
    for (Place& sensor : places_) {
        if (sensor.client) sensor.client->shut_down(shard_, now);
    }
    for (const auto& connection : shard_.shared) connection->shut_down(shard_, now);
    connectionless_.shut_down(shard_, now);
    for (BrokerWatch& watch : watches_) watch.shut_down(shard_, now);
}

std::optional<SensorId> Gateway::find_id(std::string_view client_id) const {
    const auto known = by_client_id_.find(client_id);
    return known == by_client_id_.end() ? std::nullopt : std::optional(known->second);
}

SensorId Gateway::add(std::string_view client_id) {
    if (free_places_.empty()) {
        free_places_.push_back(SensorId(static_cast<std::uint32_t>(places_.size())));
        places_.emplace_back();
    }
    const SensorId id = free_places_.back();
    free_places_.pop_back();
    place(id).client = std::make_unique<Client>(id, std::string(client_id));
    by_client_id_.emplace(place(id).client->client_id(), id);
    tally_.add(place(id).share);
    place(id).allowance = TokenBucket(std::max<std::uint64_t>(1, shard_.settings.sensor_messages_per_second));
    return id;
}

void Gateway::settle(SensorId id) {
    Place& sensor = place(id);
    take_stock(id);
    if (const Ticket ticket = sensor.client->awaited(); ticket != no_ticket && ticket != sensor.awaited) {
        awaiting_.push_back({ticket, id});
        sensor.awaited = ticket;
    }
    if (sensor.client->is_forgettable()) return forget(id);
    timers_.arm(id, sensor.client->next_deadline(), sensor.armed);
}

void Gateway::place_at(SensorId id, const std::optional<Address>& address) {
    Place& sensor = place(id);
    if (sensor.address) by_address_.take(*sensor.address);
    if (address) {
        by_address_.take(*address);
        by_address_.add(*address, id);
    }
    const std::optional<Address> before = std::exchange(sensor.address, address);
    if (before && ForwardedNodes::is_node(*before)) shard_.nodes.release(*before);
    if (address && ForwardedNodes::is_node(*address)) shard_.nodes.keep(*address);
}

void Gateway::forget(SensorId id) {
    Place& sensor = place(id);
    assert(!sensor.address);
    no_newcomer(id);
    by_client_id_.erase(sensor.client->client_id());
    tally_.remove(std::exchange(sensor.share, {}));
    sensor.client->forgotten(shard_);
    sensor.client.reset();
    free_places_.push_back(id);  // its wake-ups in timers_ find nobody, or come early for the next one
}

}  // namespace trunkline::gateway
