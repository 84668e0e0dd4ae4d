#include "simulator/main/diff_command.hpp"

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <ostream>

#include "simulator/main/report_folder.hpp"
#include "simulator/report/report_diff.hpp"

namespace trunkline::sim {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view version_key = "trunkline_report";

Json load_report(const std::filesystem::path& path) {
    const std::filesystem::path file = std::filesystem::is_directory(path) ? path / "report.json" : path;
    std::ifstream in(file, std::ios::binary);
    if (!in)
        throw ReportError(file.string() + ": cannot be opened; a report.json, or the folder that has it, is wanted");
    Json report = Json::parse(in, nullptr, false);
    if (report.is_discarded() || !report.is_object() || !report.contains(version_key))
        throw ReportError(file.string() + ": is no report; a report.json of trunkline-sim run is wanted");
    return report;
}

}  // namespace

int compare_reports(const DiffCommand& command, std::ostream& out) {
    const Json before = load_report(command.before);
    const Json after = load_report(command.after);
    const std::vector<Difference> found = differences(before, after);
    if (found.empty()) {
        out << "the reports are the same" << std::endl;
        return exit_passed;
    }
    out << command.before << "  ->  " << command.after << "\n" << differences_text(found) << std::flush;
    return exit_failed;
}

}  // namespace trunkline::sim
