#include <sstream>

#include "tests/tidy/rules.hpp"

namespace trunkline::tidy {

namespace {

constexpr std::string_view digits_dots_dash = "0123456789.-";

/// "MQTT-3.1.2-22" at the beginning of a text, or nothing. MQTT-SN's ids are no concern of the lists.
std::string_view clause_at(std::string_view text) {
    constexpr std::string_view prefix = "MQTT-";
    if (!text.starts_with(prefix) || text.size() == prefix.size() || text[prefix.size()] < '0' ||
        text[prefix.size()] > '9')
        return {};
    const std::size_t end = text.find_first_not_of(digits_dots_dash, prefix.size());
    return text.substr(0, end);
}

}  // namespace

std::set<std::string, std::less<>> parse_clauses(std::string_view text) {
    std::set<std::string, std::less<>> clauses;
    std::istringstream in{std::string(text)};
    for (std::string line; std::getline(in, line);) {
        if (line.starts_with("MQTT-")) clauses.insert(line.substr(0, line.find('\t')));
    }
    return clauses;
}

void check_clauses(const Source& source, const Clauses& clauses, Findings& findings) {
    std::istringstream in(source.text);
    std::string line;
    for (int number = 1; std::getline(in, line); ++number) {
        const std::string_view text = line;
        for (std::size_t at = text.find("MQTT-"); at != std::string_view::npos; at = text.find("MQTT-", at + 1)) {
            const std::string_view clause = clause_at(text.substr(at));
            if (clause.empty() || at == 0) continue;
            const char before = text[at - 1];
            const bool tag = before == '[';
            if (!tag && before != '"') continue;  // "MQTT-2.2.1-3" is what a ProtocolError carries, for either version
            const bool old = tag && text.substr(0, at - 1).ends_with("3.1.1 ");
            const bool known = tag ? (old ? clauses.v311 : clauses.v5).contains(clause)
                                   : clauses.v311.contains(clause) || clauses.v5.contains(clause);
            if (known) continue;
            const std::string version = !tag  ? "either version"
                                        : old ? "3.1.1"
                                              : "5.0 (3.1.1 stands before each of its tags)";
            findings.push_back({source.path, number, "clause", std::string(clause) + " is no statement of " + version});
        }
    }
}

}  // namespace trunkline::tidy
