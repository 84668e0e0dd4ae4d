#include "broker/main/store_dump.hpp"

#include <chrono>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

#include "broker/access/base64.hpp"
#include "protocol/base/utf8.hpp"

namespace trunkline::broker {

namespace {

using Json = nlohmann::ordered_json;

/// "2026-11-25T22:43:10.123456789Z".
std::string text_of(WallTime time) {
    using namespace std::chrono;
    const auto day = floor<days>(time);
    const year_month_day date(sys_days(day.time_since_epoch()));
    const hh_mm_ss clock(time - day);
    char text[48];
    std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02lld:%02lld:%02lld.%09lldZ", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  static_cast<long long>(clock.hours().count()), static_cast<long long>(clock.minutes().count()),
                  static_cast<long long>(clock.seconds().count()), static_cast<long long>(clock.subseconds().count()));
    return text;
}
Json json_of(const std::optional<WallTime>& time) { return time ? Json(text_of(*time)) : Json(nullptr); }

/// As text where it is text, else in Base64 under another name, so that nobody has to guess.
void add_octets(Json& row, const std::string& name, ByteView octets) {
    if (is_mqtt_utf8(octets)) row[name] = as_text(octets);
    else row[name + "_base64"] = to_base64(octets);
}

void add_content(Json& row, const Message& message, WallTime received_at) {
    row["topic"] = message.topic();
    row["received_at"] = text_of(received_at);
    if (!message.properties().octets().empty()) row["properties_base64"] = to_base64(message.properties().octets());
    add_octets(row, "payload", message.payload());
}

std::uint64_t number_of(auto id) { return static_cast<std::uint64_t>(id); }

Json json_of(const SessionRecord& record) {
    Json row{{"table", "session"}, {"session", number_of(record.id)}, {"client_id", record.client_id}};
    row["version"] = static_cast<int>(record.version);
    row["expiry_seconds"] = record.expiry.count();
    row["disconnected_at"] = json_of(record.disconnected_at);
    row["epoch"] = record.epoch;
    return row;
}

Json json_of(const SubscriptionRecord& record) {
    Json row{{"table", "subscription"}, {"session", number_of(record.session)}, {"filter", record.filter}};
    row["qos"] = static_cast<int>(record.options.qos);
    row["no_local"] = record.options.no_local;
    row["retain_as_published"] = record.options.retain_as_published;
    row["retain_handling"] = static_cast<int>(record.options.retain_handling);
    if (record.id != SubscriptionId{}) row["subscription_identifier"] = number_of(record.id);
    return row;
}

Json json_of(const InboundRecord& record) {
    return {{"table", "inbound"}, {"session", number_of(record.session)}, {"packet_id", number_of(record.packet_id)}};
}

Json json_of(const EntryRecord& record) {
    Json row{{"table", "entry"}, {"arrival", number_of(record.arrival)}, {"session", number_of(record.session)}};
    row["sequence"] = record.sequence;
    row["qos"] = static_cast<int>(record.qos);
    row["retain"] = record.retain;
    if (record.is_released) row["released"] = true;
    if (!record.share.empty()) row["share"] = record.share.text();
    if (record.expires_at) row["expires_at"] = text_of(*record.expires_at);
    add_content(row, *record.message, record.received_at);
    return row;
}

Json json_of(const RetainedRecord& record) {
    Json row{{"table", "retained"}, {"qos", static_cast<int>(record.qos)}};
    if (record.expires_at) row["expires_at"] = text_of(*record.expires_at);
    add_content(row, *record.message, record.received_at);
    return row;
}

Json json_of(const WillRecord& record) {
    Json row{{"table", "will"}, {"session", number_of(record.session)}, {"client_id", record.client_id}};
    row["qos"] = static_cast<int>(record.qos);
    row["retain"] = record.retain;
    row["delay_seconds"] = record.delay.count();
    if (record.message_expiry) row["message_expiry_seconds"] = record.message_expiry->count();
    row["due_at"] = json_of(record.due_at);
    add_content(row, *record.message, record.received_at);
    return row;
}

template <typename Record>
bool is_wanted(DumpedKinds kinds) {
    if constexpr (std::is_same_v<Record, EntryRecord>) return kinds.queues;
    else if constexpr (std::is_same_v<Record, RetainedRecord>) return kinds.retained;
    else if constexpr (std::is_same_v<Record, WillRecord>) return kinds.wills;
    else return kinds.sessions;
}

}  // namespace

void StoreDump::record(StoreRecord record) {
    const auto write = [this](const auto& r) {
        // What a client called itself was checked when it came; what a disk made of it since, by a checksum.
        if (is_wanted<std::decay_t<decltype(r)>>(kinds_)) out_ << json_of(r).dump() << '\n';
    };
    std::visit(write, record);
}

}  // namespace trunkline::broker
