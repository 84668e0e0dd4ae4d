#include "simulator/scenario/suggestion.hpp"

#include <algorithm>

#include "protocol/base/nearest_name.hpp"

namespace trunkline::sim::reading {

std::string suggestion(std::string_view written, std::span<const std::string_view> names) {
    constexpr std::size_t most_listed = 8;
    if (names.empty()) return {};
    if (const std::string_view near = nearest_name(written, names); !near.empty())
        return "; did you mean \"" + std::string(near) + "\"?";
    std::string text = "; ";
    const std::size_t listed = std::min(names.size(), most_listed);
    for (std::size_t at = 0; at < listed; ++at) {
        if (at > 0) text += at + 1 == listed && listed == names.size() ? " and " : ", ";
        text += '"' + std::string(names[at]) + '"';
    }
    if (listed < names.size()) text += " and " + std::to_string(names.size() - listed) + " more";
    return text + (names.size() == 1 ? " is available" : " are available");
}

}  // namespace trunkline::sim::reading
