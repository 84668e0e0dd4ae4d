#pragma once
// What the checker says about a line.

#include <string>
#include <tuple>
#include <vector>

namespace trunkline::tidy {

struct Finding {
    std::string file;  // from the root of the tree, with '/'
    int line;
    std::string rule;  // one word: "layering", "hash-order" …
    std::string text;  // what is wrong and what would be right

    friend bool operator<(const Finding& a, const Finding& b) {
        return std::tie(a.file, a.line, a.rule, a.text) < std::tie(b.file, b.line, b.rule, b.text);
    }
};
using Findings = std::vector<Finding>;

/// As compilers print it: "broker/core/session.cpp:12: layering: …".
inline std::string to_text(const Finding& finding) {
    return finding.file + ':' + std::to_string(finding.line) + ": " + finding.rule + ": " + finding.text;
}

}  // namespace trunkline::tidy
