// CONNECT and the end of a connection (MQTT-SN 1.2 §6.2, §6.12).

#include <algorithm>

#include "gateway/core/client.hpp"
#include "gateway/core/shared_upstream.hpp"
#include "gateway/core/upstream.hpp"
#include "gateway/core/ways.hpp"

namespace trunkline::gateway {

namespace {

mqtt::ClientSettings upstream_settings(const Settings& settings, const std::string& client_id, bool clean_session,
                                       bool clean_start) {
    mqtt::ClientSettings upstream;
    upstream.version = settings.upstream_version;
    upstream.client_id = client_id;
    upstream.clean_start = clean_start;
    upstream.keep_alive = settings.upstream_keep_alive;
    // A will outlives its connection only as long as its session does (5.0 §3.1.3.2.2).
    upstream.session_expiry =
        clean_session ? settings.gateway_grace : std::max(settings.upstream_session_expiry, settings.gateway_grace);
    upstream.suspicion = settings.upstream_suspicion(Mode::transparent);
    upstream.answer_timeout = settings.upstream_answer_timeout;
    upstream.topic_alias_limit = settings.upstream_topic_aliases;
    upstream.acknowledges_itself = false;  // the sensor does
    upstream.completes_itself = false;     // the store does
    upstream.last_own_packet_id = Upstream::last_own_packet_id;
    upstream.receive_maximum =
        static_cast<std::uint16_t>(std::clamp<std::size_t>(settings.maximum_downlink_messages, 1, 65'535));
    // Some send more than that: Mosquitto 2.0.11 up to twice as many. It stays with them unacknowledged, if it is more
    // than there is room for; to end the connection for it would lose time and win nothing.
    upstream.keeps_server_to_receive_maximum = false;
    upstream.in_flight_limit = static_cast<std::uint16_t>(std::min<std::size_t>(settings.uplink_window, 65'535));
    return upstream;
}

/// A client that wants its session kept may come with ids from before the gateway forgot it, and 1.2 has no way to tell
/// it. Were ids given from 1 again, its stale ones would name other topics; from a drawn start they are unknown, which
/// heals by PUBACK 0x02 and REGISTER.
mqttsn::TopicId first_topic_id(Random& draw, bool clean_session) {
    if (clean_session) return mqttsn::TopicId{1};
    return mqttsn::TopicId(static_cast<std::uint16_t>(1 + draw.below(TopicRegistry::usable_ids)));
}

/// The time is part of the seed: a gateway that starts again with the same one must not repeat its draws.
std::uint64_t seed_at(const Shard& shard, Instant now) {
    return shard.settings.seed ^ static_cast<std::uint64_t>(now.time_since_epoch().count());
}

}  // namespace

/// Those of the life before may be remembered by the sensor still: the same ones would make repetitions of what is new.
void Client::restart_msg_ids(Shard& shard, Instant now) {
    Random draw(seed_at(shard, now), client_id_, "msg ids");
    downlink_.start_after(mqttsn::MsgId(static_cast<std::uint16_t>(draw.below(0x10000))));
}

void Client::connect(const mqttsn::Connect& packet, const Address& from, Shard& shard, Instant now) {
    link_.heard(now);
    const Request request{from, packet.clean_session, packet.will, std::chrono::seconds(packet.duration_seconds)};
    if (const auto* connecting = std::get_if<Connecting>(&state_); connecting && connecting->request == request) return;
    if (auto* active = std::get_if<Active>(&state_);
        active && active->request == request && may_be_repeated(*active, shard.settings, now)) {
        // The CONNACK was lost, or the link has held this copy back while the sensor went on: say it again, and leave
        // the session as it is. Names are told again, in case the sensor has restarted after all.
        active->connack_sent_at = now;
        active->supervision.message_received(now);
        downlink_.step_back();
        topics_.forget_knowledge();
        gate_.send(shard, from, mqttsn::ConnAck{mqttsn::ReturnCode::accepted});
        return react(shard, now);
    }
    if (std::holds_alternative<Asleep>(state_) || std::holds_alternative<Awake>(state_)) {
        wake_up(request, shard, now);
        return react(shard, now);
    }
    const auto* lost = std::get_if<Lost>(&state_);
    if ((lost != nullptr && lost->has_will) || (!resumes(request, shard) && has_exactly_once_promises())) {
        // Its will goes first, and so does what has to arrive once in the session that would end. The broker's
        // acknowledgement is on the way, and so is the sensor's next CONNECT.
        if (upstream_->is_connected()) return;
        ++shard.counters.congestion_answers;
        return gate_.send(shard, from, mqttsn::ConnAck{mqttsn::ReturnCode::congestion});
    }
    if (std::holds_alternative<Active>(state_)) shard.tell(SensorGone{client_id_, SensorGone::Cause::replaced});
    if (request.will) return prompt_for_will(request, shard, now);
    connect_upstream(request, std::nullopt, shard, now);
}

void Client::connect_upstream(const Request& request, const Seldom<Will>& will, Shard& shard, Instant now) {
    if (!resumes(request, shard)) begin_session(request.clean_session, mode_of(request.from.via, shard), shard, now);
    state_ = Connecting{request, now + shard.settings.upstream_answer_timeout, will};
    upstream_->change_will(request.will ? will : will_);
    renew_upstream(shard, now);
    if (upstream_->is_connected()) accept(request, will, shard, now);
    else if (upstream_->is_down()) upstream_->open(shard, now);
    react(shard, now);
}

bool Client::resumes(const Request& request, const Shard& shard) const {
    return upstream_ && !clean_session_ && !request.clean_session &&
           upstream_->is_shared() == (mode_of(request.from.via, shard) == Mode::aggregating);
}

void Client::renew_upstream(Shard& shard, Instant now) {
    if (!upstream_->is_connected() || upstream_->will_is_told(shard.settings)) return;
    end_upstream_connection(false, shard, now);
}

void Client::move_upstream(Shard& shard, Instant now) {
    // A persistent session stays where it was: brokers of one cluster share it, and it may be wanted again.
    end_upstream_connection(clean_session_, shard, now);
    upstream_->open(shard, now);
}

void Client::end_upstream_connection(bool session_ends, Shard& shard, Instant now) {
    upstream_->end(session_ends, shard, now);
    downlink_.upstream_lost();
    subscriptions_.upstream_lost();
}

void Client::begin_session(bool clean_session, Mode mode, Shard& shard, Instant now) {
    if (upstream_) upstream_->end(clean_session_ || is_shared(), shard, now);
    drop_record(shard);
    clean_session_ = clean_session;
    keeps_session_ = false;
    session_expiry_ = shard.settings.upstream_session_expiry;
    Random draw(seed_at(shard, now), client_id_, "topic ids");
    backlog_.start_over();
    // Of no promise: the sensor gives them up with its session.
    for (const Backlog::Entry& entry : exactly_once_.take_all()) forget_uplink(entry.record, shard);
    uplink_inbox_ = {};
    released_.clear();
    will_.reset();  // CleanSession covers the will, too (§6.3)
    subscriptions_ = {};
    clear_queue(shard);
    topics_ = TopicRegistry(first_topic_id(draw, clean_session));
    make_upstream(clean_session, mode, shard, now);
}

void Client::make_upstream(bool clean_start, Mode mode, Shard& shard, Instant now) {
    if (mode == Mode::aggregating) {
        // The same one after a restart, too: what the broker has for it waits there.
        SharedConnection& connection = *shard.shared[stable_hash(client_id_) % shard.shared.size()];
        upstream_ = std::make_unique<SharedUpstream>(id_, connection);
        return;
    }
    upstream_ =
        std::make_unique<Upstream>(id_, upstream_settings(shard.settings, client_id_, clean_session_, clean_start),
                                   Random(seed_at(shard, now), client_id_, "back-off"));
}

void Client::accept(const Request& request, const Seldom<Will>& will, Shard& shard, Instant now) {
    keeps_session_ = !clean_session_;
    if (request.will) will_ = will;  // without the flag a kept session keeps its will (§6.3)
    // Its answers to what was sent before are not waited for; names are told again (§6.5).
    downlink_.step_back();
    topics_.forget_knowledge();
    state_ = Active{{request, now, Supervision(request.keep_alive, now), {}}};
    record(shard, now);
    gate_.send(shard, request.from, mqttsn::ConnAck{mqttsn::ReturnCode::accepted});
    Origin origin = shard.origin(request.from);
    shard.tell(SensorConnected{client_id_, origin.address, clean_session_, std::move(origin.wireless_node_id)});
}

void Client::refuse(const Address& from, mqttsn::ReturnCode code, mqtt::ReasonCode reason, Shard& shard, Instant now) {
    if (code == mqttsn::ReturnCode::congestion) ++shard.counters.congestion_answers;
    leave(shard, now);
    gate_.send(shard, from, mqttsn::ConnAck{code});
    using Cause = SensorRefused::Cause;
    shard.refused({client_id_, shard.origin(from).address, code, reason,
                   reason == mqtt::ReasonCode::success ? Cause::unsupported : Cause::broker});
}

/// What waits for the sensor is the broker's again, and comes with the next connection.
void Client::give_up_upstream(Shard& shard, Instant now) {
    if (upstream_) upstream_->end(clean_session_, shard, now);
    if (!is_shared()) downlink_.sensor_lost();
    else if (clean_session_) clear_queue(shard);
    else keep_queue(shard);
    subscriptions_.upstream_lost();
}

void Client::end(SensorGone::Cause cause, Shard& shard, Instant now) {
    if (connection() != nullptr) shard.tell(SensorGone{client_id_, cause});
    leave(shard, now);
}

void Client::move(const Address& to, Shard& shard, Instant now) {
    connection()->request.from = to;
    record(shard, now);
    Origin origin = shard.origin(to);
    shard.tell(SensorMoved{client_id_, origin.address, std::move(origin.wireless_node_id)});
}

void Client::address_taken(Shard& shard, Instant now) {
    if (auto* asleep = std::get_if<Asleep>(&state_)) {
        asleep->request.from = nowhere(asleep->request.from.via);
        return record(shard, now);
    }
    // Whoever connects there now, it is no longer this client: lost, not disconnected.
    if (has_will_due()) return lose(SensorGone::Cause::replaced, shard, now);
    end(SensorGone::Cause::replaced, shard, now);
}

void Client::shut_down(Shard& shard, Instant now) {
    if (!upstream_) return;
    if (is_stored(shard)) upstream_->leave(shard, now);
    else upstream_->end(clean_session_, shard, now);
}

}  // namespace trunkline::gateway
