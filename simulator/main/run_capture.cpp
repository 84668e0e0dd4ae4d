#include "simulator/main/run_capture.hpp"

#include <ostream>

#include "simulator/report/figures.hpp"

namespace trunkline::sim {

RunCapture::RunCapture(const Scenario& scenario, bool captures_all) : plan_(scenario.report.capture) {
    if (!plan_ && captures_all) plan_.emplace().packets.has_all = true;
    if (plan_) capture_.emplace(scenario, *plan_);
}

void RunCapture::write(const ReportFolder& folder, Instant end, std::ostream* out) {
    if (!capture_) return;
    folder.write("capture.pcapng", capture_->file(end));
    if (out == nullptr) return;
    *out << "capture: " << (folder.path() / "capture.pcapng").string() << ", " << grouped(capture_->packets())
         << " packets";
    if (capture_->left_out() > 0) *out << ", " << grouped(capture_->left_out()) << " left out for want of room";
    *out << '\n';
}

}  // namespace trunkline::sim
