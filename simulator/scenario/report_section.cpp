// "report": what a run leaves behind.

#include <algorithm>
#include <array>

#include "simulator/plan/durations.hpp"
#include "simulator/scenario/draft.hpp"
#include "simulator/scenario/packet_selectors.hpp"
#include "simulator/scenario/placeholders.hpp"
#include "simulator/scenario/quantities.hpp"

namespace trunkline::sim::reading {

namespace {

void read_capture(const Field& file, Scenario& plan) {
    constexpr std::array<Key, 3> keys = {{{"kind"}, {"on"}, {"max"}}};
    constexpr std::array<std::string_view, 1> kinds = {"pcapng"};
    file.allow(keys);
    file.need("kind").word(kinds);
    if (plan.report.capture) file.complain("one capture is wanted; \"on\" takes several selectors");
    CapturePlan& capture = plan.report.capture.emplace();
    for (const Field& selector : file.need("on").items()) {
        if (const auto selected = select_packets(plan, selector.text(), capture.packets); !selected)
            selector.complain(selected.error());
    }
    if (const auto most = file.find("max")) capture.most_octets = read_octets(*most);
}

void read_files(const Field& files, Scenario& plan) {
    plan.report.wanted.fill(false);
    for (const Field& file : files.items()) {
        if (file.is_object()) {
            read_capture(file, plan);
            continue;
        }
        const std::string name = file.word(report_files);
        const auto found = std::find(report_files.begin(), report_files.end(), name);
        plan.report.wanted[static_cast<std::size_t>(found - report_files.begin())] = true;
    }
}

void read_interval(const Field& interval, Scenario& plan) {
    const Duration step = interval.duration(std::chrono::milliseconds(1), std::chrono::hours(24 * 366));
    const Duration shortest = plan.length() / ReportPlan::most_steps;
    if (step < shortest)
        interval.complain("a run has at most " + std::to_string(ReportPlan::most_steps) + " steps: this one wants " +
                          duration_text(std::chrono::ceil<std::chrono::milliseconds>(shortest)) + " or more");
    plan.report.interval = step;
}

void read_folder(const Field& folder, Scenario& plan) {
    const Placeholder known[] = {{"name", plan.name, 0, false}, {"seed", "", plan.seed, true}};
    auto expanded = expand(folder.text(), known);
    if (!expanded) folder.complain(expanded.error().text);
    if (expanded->empty()) folder.refuse("a folder is wanted, like \"out/{name}-{seed}\"");
    plan.report.folder = *std::move(expanded);
}

}  // namespace

void read_report(const Field& report, Scenario& plan) {
    constexpr std::array<Key, 3> keys = {{{"dir"}, {"interval"}, {"files"}}};
    report.allow(keys);
    if (const auto folder = report.find("dir")) read_folder(*folder, plan);
    if (const auto interval = report.find("interval")) read_interval(*interval, plan);
    if (const auto files = report.find("files")) read_files(*files, plan);
}

}  // namespace trunkline::sim::reading
