#pragma once
// capture.pcapng of a run, where one is wanted.

#include <iosfwd>
#include <optional>

#include "simulator/capture/packet_capture.hpp"
#include "simulator/main/report_folder.hpp"

namespace trunkline::sim {

class RunCapture {
public:
    /// Of what the scenario's report chooses; with `captures_all`, of everything where it chooses nothing. The scenario
    /// outlives it.
    RunCapture(const Scenario& scenario, bool captures_all);
    RunCapture(const RunCapture&) = delete;
    RunCapture& operator=(const RunCapture&) = delete;

    /// Whom the run tells of its packets; nullptr: none is wanted.
    PacketListener* listener() { return capture_ ? &*capture_ : nullptr; }
    /// Writes the file of a run that has ended at `end`, if one is wanted, and says so on `out`; nullptr: says nothing.
    /// Throws ReportError.
    void write(const ReportFolder& folder, Instant end, std::ostream* out);

private:
    std::optional<CapturePlan> plan_;
    std::optional<PacketCapture> capture_;
};

}  // namespace trunkline::sim
