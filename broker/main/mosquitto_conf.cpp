#include "broker/main/mosquitto_conf.hpp"

#include <algorithm>
#include <stdexcept>
#include <system_error>

#include "protocol/base/text_lines.hpp"
#include "runtime/settings/text_file.hpp"

namespace trunkline::broker {

namespace {

namespace fs = std::filesystem;

std::vector<fs::path> conf_files_in(const fs::path& directory, const std::string& place) {
    std::error_code error;
    std::vector<fs::path> files;
    for (const fs::directory_entry& entry : fs::directory_iterator(directory, error)) {
        if (entry.path().extension() == ".conf") files.push_back(entry.path());
    }
    if (error) throw std::runtime_error(place + ": cannot read " + directory.string() + ": " + error.message());
    std::sort(files.begin(), files.end());
    return files;
}

void read_into(std::vector<MosquittoLine>& lines, const fs::path& path, bool may_include) {
    const auto text = runtime::read_text(path);
    if (!text) throw std::runtime_error(text.error());
    TextLines rest(*text);
    while (std::optional<std::string_view> line = rest.next()) {
        const std::string place = path.string() + ':' + std::to_string(rest.number());
        const std::string name(take_word(*line));
        if (name != "include_dir" || !may_include) {
            lines.push_back({place, name, std::string(*line)});
            continue;
        }
        // As Mosquitto does, from there on; what is included includes no more.
        for (const fs::path& file : conf_files_in(fs::path(*line), place)) read_into(lines, file, false);
    }
}

}  // namespace

std::vector<MosquittoLine> read_mosquitto_conf(const fs::path& path) {
    std::vector<MosquittoLine> lines;
    read_into(lines, path, true);
    return lines;
}

}  // namespace trunkline::broker
