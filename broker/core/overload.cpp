// What gives way when memory becomes scarce, and who is too fast. (DESIGN: overload)

#include <algorithm>

#include "broker/core/broker.hpp"

namespace trunkline::broker {

using mqtt::ProtocolVersion;
using mqtt::QoS;
using mqtt::ReasonCode;

namespace {

/// Of one subscription: its node, what the session and the trie keep, two short texts. Measured over 4,000: 370.
constexpr std::size_t subscription_memory = 400;
/// Of one session without its subscriptions and queue. Together with its connection it took 980 octets, over 4,000.
constexpr std::size_t session_memory = 600;
/// Of a message beside its footprint: the allocator's.
constexpr std::size_t message_overhead = 16;
/// Of a retained message beside the message: its place in the table.
constexpr std::size_t retained_memory = 80;
/// A buffer that grows doubles, so it may be half empty.
constexpr std::size_t buffer_slack = 2;

/// Of the budget for what waits for sockets: one part of so many, shared by all clients.
constexpr std::size_t output_part = 8;
constexpr std::size_t least_output_share = 1'024;
/// A started packet beyond this is not waited for when memory is full; a CONNECT beyond that not when it is scarce.
constexpr std::size_t large_packet = 64U << 10U;
constexpr std::size_t large_connect = 4U << 10U;

/// Who sends faster than is allowed is not read until it has been slow enough; who would have to wait longer is closed.
constexpr std::chrono::seconds longest_throttling{10};

}  // namespace

std::size_t Broker::memory_used() const {
    const std::size_t subscriptions = subscriptions_.size() + groups_.member_count();
    return message_account_->bytes() + message_account_->messages() * message_overhead +
           sessions_.queued().room * sizeof(QueueEntry) + (output_bytes_ + input_bytes_) * buffer_slack +
           batch_.bytes() + listener_counts_.memory() + sessions_.size() * session_memory +
           subscriptions * subscription_memory + retained_.size() * retained_memory;
}

void Broker::tell_pressure(bool has_risen) {
    if (has_risen) ++counters_.memory_pressure_risen;
    facts_.push_back(MemoryPressure{budget_.pressure(), has_risen, memory_used(), budget_.limit()});
}

/// Once per round: what the last one has freed, and who has been held too long.
void Broker::relieve(Instant now) {
    if (!budget_.is_set()) return;
    watch_memory();
    const bool was_full = budget_.is(Pressure::full);
    if (budget_.falls_to(memory_used())) {
        tell_pressure(false);
        if (!budget_.is(Pressure::holding)) release_held(now);
        if (was_full) send_what_waited(now);
    }
    while (const auto held = held_.longest_held()) {
        if (now < held->second + settings_.memory_patience) return;
        ++counters_.publishers_closed;
        close(*connections_.find(held->first), CloseCause::overload, ReasonCode::quota_exceeded, {}, now);
    }
}

std::optional<Instant> Broker::memory_patience_ends() const {
    const auto held = held_.longest_held();
    if (!held) return std::nullopt;
    return held->second + settings_.memory_patience;
}

void Broker::release_held(Instant now) {
    for (const auto& [id, answers] : held_.release()) {
        Connection& connection = *connections_.find(id);
        for (const HeldAnswer& answer : answers) {
            if (answer.qos == QoS::at_least_once)
                send_gated(connection, mqtt::PubAck{answer.packet_id, answer.reason, {}}, answer.ticket, now);
            else send_gated(connection, mqtt::PubRec{answer.packet_id, answer.reason, {}}, answer.ticket, now);
        }
        make_pending(connection);  // it is read again
    }
}

void Broker::send_what_waited(Instant now) {
    for (Connection* connection = connections_.oldest(); connection != nullptr; connection = connection->newer) {
        if (connection->connected() != nullptr) send_queued(*connection, now);
    }
}

std::size_t Broker::output_share() const {
    if (budget_.is(Pressure::full) && output_bytes_ * buffer_slack >= budget_.limit() / 4) return 0;
    const std::size_t share = budget_.limit() / output_part / std::max<std::size_t>(1, clients_);
    return std::min(settings_.output_limit_bytes, std::max(least_output_share, share));
}

/// Nothing: it may come in. A client that takes over from itself needs no room, and one whose messages wait makes some.
std::optional<ReasonCode> Broker::overload_of(const Connection& connection, const mqtt::Connect& packet) {
    const auto* awaiting = std::get_if<AwaitingConnect>(&connection.state);
    if (awaiting != nullptr && awaiting->is_over_rate) {
        ++counters_.connections_over_rate;
        return ReasonCode::connection_rate_exceeded;
    }
    if (!budget_.is(Pressure::refusing)) return std::nullopt;
    const std::optional<SessionSlot> slot = sessions_.find(packet.client_id);
    if (slot && (sessions_[*slot].connection || !sessions_[*slot].queue.empty())) return std::nullopt;
    ++counters_.connections_refused_memory;
    return ReasonCode::quota_exceeded;
}

/// Accounts for a started packet.
void Broker::note_started_packet(Connection& connection, std::size_t held_before, Instant now) {
    const std::size_t held = connection.frames.held_bytes();
    input_bytes_ += held - held_before;
    if (!budget_.is_set() || connection.closing() != nullptr) return;
    watch_memory();
    const bool is_connected = connection.connected() != nullptr;
    const bool is_large = held > (is_connected ? large_packet : large_connect);
    if (!is_large || !budget_.is(is_connected ? Pressure::full : Pressure::dropping)) return;
    ++counters_.publishers_closed;
    close(connection, CloseCause::overload, ReasonCode::quota_exceeded, {}, now);
}

/// What its client has published counts against what it may. False: it is not to be routed.
bool Broker::admits_under_limits(Connection& connection, const mqtt::Publish& packet, Instant now) {
    const std::size_t octets = packet.topic.size() + packet.payload.size();
    if (connection.connected()->rates) charge(connection, octets, now);
    if (connection.closing() != nullptr) return false;
    watch_memory();
    if (!budget_.is(Pressure::holding)) return true;
    if (held_.published(connection.id, octets, now)) {
        ++counters_.publishers_held;
        make_pending(connection);  // it is not read from now on
    }
    if (!budget_.is(Pressure::full)) return true;
    ++counters_.publish_refused_memory;
    if (packet.qos == QoS::at_most_once) return false;
    if (connection.connected()->version == ProtocolVersion::v5) {
        answer(connection, packet, ReasonCode::quota_exceeded, no_ticket, now, "there is no memory for it now");
    } else {
        close(connection, CloseCause::overload, ReasonCode::quota_exceeded, {}, now);  // it has no other way to say so
    }
    return false;
}

void Broker::charge(Connection& connection, std::size_t octets, Instant now) {
    PublishRates& rates = *connection.connected()->rates;
    const std::optional<Instant> clear = rates.published(octets, now);
    if (!clear) return;
    if (*clear > now + longest_throttling) {
        ++counters_.publishers_closed;
        return close(connection, CloseCause::rate_exceeded, ReasonCode::message_rate_too_high, {}, now);
    }
    if (!rates.resumes_at) {
        ++counters_.publishers_throttled;
        make_pending(connection);
    }
    rates.resumes_at = clear;
}

/// The time has come to read it again.
void Broker::resume(Connection& connection, Instant now) {
    Connected* on = connection.connected();
    if (on == nullptr || !on->rates || !on->rates->resumes_at || *on->rates->resumes_at > now) return;
    on->rates->resumes_at.reset();
    make_pending(connection);
}

}  // namespace trunkline::broker
