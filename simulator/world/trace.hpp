#pragma once
// The fingerprint of a run: two runs are the same when all that happened in them is, in the same order.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/base/bytes.hpp"
#include "protocol/base/instant.hpp"
#include "simulator/world/event_queue.hpp"

namespace trunkline::sim {

/// What is kept of a run's events.
enum class TraceDetail : std::uint8_t {
    checkpoints,  // the hash after every so many events: a difference is known to that interval
    records,      // 32 bytes for each event: the first difference is named
};

/// FNV-1a (64 bits), by words, over instant, kind, entity, size and octets of each event, in order.
class Trace {
public:
    static constexpr std::uint64_t checkpoint_interval = 1024;

    struct Record {
        Instant at{};
        std::uint64_t octets_hash = 0;
        std::uint32_t entity = 0;
        std::uint32_t octets = 0;
        EventKind kind{};

        friend bool operator==(const Record&, const Record&) = default;
    };

    explicit Trace(TraceDetail detail = TraceDetail::checkpoints) : detail_(detail) {}

    void note(Instant at, EventKind kind, std::uint32_t entity, ByteView octets = {});

    std::uint64_t hash() const { return hash_; }
    std::uint64_t events() const { return events_; }
    const std::vector<std::uint64_t>& checkpoints() const { return checkpoints_; }
    const std::vector<Record>& records() const { return records_; }

private:
    TraceDetail detail_;
    std::uint64_t hash_ = 0xcbf29ce484222325U;
    std::uint64_t events_ = 0;
    std::vector<std::uint64_t> checkpoints_;
    std::vector<Record> records_;
};

/// The first event in which two runs differ.
struct TraceDifference {
    std::uint64_t first_event = 0;  // from 0; known exactly if both traces kept records
    std::uint64_t last_event = 0;   // the difference is not later than this one
    std::string text;               // for people: what happened in the one run and in the other
};

/// Nothing: the runs were the same.
std::optional<TraceDifference> first_difference(const Trace& a, const Trace& b);

/// "datagram_at_gateway 17, 47 octets, hash …, at 00:03:10.250 + 123456 ns".
std::string to_string(const Trace::Record& record);

}  // namespace trunkline::sim
