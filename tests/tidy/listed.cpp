#include <sstream>

#include "tests/tidy/rules.hpp"

namespace trunkline::tidy {

void check_listed(const Source& source, std::string_view cmake_lists, Findings& findings) {
    const std::string name = source.path.substr(source.folder.size() + 1);
    std::istringstream in{std::string(cmake_lists)};
    for (std::string line; std::getline(in, line);) {
        line.resize(std::min(line.size(), line.find('#')));
        for (char& character : line) {
            if (character == '(' || character == ')' || character == '"') character = ' ';
        }
        std::istringstream words(line);
        for (std::string word; words >> word;) {
            if (word == name) return;
        }
    }
    findings.push_back({source.path, 1, "unlisted", "not in " + source.folder + "/CMakeLists.txt"});
}

}  // namespace trunkline::tidy
