#include "simulator/scenario/placeholders.hpp"

#include <algorithm>

namespace trunkline::sim::reading {

namespace {

std::string names_of(std::span<const Placeholder> known) {
    if (known.empty()) return "none is available";
    std::string text;
    for (std::size_t at = 0; at < known.size(); ++at) {
        if (at > 0) text += at + 1 == known.size() ? " and " : ", ";
        text += '{' + std::string(known[at].name) + '}';
    }
    return text + (known.size() == 1 ? " is" : " are");
}

/// The width in "{n:02}": a zero and one digit.
bool is_width(std::string_view format) {
    return format.size() == 2 && format[0] == '0' && format[1] >= '1' && format[1] <= '9';
}

}  // namespace

Result<std::string, TemplateError> expand(std::string_view pattern, std::span<const Placeholder> known) {
    std::string text;
    while (!pattern.empty()) {
        const std::size_t brace = pattern.find_first_of("{}");
        text += pattern.substr(0, brace);
        if (brace == std::string_view::npos) break;
        const std::size_t end = pattern.find('}', brace);
        if (pattern[brace] == '}' || end == std::string_view::npos)
            return Failure{TemplateError{"a brace without its partner"}};
        const std::string_view inside = pattern.substr(brace + 1, end - brace - 1);
        pattern.remove_prefix(end + 1);
        const std::size_t colon = inside.find(':');
        const std::string_view name = inside.substr(0, colon);
        const auto found =
            std::find_if(known.begin(), known.end(), [name](const Placeholder& each) { return each.name == name; });
        const std::string written = '{' + std::string(inside) + '}';
        if (found == known.end())
            return Failure{TemplateError{written + " is no placeholder here; " + names_of(known)}};
        std::string value = found->is_number ? std::to_string(found->number) : std::string(found->text);
        if (colon != std::string_view::npos) {
            const std::string_view format = inside.substr(colon + 1);
            if (!found->is_number || !is_width(format))
                return Failure{TemplateError{written + ": a width like {n:02} is wanted, and only for numbers"}};
            const auto width = static_cast<std::size_t>(format[1] - '0');
            if (value.size() < width) value.insert(0, width - value.size(), '0');
        }
        text += value;
    }
    return text;
}

}  // namespace trunkline::sim::reading
