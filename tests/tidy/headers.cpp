#include "tests/tidy/rules.hpp"

namespace trunkline::tidy {

void check_headers(const Source& source, bool has_own_header, Findings& findings) {
    if (source.header) {
        if (!source.text.starts_with("#pragma once\n"))
            findings.push_back({source.path, 1, "pragma-once", "a header begins with #pragma once"});
        return;
    }
    if (!has_own_header) return;
    const std::string own = source.folder + '/' + source.stem + ".hpp";
    const std::vector<Include>& includes = source.words.includes;
    if (!includes.empty() && includes.front().quoted && includes.front().path == own) return;
    const int line = includes.empty() ? 1 : includes.front().line;
    findings.push_back({source.path, line, "own-header", '"' + own + "\" is to be the first include"});
}

}  // namespace trunkline::tidy
