#include "simulator/world/trace.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>

#include "simulator/plan/durations.hpp"

namespace trunkline::sim {

namespace {

constexpr std::uint64_t fnv_start = 0xcbf29ce484222325U;
constexpr std::uint64_t fnv_prime = 0x100000001b3U;

std::uint64_t mixed(std::uint64_t hash, std::uint64_t word) { return (hash ^ word) * fnv_prime; }

std::uint64_t hash_of(ByteView octets) {
    std::uint64_t hash = fnv_start;
    for (; octets.size() >= sizeof(std::uint64_t); octets = octets.subspan(sizeof(std::uint64_t))) {
        std::uint64_t word = 0;
        std::memcpy(&word, octets.data(), sizeof word);
        hash = mixed(hash, word);
        hash ^= hash >> 32U;  // the product's upper half has what all octets say
    }
    for (const std::byte octet : octets) hash = mixed(hash, static_cast<std::uint64_t>(octet));
    return hash;
}

std::string_view name_of(EventKind kind) {
    switch (kind) {
        case EventKind::sensor_wakes:
            return "sensor_wakes";
        case EventKind::gateway_wakes:
            return "gateway_wakes";
        case EventKind::broker_wakes:
            return "broker_wakes";
        case EventKind::actor_wakes:
            return "actor_wakes";
        case EventKind::guest_wakes:
            return "guest_wakes";
        case EventKind::datagram_at_gateway:
            return "datagram_at_gateway";
        case EventKind::datagram_at_sensor:
            return "datagram_at_sensor";
        case EventKind::guest_datagram:
            return "guest_datagram";
        case EventKind::stream_moves:
            return "stream_moves";
        case EventKind::gateway_stored:
            return "gateway_stored";
        case EventKind::batch_stored:
            return "batch_stored";
        case EventKind::queues_read:
            return "queues_read";
        case EventKind::broker_accepts:
            return "broker_accepts";
        case EventKind::fault_begins:
            return "fault_begins";
        case EventKind::fault_ends:
            return "fault_ends";
        case EventKind::settled:
            return "settled";
    }
    return "";
}

std::string hexadecimal(std::uint64_t number) {
    char digits[16];
    const auto [end, error] = std::to_chars(digits, digits + sizeof digits, number, 16);
    return error == std::errc() ? std::string(digits, end) : std::string();
}

TraceDifference by_records(const Trace& a, const Trace& b) {
    const std::vector<Trace::Record>& first = a.records();
    const std::vector<Trace::Record>& second = b.records();
    const auto at = static_cast<std::size_t>(
        std::mismatch(first.begin(), first.end(), second.begin(), second.end()).first - first.begin());
    const auto text_of = [at](const std::vector<Trace::Record>& records) {
        return at < records.size() ? to_string(records[at]) : std::string("the end of the run");
    };
    return {at, at, "event " + std::to_string(at) + ": " + text_of(first) + "; in the other run: " + text_of(second)};
}

TraceDifference by_checkpoints(const Trace& a, const Trace& b) {
    const std::vector<std::uint64_t>& first = a.checkpoints();
    const std::vector<std::uint64_t>& second = b.checkpoints();
    const auto at = static_cast<std::uint64_t>(
        std::mismatch(first.begin(), first.end(), second.begin(), second.end()).first - first.begin());
    const std::uint64_t begin = at * Trace::checkpoint_interval;
    const std::uint64_t end = begin + Trace::checkpoint_interval - 1;
    return {begin, end, "an event from " + std::to_string(begin) + " to " + std::to_string(end)};
}

}  // namespace

void Trace::note(Instant at, EventKind kind, std::uint32_t entity, ByteView octets) {
    const auto size = static_cast<std::uint32_t>(octets.size());
    const std::uint64_t octets_hash = hash_of(octets);
    // Words instead of single octets: the numbers are ours and have one form.
    hash_ = mixed(hash_, static_cast<std::uint64_t>(at.time_since_epoch().count()));
    hash_ = mixed(hash_, static_cast<std::uint64_t>(kind) << 56U | entity);
    hash_ = mixed(hash_, size);
    hash_ = mixed(hash_, octets_hash);
    ++events_;
    if (events_ % checkpoint_interval == 0) checkpoints_.push_back(hash_);
    if (detail_ == TraceDetail::records) records_.push_back({at, octets_hash, entity, size, kind});
}

std::optional<TraceDifference> first_difference(const Trace& a, const Trace& b) {
    if (a.hash() == b.hash() && a.events() == b.events()) return std::nullopt;
    const bool have_records = a.records().size() == a.events() && b.records().size() == b.events();
    return have_records ? by_records(a, b) : by_checkpoints(a, b);
}

std::string to_string(const Trace::Record& record) {
    const auto nanoseconds = record.at.time_since_epoch().count() % 1'000'000;
    return std::string(name_of(record.kind)) + ' ' + std::to_string(record.entity) + ", " +
           std::to_string(record.octets) + " octets, hash " + hexadecimal(record.octets_hash) + ", at " +
           clock_text(record.at) + " + " + std::to_string(nanoseconds) + " ns";
}

}  // namespace trunkline::sim
