#include "simulator/main/report_folder.hpp"

#include <fstream>
#include <system_error>

namespace trunkline::sim {

ReportFolder::ReportFolder(const Scenario& scenario, const std::optional<std::string>& folder)
    : path_(folder || scenario.report.folder
                ? std::filesystem::path(folder ? *folder : *scenario.report.folder)
                : std::filesystem::path("out") / (scenario.name + '-' + std::to_string(scenario.seed))) {
    std::error_code error;
    std::filesystem::create_directories(path_, error);
    if (error) throw ReportError(path_.string() + ": the folder for the report cannot be made: " + error.message());
}

void ReportFolder::write(std::string_view name, std::string_view text) const {
    const std::filesystem::path final_path = path_ / name;
    const std::filesystem::path partial = path_ / (std::string(name) + ".part");
    std::ofstream out(partial, std::ios::binary | std::ios::trunc);
    out.write(text.data(), static_cast<std::streamsize>(text.size()));
    out.close();
    if (!out) throw ReportError(final_path.string() + ": cannot be written");
    std::error_code error;
    std::filesystem::rename(partial, final_path, error);
    if (error) throw ReportError(final_path.string() + ": cannot be written: " + error.message());
}

}  // namespace trunkline::sim
