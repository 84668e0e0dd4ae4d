#include "simulator/main/bisection.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "simulator/report/figures.hpp"

namespace trunkline::sim {

namespace {

constexpr double largest_whole = 9007199254740992.0;  // 2^53: all whole numbers below it are doubles
constexpr double nearness = 0.01;

struct Written {
    double number = 0.0;
    bool is_whole = false;
    std::string unit;
};

std::optional<Written> parse_written(const std::string& text) {
    Written written;
    const char* const end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, written.number, std::chars_format::fixed);
    if (error != std::errc() || !(std::abs(written.number) <= largest_whole)) return std::nullopt;
    written.is_whole = std::string(text.data(), rest).find('.') == std::string::npos;
    written.unit.assign(rest, end);
    return written;
}

}  // namespace

Result<SearchValues, std::string> SearchValues::parse(const std::string& from, const std::string& to) {
    const std::optional<Written> first = parse_written(from);
    const std::optional<Written> last = parse_written(to);
    if (!first || !last)
        return Failure{"numbers are wanted, with the same unit or none, like 10 and 1000 or 10ms and 5000ms, got \"" +
                       from + "\" and \"" + to + '"'};
    if (first->unit != last->unit)
        return Failure{"the same unit is wanted on both sides, got \"" + from + "\" and \"" + to + '"'};
    if (!(first->number < last->number))
        return Failure{"the first is to be smaller than the second, got \"" + from + "\" and \"" + to + '"'};
    SearchValues values;
    values.from_ = first->number;
    values.to_ = last->number;
    values.are_whole_ = first->is_whole && last->is_whole;
    values.unit_ = first->unit;
    return values;
}

std::string SearchValues::text(double value) const {
    if (are_whole_) return std::to_string(static_cast<std::int64_t>(value)) + unit_;
    return shortest(value) + unit_;
}

bool SearchValues::are_near(double holds, double fails) const {
    const double apart = fails - holds;
    if (are_whole_ && apart <= 1.0) return true;
    return apart <= nearness * std::max(std::abs(holds), std::abs(fails));
}

double SearchValues::middle(double holds, double fails) const {
    const double between = holds + (fails - holds) / 2.0;
    return are_whole_ ? std::floor(between) : between;
}

std::optional<double> Bisection::next() const {
    if (!holds_) return fails_ ? std::nullopt : std::optional(values_.from());
    if (!fails_) return *holds_ == values_.to() ? std::nullopt : std::optional(values_.to());
    if (values_.are_near(*holds_, *fails_)) return std::nullopt;
    return values_.middle(*holds_, *fails_);
}

void Bisection::tried(double value, bool holds) { (holds ? holds_ : fails_) = value; }

}  // namespace trunkline::sim
