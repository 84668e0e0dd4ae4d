#include "broker/net/fact_log.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <variant>

#include "protocol/mqtt/reason_codes.hpp"
#include "protocol/mqtt/version_name.hpp"

namespace trunkline::broker {

namespace {

using runtime::Log;
using runtime::LogField;

/// Who ended the connection.
std::string_view closer_of(CloseCause cause) {
    switch (cause) {
        case CloseCause::peer_closed:
        case CloseCause::client_disconnect:
            return "client";
        case CloseCause::operator_request:
            return "operator";
        case CloseCause::transport_error:
            return "network";
        default:
            return "broker";
    }
}

void write(const Log& log, const ClientConnected& fact) {
    log.info("client.connected", {{"client_id", fact.client_id},
                                  {"peer", fact.peer},
                                  LogField::if_any("user", fact.user),
                                  {"version", name_of(fact.version)},
                                  {"session_present", fact.session_present}});
}

/// "90.000"; empty: that was not the cause.
std::string seconds_of(std::optional<Duration> silent) {
    if (!silent) return {};
    const auto thousandths = std::chrono::duration_cast<std::chrono::milliseconds>(*silent).count();
    const std::string rest = std::to_string(1000 + thousandths % 1000);
    return std::to_string(thousandths / 1000) + "." + rest.substr(1);
}

void write(const Log& log, const ConnectionClosed& fact) {
    // What the code adds to the cause; success and what says the same are left out.
    const std::string_view code = fact.reason == mqtt::ReasonCode::success ? "" : mqtt::name_of(fact.reason);
    log.info("connection.closed", {LogField::if_any("client_id", fact.client_id),
                                   {"peer", fact.peer},
                                   {"by", closer_of(fact.cause)},
                                   {"reason", name_of(fact.cause)},
                                   LogField::if_any("code", code == name_of(fact.cause) ? "" : code),
                                   LogField::if_any("clause", fact.clause),
                                   LogField::if_any("silent_s", seconds_of(fact.silent)),
                                   LogField::if_any("taken_over_by", fact.taken_over_by),
                                   LogField::if_any("error", fact.error)});
}

std::string_view text_of(AccessDenied::What what) {
    switch (what) {
        case AccessDenied::What::publish:
            return "publish";
        case AccessDenied::What::subscribe:
            return "subscribe";
        case AccessDenied::What::will:
            return "will";
    }
    return "unknown";
}

// A publisher may repeat it with every message: shown only to who asks for it. The rest is rare, and a surprise.
void write(const Log& log, const AccessDenied& fact) {
    const auto level = fact.what == AccessDenied::What::publish ? &Log::debug : &Log::info;
    (log.*level)("access.denied", {{"client_id", fact.client_id}, {"what", text_of(fact.what)}, {"topic", fact.topic}});
}

void write(const Log& log, const SessionEnded& fact) {
    if (fact.messages_lost == 0) return log.debug("session.ended", {{"client_id", fact.client_id}});
    log.warning("session.ended", {{"client_id", fact.client_id}, {"messages_lost", fact.messages_lost}});
}

void write(const Log& log, const WillPublished& fact) {
    log.info("will.published", {{"client_id", fact.client_id}, {"topic", fact.topic}});
}

// One per message: counted in Counters, shown here only to who asks for it.
void write(const Log& log, const MessageDropped& fact) {
    log.debug("message.dropped",
              {{"client_id", fact.client_id}, {"topic", fact.topic}, {"reason", name_of(fact.cause)}});
}

// One line when a stage sets in, and one when it is over.
void write(const Log& log, const MemoryPressure& fact) {
    const auto level = fact.has_risen ? &Log::warning : &Log::info;
    (log.*level)("memory.pressure",
                 {{"stage", name_of(fact.pressure)}, {"used_bytes", fact.used}, {"limit_bytes", fact.limit}});
}

void write(const Log& log, const StoreTrouble& fact) {
    if (fact.healed) return log.info("store.healed", {{"text", fact.text}});
    log.error("store.trouble", {{"text", fact.text}});
}

}  // namespace

void log_fact(const Log& log, const Fact& fact) {
    std::visit([&log](const auto& one) { write(log, one); }, fact);
}

}  // namespace trunkline::broker
