#pragma once
// What a run leaves behind, and where.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/base/instant.hpp"
#include "simulator/plan/packet_selection.hpp"

namespace trunkline::sim {

/// The files that are there unless the scenario names those that it wants. run.json always is.
constexpr std::array<std::string_view, 7> report_files = {"report.json",           "report.html",   "junit.xml",
                                                          "timeline.csv",          "events.ndjson", "latency.hgrm",
                                                          "latency-from-sent.hgrm"};
enum class ReportFile : std::uint8_t {
    report_json,
    report_html,
    junit_xml,
    timeline_csv,
    events_ndjson,
    latency_hgrm,
    latency_from_sent_hgrm,
};

/// capture.pcapng.
struct CapturePlan {
    static constexpr std::uint64_t usual_size = std::uint64_t{64} << 20U;

    PacketSelection packets;
    std::uint64_t most_octets = usual_size;  // what does not fit is left out, and counted
};

struct ReportPlan {
    static constexpr std::int64_t most_steps = 1000;  // each is a point of every chart

    std::optional<std::string> folder;  // none: out/NAME-SEED
    std::optional<Duration> interval;   // of the history; none: the shortest round one with at most 240 steps
    std::array<bool, report_files.size()> wanted = {true, true, true, true, true, true, true};  // by ReportFile
    std::optional<CapturePlan> capture;

    bool wants(ReportFile file) const { return wanted[static_cast<std::size_t>(file)]; }
};

}  // namespace trunkline::sim
