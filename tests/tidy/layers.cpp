#include "tests/tidy/layers.hpp"

#include <set>
#include <sstream>
#include <stdexcept>

namespace trunkline::tidy {

namespace {

Kind kind_of(const std::string& word, int line) {
    if (word == "pure") return Kind::pure;
    if (word == "virtual") return Kind::virtual_run;
    if (word == "real") return Kind::real;
    if (word == "clock") return Kind::clock;
    throw std::runtime_error("layers.txt:" + std::to_string(line) + ": pure, virtual, real or clock is wanted, got " +
                             word);
}

bool is_program(std::string_view folder) { return folder.ends_with("/main"); }

bool fits(std::string_view pattern, std::string_view folder) {
    if (!pattern.ends_with("/*")) return pattern == folder;
    pattern.remove_suffix(1);
    return folder.starts_with(pattern) && folder.find('/', pattern.size()) == std::string_view::npos;
}

}  // namespace

Layers Layers::parse(std::string_view text) {
    Layers layers;
    std::istringstream in{std::string(text)};
    std::string line;
    for (int number = 1; std::getline(in, line); ++number) {
        std::istringstream words(line.substr(0, line.find('#')));
        std::string folder;
        std::string kind;
        if (!(words >> folder)) continue;
        words >> kind;
        Layer row{kind_of(kind, number), {}, {}};
        for (std::string name; words >> name;) {
            if (name.front() == '<') row.libraries.push_back(name.substr(1, name.size() - 2));
            else row.folders.push_back(name);
        }
        if (!layers.rows_.emplace(folder, row).second)
            throw std::runtime_error("layers.txt:" + std::to_string(number) + ": a second row of " + folder);
    }
    return layers;
}

const Layer* Layers::find(std::string_view folder) const {
    const auto row = rows_.find(folder);
    return row == rows_.end() ? nullptr : &row->second;
}

bool Layers::allows(std::string_view from, std::string_view to) const {
    if (from == to || to == "protocol/base") return true;
    const Layer* row = find(from);
    if (row == nullptr || is_program(to)) return false;
    for (const std::string& pattern : row->folders) {
        if (fits(pattern, to)) return true;
    }
    return false;
}

std::vector<std::string> Layers::roots() const {
    std::set<std::string> names;
    for (const auto& [folder, row] : rows_) names.insert(folder.substr(0, folder.find('/')));
    return {names.begin(), names.end()};
}

}  // namespace trunkline::tidy
