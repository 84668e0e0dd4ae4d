#include "simulator/report/text_table.hpp"

#include <algorithm>

namespace trunkline::sim {

std::size_t columns_of(const std::string& text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char character) {
        return (static_cast<unsigned char>(character) & 0xc0U) != 0x80U;  // not a continuation octet
    }));
}

std::string TextTable::text(const std::string& indent) const {
    std::vector<std::size_t> widths;
    for (const auto& row : rows_) {
        if (row.size() > widths.size()) widths.resize(row.size());
        for (std::size_t at = 0; at < row.size(); ++at) widths[at] = std::max(widths[at], columns_of(row[at]));
    }
    std::string text;
    for (const auto& row : rows_) {
        std::string line = indent;
        for (std::size_t at = 0; at < row.size(); ++at) {
            if (at > 0) line += "  ";
            const std::string padding(widths[at] - columns_of(row[at]), ' ');
            line += at < left_columns_ ? row[at] + padding : padding + row[at];
        }
        line.erase(line.find_last_not_of(' ') + 1);
        text += line + '\n';
    }
    return text;
}

}  // namespace trunkline::sim
