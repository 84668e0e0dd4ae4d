#include "protocol/access/name_patterns.hpp"

#include <algorithm>
#include <cstddef>
#include <functional>

#include "protocol/base/text_lines.hpp"
#include "protocol/base/utf8.hpp"

namespace trunkline {

namespace {

/// Goes back to the last * at most once per octet of the name: no pattern makes it take longer than size times size.
bool pattern_matches(std::string_view pattern, std::string_view name) {
    std::size_t at = 0;
    std::size_t in_name = 0;
    std::size_t behind_star = std::string_view::npos;
    std::size_t star_took_to = 0;
    while (in_name < name.size()) {
        if (at < pattern.size() && pattern[at] == '*') {
            behind_star = ++at;
            star_took_to = in_name;
        } else if (at < pattern.size() && (pattern[at] == '?' || pattern[at] == name[in_name])) {
            ++at;
            ++in_name;
        } else if (behind_star != std::string_view::npos) {
            at = behind_star;
            in_name = ++star_took_to;
        } else {
            return false;
        }
    }
    return pattern.find_first_not_of('*', at) == std::string_view::npos;
}

}  // namespace

Result<NamePatterns, FileError> NamePatterns::parse(std::string_view text) {
    NamePatterns list;
    TextLines lines(text);
    while (const std::optional<std::string_view> line = lines.next()) {
        if (!is_mqtt_utf8(as_byte_view(*line)))
            return Failure{FileError{lines.number(), "a client identifier, perhaps with * or ?, is wanted as UTF-8"}};
        const bool is_pattern = line->find_first_of("*?") != std::string_view::npos;
        (is_pattern ? list.patterns_ : list.names_).emplace_back(*line);
    }
    std::sort(list.names_.begin(), list.names_.end());
    return list;
}

bool NamePatterns::match(std::string_view name) const {
    return std::binary_search(names_.begin(), names_.end(), name, std::less<>()) ||
           std::any_of(patterns_.begin(), patterns_.end(),
                       [&](const std::string& pattern) { return pattern_matches(pattern, name); });
}

}  // namespace trunkline
