#pragma once
// A table of report.html.

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace trunkline::sim {

class HtmlTable {
public:
    /// The first `text_columns` columns are texts, on the left; the others figures, on the right.
    /// `style`: a class of the page's style for the whole table, or none.
    explicit HtmlTable(std::size_t text_columns, std::string style = "")
        : text_columns_(text_columns), style_(std::move(style)) {}

    void head(const std::vector<std::string>& cells) { add(cells, "th", ""); }
    /// `colour`: a class of the page's style, or none.
    void row(const std::vector<std::string>& cells, const std::string& colour = "") { add(cells, "td", colour); }
    struct Cell {
        std::string text;
        std::string colour;
    };
    void coloured_row(const std::vector<Cell>& cells);
    std::string text(const std::string& title) const;

private:
    void add(const std::vector<std::string>& cells, const std::string& tag, const std::string& colour);
    void add(std::size_t column, const Cell& cell, const std::string& tag);

    std::size_t text_columns_;
    std::string style_;
    std::string rows_;
};

}  // namespace trunkline::sim
