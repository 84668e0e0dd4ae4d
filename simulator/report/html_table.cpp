#include "simulator/report/html_table.hpp"

#include "simulator/report/chart.hpp"

namespace trunkline::sim {

std::string HtmlTable::text(const std::string& title) const {
    return "<section><h2>" + escaped(title) + "</h2>\n<div class=\"table " + style_ + "\"><table>\n" + rows_ +
           "</table></div></section>\n";
}

void HtmlTable::add(const std::vector<std::string>& cells, const std::string& tag, const std::string& colour) {
    rows_ += "<tr>";
    for (std::size_t at = 0; at < cells.size(); ++at) add(at, {cells[at], colour}, tag);
    rows_ += "</tr>\n";
}

void HtmlTable::coloured_row(const std::vector<Cell>& cells) {
    rows_ += "<tr>";
    for (std::size_t at = 0; at < cells.size(); ++at) add(at, cells[at], "td");
    rows_ += "</tr>\n";
}

void HtmlTable::add(std::size_t column, const Cell& cell, const std::string& tag) {
    const std::string classes = (column < text_columns_ ? "text " : "") + cell.colour;
    rows_ += '<' + tag;
    if (!classes.empty()) rows_ += " class=\"" + classes + '"';
    rows_ += '>' + escaped(cell.text) + "</" + tag + '>';
}

}  // namespace trunkline::sim
