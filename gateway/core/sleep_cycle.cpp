// Sleeping clients: what waits for them, and when they hear PINGRESP (MQTT-SN 1.2 §6.14).

#include "gateway/core/client.hpp"

namespace trunkline::gateway {

void Client::handle(const mqttsn::Disconnect& packet, Connection& connection, Shard& shard, Instant now) {
    const Address from = connection.request.from;
    const std::chrono::seconds duration(packet.duration_seconds.value_or(0));
    if (duration != std::chrono::seconds::zero()) {
        fall_asleep(connection, duration, now);
        record(shard, now);
    } else {
        end(SensorGone::Cause::disconnected, shard, now);
    }
    // After that is durable: who is sure to have said goodbye must not have its will published by a restart.
    gate_.send(shard, from, mqttsn::Disconnect{});
}

void Client::handle(const mqttsn::PingReq& packet, Connection& connection, Shard& shard, Instant now) {
    if (!packet.client_id.empty() && packet.client_id != client_id_) {
        // Somebody else is at this address, and has no connection.
        ++shard.counters.unexpected;
        return gate_.send(shard, connection.request.from, mqttsn::Disconnect{});
    }
    if (std::holds_alternative<Active>(state_)) return shard.send(connection.request.from, mqttsn::PingResp{});
    // What waits is sent, and PINGRESP after the last acknowledgement, at the end of this input or a later one. A
    // repeated PINGREQ begins nothing anew.
    if (auto* asleep = std::get_if<Asleep>(&state_)) {
        const Downlink::Message* waiting = downlink_.next();
        if (waiting != nullptr && shard.breaks(GatewayPromise::pingresp_comes_last)) {
            shard.settings.defect->note(client_id_, waiting->topic, waiting->payload, now);
            return gate_.send(shard, connection.request.from, mqttsn::PingResp{});
        }
        Awake awake{std::move(*asleep), asleep->duration};
        state_ = std::move(awake);
    }
}

void Client::fall_asleep(Connection& connection, std::chrono::seconds duration, Instant now) {
    downlink_.step_back();  // what was on its way is sent again when the client is awake
    Asleep asleep{std::move(connection), duration};
    asleep.supervision = Supervision(duration, now);
    asleep.rest = Rest::none;
    state_ = std::move(asleep);
}

void Client::wake_up(const Request& request, Shard& shard, Instant now) {
    // Flags do not count here: a will is not prompted for, nothing is cleaned; ids that the client was told hold on.
    Connection woken = std::move(*connection());
    woken.request = request;
    woken.connack_sent_at = now;
    woken.supervision = Supervision(request.keep_alive, now);
    downlink_.step_back();
    state_ = Active{std::move(woken)};
    record(shard, now);
    gate_.send(shard, request.from, mqttsn::ConnAck{mqttsn::ReturnCode::accepted});
}

void Client::room_was_made() {
    if (Connection* present = connection()) present->rest = Rest::unknown;
}

bool Client::has_all(Connection& connection, Shard& shard, Instant now) {
    if (is_shared()) return true;  // there is nothing of its that is not here
    if (!upstream_->is_connected()) return connection.rest != Rest::fetched;
    if (connection.rest == Rest::fetched) connection.rest = Rest::unknown;
    if (connection.rest != Rest::none) {
        if (upstream_->is_finishing() || upstream_->is_asked()) return false;
        // MQTT keeps the order: what our acknowledgements have made room for comes before the answer to a PINGREQ
        // behind them. Without the question a broker that is slower than the sensor would have the sensor sleep on with
        // half of its messages.
        if (connection.rest == Rest::unknown) {
            upstream_->ask(shard, now);
            connection.rest = Rest::asked_for;
            return false;
        }
    }
    if (!fetch_what_was_left(shard, now)) return true;
    connection.rest = Rest::fetched;
    return false;
}

void Client::sleep_on(Shard& shard, Instant now) {
    auto* awake = std::get_if<Awake>(&state_);
    if (awake == nullptr || downlink_.is_busy() || !has_all(*awake, shard, now)) return;
    gate_.send(shard, awake->request.from, mqttsn::PingResp{});
    fall_asleep(*awake, awake->duration, now);
}

}  // namespace trunkline::gateway
