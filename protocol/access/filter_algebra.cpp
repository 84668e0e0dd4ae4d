#include "protocol/access/filter_algebra.hpp"

#include <algorithm>
#include <optional>

namespace trunkline {

namespace {

/// The levels of a pattern, one after the other.
class Levels {
public:
    explicit Levels(std::string_view pattern) : rest_(pattern) {}
    /// Nothing: there are no more. An empty level is one.
    std::optional<std::string_view> next() {
        if (is_over_) return std::nullopt;
        const std::string_view level = rest_.substr(0, rest_.find('/'));
        is_over_ = level.size() == rest_.size();
        rest_.remove_prefix(std::min(rest_.size(), level.size() + 1));
        return level;
    }

private:
    std::string_view rest_;
    bool is_over_ = false;
};

/// A wildcard at the front means no topic that begins with $. [MQTT-4.7.2-1]
bool is_wild(std::string_view pattern) { return pattern.starts_with('+') || pattern.starts_with('#'); }

}  // namespace

bool patterns_overlap(std::string_view a, std::string_view b) {
    if ((is_wild(a) && b.starts_with('$')) || (is_wild(b) && a.starts_with('$'))) return false;
    Levels of_a(a);
    Levels of_b(b);
    for (;;) {
        const auto level_a = of_a.next();
        const auto level_b = of_b.next();
        if (level_a == "#" || level_b == "#") return true;  // also for the parent level (§4.7.1.2)
        if (!level_a || !level_b) return !level_a && !level_b;
        if (level_a != level_b && level_a != "+" && level_b != "+") return false;
    }
}

bool pattern_covers(std::string_view wide, std::string_view narrow) {
    if (is_wild(wide) && narrow.starts_with('$')) return false;
    Levels of_wide(wide);
    Levels of_narrow(narrow);
    for (;;) {
        const auto wider = of_wide.next();
        const auto narrower = of_narrow.next();
        if (wider == "#") return true;
        if (!wider || !narrower) return !wider && !narrower;
        if (narrower == "#" || (wider != "+" && wider != narrower)) return false;
    }
}

}  // namespace trunkline
