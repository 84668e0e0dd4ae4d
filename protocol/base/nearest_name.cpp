#include "protocol/base/nearest_name.hpp"

#include <algorithm>
#include <vector>

namespace trunkline {

namespace {

constexpr std::size_t longest_compared = 64;

char lower(char character) {
    return character >= 'A' && character <= 'Z' ? static_cast<char>(character - 'A' + 'a') : character;
}

/// In halves, so that a wrong case costs less than a wrong letter.
unsigned replace_cost(char a, char b) {
    if (a == b) return 0;
    return lower(a) == lower(b) ? 1 : 2;
}

/// Optimal string alignment, in halves of an edit.
unsigned distance(std::string_view a, std::string_view b) {
    std::vector<unsigned> two_back(b.size() + 1);
    std::vector<unsigned> back(b.size() + 1);
    std::vector<unsigned> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) row[j] = static_cast<unsigned>(j * 2);
    for (std::size_t i = 1; i <= a.size(); ++i) {
        two_back.swap(back);
        back.swap(row);
        row[0] = static_cast<unsigned>(i * 2);
        for (std::size_t j = 1; j <= b.size(); ++j) {
            row[j] = std::min({back[j] + 2, row[j - 1] + 2, back[j - 1] + replace_cost(a[i - 1], b[j - 1])});
            const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (swapped) row[j] = std::min(row[j], two_back[j - 2] + 2);
        }
    }
    return row[b.size()];
}

}  // namespace

std::string_view nearest_name(std::string_view written, std::span<const std::string_view> names) {
    if (written.size() > longest_compared) return {};
    std::string_view best;
    // A third of the letters may differ; short words: one letter.
    unsigned best_distance = static_cast<unsigned>(2 * std::max<std::size_t>(1, written.size() / 3)) + 1;
    for (const std::string_view name : names) {
        if (name.size() > longest_compared) continue;
        const unsigned edits = distance(written, name);
        if (edits >= best_distance) continue;
        best_distance = edits;
        best = name;
    }
    return best;
}

}  // namespace trunkline
