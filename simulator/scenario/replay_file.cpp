#include "simulator/scenario/replay_file.hpp"

#include <charconv>
#include <cmath>
#include <optional>
#include <string_view>

#include "simulator/scenario/scenario_error.hpp"

namespace trunkline::sim::reading {

namespace {

constexpr double latest_recorded = 366.0 * 24 * 3600;  // seconds
constexpr double largest_recorded = 1e12;
constexpr std::size_t most_points = 10'000'000;

std::string_view trimmed(std::string_view text) {
    const std::size_t from = text.find_first_not_of(" \t\r");
    if (from == std::string_view::npos) return {};
    return text.substr(from, text.find_last_not_of(" \t\r") - from + 1);
}

/// The column, from 1; nothing: the line has fewer.
std::optional<std::string_view> column_of(std::string_view line, std::uint64_t column) {
    for (; column > 1; --column) {
        const std::size_t comma = line.find(',');
        if (comma == std::string_view::npos) return std::nullopt;
        line.remove_prefix(comma + 1);
    }
    return trimmed(line.substr(0, line.find(',')));
}

/// Decimal, and rounded the same everywhere.
std::optional<double> number_in(std::string_view text) {
    double number = 0.0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

bool is_heading(std::string_view line) {
    const char first = line.front();
    return (first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z') || first == '"';
}

/// One file while it is read.
class Recording {
public:
    Recording(std::string path, std::uint64_t column) : path_(std::move(path)), column_(column) {}

    void add(std::string_view line) {
        ++line_;
        line = trimmed(line);
        if (line.empty() || line.front() == '#' || (line_ == 1 && is_heading(line))) return;
        const std::optional<double> seconds = number_in(*column_of(line, 1));
        if (!seconds || !(*seconds >= 0.0 && *seconds <= latest_recorded))
            refuse("seconds from 0 to 366 days are wanted in the first column");
        const auto cell = column_of(line, column_);
        const std::optional<double> value = cell ? number_in(*cell) : std::nullopt;
        if (!value || !(*value >= -largest_recorded && *value <= largest_recorded))
            refuse("a number from -1e12 to 1e12 is wanted in column " + std::to_string(column_));
        const Duration at(static_cast<Duration::rep>(std::floor(*seconds * 1e9 + 0.5)));
        if (!points_.empty() && at <= points_.back().at) refuse("a later time than in the line before is wanted");
        if (points_.size() == most_points) refuse("at most " + std::to_string(most_points) + " values are wanted");
        points_.push_back({at, *value});
    }

    std::vector<ReplayPoint> take() {
        if (points_.empty()) throw ScenarioError(path_ + ": at least one line with seconds and a value is wanted");
        return std::move(points_);
    }

private:
    [[noreturn]] void refuse(const std::string& what) const {
        throw ScenarioError(path_ + ':' + std::to_string(line_) + ": " + what);
    }

    std::string path_;
    std::uint64_t column_;
    std::size_t line_ = 0;
    std::vector<ReplayPoint> points_;
};

}  // namespace

std::vector<ReplayPoint> read_replay_file(const Field& file, std::uint64_t column) {
    const std::string text = file.file_beside("a CSV file");
    Recording recording(file.path_beside(), column);
    for (std::string_view rest = text; !rest.empty();) {
        const std::size_t end = rest.find('\n');
        recording.add(rest.substr(0, end));
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    }
    return recording.take();
}

}  // namespace trunkline::sim::reading
