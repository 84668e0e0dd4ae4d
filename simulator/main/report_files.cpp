#include "simulator/main/report_files.hpp"

#include "simulator/report/events_ndjson.hpp"
#include "simulator/report/hgrm.hpp"
#include "simulator/report/junit_xml.hpp"
#include "simulator/report/report_html.hpp"
#include "simulator/report/report_json.hpp"
#include "simulator/report/timeline_csv.hpp"

namespace trunkline::sim {

void write_report_files(const ReportFolder& folder, const Scenario& scenario, const Outcome& outcome) {
    const ReportPlan& plan = scenario.report;
    const Verdict& verdict = outcome.verdict;
    if (plan.wants(ReportFile::report_json))
        folder.write("report.json", report_json(scenario, verdict, outcome.counters));
    if (plan.wants(ReportFile::report_html))
        folder.write("report.html", report_html(scenario, verdict, outcome.counters));
    if (plan.wants(ReportFile::junit_xml)) folder.write("junit.xml", junit_xml(scenario, verdict));
    if (plan.wants(ReportFile::timeline_csv)) folder.write("timeline.csv", timeline_csv(verdict.history));
    if (plan.wants(ReportFile::events_ndjson)) folder.write("events.ndjson", events_ndjson(scenario, verdict));
    LogHistogram from_intended;
    LogHistogram from_sent;
    for (const ActorFigures& actor : verdict.actors) {
        from_intended.add(actor.from_intended);
        from_sent.add(actor.from_sent);
    }
    if (plan.wants(ReportFile::latency_hgrm)) folder.write("latency.hgrm", hgrm(from_intended));
    if (plan.wants(ReportFile::latency_from_sent_hgrm)) folder.write("latency-from-sent.hgrm", hgrm(from_sent));
}

}  // namespace trunkline::sim
