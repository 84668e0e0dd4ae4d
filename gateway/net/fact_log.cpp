#include "gateway/net/fact_log.hpp"

#include <string>
#include <string_view>
#include <variant>

#include "gateway/net/hexadecimal.hpp"
#include "protocol/mqtt/reason_codes.hpp"

namespace trunkline::gateway {

namespace {

using runtime::Log;
using runtime::LogField;
using runtime::LogLevel;

// Where thousands may be told at once, an address becomes text only for who reads it.

void write(const Log& log, const SensorConnected& fact) {
    if (!log.is_on(LogLevel::info)) return;
    log.info("sensor.connected", {{"client_id", fact.client_id},
                                  {"address", to_string(fact.address)},
                                  {"clean_session", fact.clean_session},
                                  LogField::if_any("wireless_node_id", hexadecimal(fact.wireless_node_id))});
}

void write(const Log& log, const SensorMoved& fact) {
    log.info("sensor.moved", {{"client_id", fact.client_id},
                              {"address", to_string(fact.address)},
                              LogField::if_any("wireless_node_id", hexadecimal(fact.wireless_node_id))});
}

/// In a storm there are as many of these as datagrams: counted, and shown only to who asks for it.
bool is_of_storm(SensorRefused::Cause cause) {
    return cause == SensorRefused::Cause::too_fast || cause == SensorRefused::Cause::too_many_connecting ||
           cause == SensorRefused::Cause::too_many_newcomers;
}

void write(const Log& log, const SensorRefused& fact) {
    const bool by_broker = fact.upstream_reason != mqtt::ReasonCode::success;
    if (is_of_storm(fact.cause) && !log.is_on(LogLevel::debug)) return;
    const auto level = is_of_storm(fact.cause) ? &Log::debug : &Log::warning;
    (log.*level)("sensor.refused", {{"client_id", fact.client_id},
                                    {"address", to_string(fact.address)},
                                    {"by", by_broker ? "broker" : "gateway"},
                                    {"return_code", static_cast<unsigned>(fact.return_code)},
                                    {"reason", by_broker ? mqtt::name_of(fact.upstream_reason) : name_of(fact.cause)}});
}

void write(const Log& log, const SensorGone& fact) {
    log.info("sensor.gone", {{"client_id", fact.client_id}, {"reason", name_of(fact.cause)}});
}

void write(const Log& log, const UpstreamLost& fact) {
    const std::string_view reason = mqtt::is_failure(fact.reason) ? mqtt::name_of(fact.reason) : std::string_view();
    log.warning(
        "upstream.lost",
        {{"client_id", fact.client_id}, LogField::if_any("reason", reason), LogField::if_any("clause", fact.clause)});
}

void write(const Log& log, const MessageGivenUp& fact) {
    log.warning("message.given_up", {{"client_id", fact.client_id}, {"topic", fact.topic}});
}

void write(const Log& log, const UpstreamRefused& fact) {
    log.warning("upstream.refused", {{"client_id", fact.client_id}, {"reason", mqtt::name_of(fact.reason)}});
}

void write(const Log& log, const BrokerChosen& fact) { log.warning("broker.chosen", {{"broker", fact.broker}}); }

void write(const Log& log, const WatchRefused& fact) {
    log.warning("broker.watch_refused", {{"broker", fact.broker}, {"reason", mqtt::name_of(fact.reason)}});
}

void write(const Log& log, const WillPublished& fact) {
    log.info("will.published", {{"client_id", fact.client_id}, {"topic", fact.topic}});
}

void write(const Log& log, const WillRefused& fact) {
    log.warning("will.refused",
                {{"client_id", fact.client_id}, {"topic", fact.topic}, {"reason", mqtt::name_of(fact.reason)}});
}

void write(const Log& log, const StoreFailed& fact) {
    log.error("store.failed", {{"code", static_cast<unsigned>(fact.code)}, {"error", fact.text}});
}

void write(const Log& log, const StoreHealed&) { log.info("store.healed"); }

}  // namespace

void log_fact(const Log& log, const Fact& fact) {
    std::visit([&log](const auto& one) { write(log, one); }, fact);
}

}  // namespace trunkline::gateway
