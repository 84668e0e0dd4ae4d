#pragma once
// Columns of text for a terminal.

#include <cstddef>
#include <string>
#include <vector>

namespace trunkline::sim {

/// How many columns a terminal gives this text: one for each code point (no wide characters occur here).
std::size_t columns_of(const std::string& text);

/// The first row is the head. The first `left_columns` are flush left, the others right; two spaces between them.
class TextTable {
public:
    explicit TextTable(std::size_t left_columns) : left_columns_(left_columns) {}

    void row(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
    /// Each line with the indent before it and a newline behind.
    std::string text(const std::string& indent) const;

private:
    std::size_t left_columns_;
    std::vector<std::vector<std::string>> rows_;
};

}  // namespace trunkline::sim
