#include "simulator/main/shrunk_file.hpp"

#include <algorithm>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "simulator/main/report_folder.hpp"
#include "simulator/scenario/scenario_document.hpp"
#include "simulator/scenario/scenario_file.hpp"

namespace trunkline::sim {

namespace {

namespace files = std::filesystem;

void write_text(const files::path& path, const std::string& text) {
    std::ofstream file(path, std::ios::binary);
    file << text;
    file.close();
    if (!file) throw ReportError(path.string() + ": cannot be written; --out FILE names another place");
}

/// "small-inlet.csv", and of another file of this name "small-2-inlet.csv".
std::string copy_name(const files::path& to, const files::path& original,
                      const std::map<files::path, std::string>& others) {
    const auto is_taken = [&](const std::string& name) {
        return std::any_of(others.begin(), others.end(), [&](const auto& other) { return other.second == name; });
    };
    const std::string stem = to.stem().string() + '-';
    const std::string end = original.filename().string();
    std::string name = stem + end;
    for (unsigned number = 2; is_taken(name); ++number) name = stem + std::to_string(number) + '-' + end;
    return name;
}

}  // namespace

std::vector<files::path> write_shrunk(nlohmann::ordered_json scenario, const std::string& from, const files::path& to,
                                      const std::string& remark) {
    std::map<files::path, std::string> names;  // of copies, by what they are of
    std::map<std::string, std::string> texts;  // all are read before any is written: one may be in another's place
    for (const FileBeside& file : files_beside(scenario, from)) {
        const files::path original = files::path(file.path).lexically_normal();
        if (!names.contains(original)) names.emplace(original, copy_name(to, original, names));
        scenario[nlohmann::ordered_json::json_pointer(file.pointer)] = names.at(original);
        texts.emplace(names.at(original), read_scenario_file(file.path));
    }
    std::error_code error;  // what cannot be made cannot be written to either
    if (to.has_parent_path()) files::create_directories(to.parent_path(), error);
    std::vector<files::path> copies;
    for (const auto& [name, text] : texts) {
        copies.push_back(to.parent_path() / name);
        write_text(copies.back(), text);
    }
    write_text(to, "// " + remark + "\n" + scenario.dump(2) + "\n");
    return copies;
}

}  // namespace trunkline::sim
