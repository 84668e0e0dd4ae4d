#pragma once
// Short records for tests of stores, and what a store gives back as short texts.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "broker/core/store_batch.hpp"

namespace trunkline::broker::test {

inline WallTime at(std::int64_t seconds) { return WallTime(std::chrono::seconds(1'700'000'000 + seconds)); }

inline SessionRecord session(std::uint64_t id, std::string client_id) {
    SessionRecord record;
    record.id = SessionId{id};
    record.client_id = std::move(client_id);
    record.version = mqtt::ProtocolVersion::v5;
    record.expiry = std::chrono::hours(1);
    return record;
}

inline SubscriptionRecord subscription(std::uint64_t session, std::string filter) {
    return {
        SessionId{session}, std::move(filter), {mqtt::QoS::at_least_once, false, false, mqtt::RetainHandling::send}};
}

inline EntryRecord entry(std::uint64_t arrival, std::uint64_t session, std::uint64_t sequence, std::string_view topic,
                         std::string_view payload, ByteView properties = {}) {
    EntryRecord record;
    record.arrival = ArrivalNumber{arrival};
    record.session = SessionId{session};
    record.sequence = sequence;
    record.qos = mqtt::QoS::at_least_once;
    record.received_at = at(static_cast<std::int64_t>(arrival));
    Message::Parts parts;
    parts.topic = topic;
    parts.properties = properties;
    parts.payload = as_byte_view(payload);
    record.message = Message::make(parts);
    return record;
}

struct Collected : Store::Visitor {
    std::vector<StoreRecord> records;
    void record(StoreRecord record) override { records.push_back(std::move(record)); }
};

inline std::string text_of(const SessionRecord& record) {
    std::string text = "session " + std::to_string(static_cast<std::uint64_t>(record.id)) + " " + record.client_id;
    if (record.epoch != 0) text += " epoch " + std::to_string(record.epoch);
    return text;
}
inline std::string text_of(const SubscriptionRecord& record) {
    const std::string text =
        "subscription " + std::to_string(static_cast<std::uint64_t>(record.session)) + " " + record.filter;
    return record.options.no_local ? text + " no_local" : text;
}
inline std::string text_of(const InboundRecord& record) {
    return "inbound " + std::to_string(static_cast<std::uint64_t>(record.session)) + " " +
           std::to_string(static_cast<std::uint16_t>(record.packet_id));
}
inline std::string text_of(const EntryRecord& record) {
    return "entry " + std::to_string(static_cast<std::uint64_t>(record.arrival)) + " " +
           std::to_string(static_cast<std::uint64_t>(record.session)) + ":" + std::to_string(record.sequence) + " " +
           std::string(record.message->topic()) + "=" + std::string(as_text(record.message->payload())) +
           (record.is_released ? " released" : "");
}

inline std::string text_of(const RetainedRecord& record) {
    return "retained " + std::string(record.message->topic()) + "=" + std::string(as_text(record.message->payload()));
}

inline std::string text_of(const WillRecord& record) {
    return "will " + std::to_string(static_cast<std::uint64_t>(record.session)) + " " + record.client_id + " " +
           std::string(record.message->topic()) + "=" + std::string(as_text(record.message->payload()));
}

/// Nothing: load() failed.
inline std::optional<std::vector<std::string>> records_of(Store& store) {
    Collected collected;
    if (!store.load(collected, WallClock())) return std::nullopt;
    std::vector<std::string> texts;
    for (const StoreRecord& record : collected.records) {
        texts.push_back(std::visit([](const auto& r) { return text_of(r); }, record));
    }
    return texts;
}

}  // namespace trunkline::broker::test
