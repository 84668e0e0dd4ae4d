#include "simulator/main/shrinker.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "simulator/plan/durations.hpp"

namespace trunkline::sim {

namespace {

// What makes runs long goes first. What still names something that has gone goes with it (Shrinker::Trial).
constexpr std::array<std::string_view, 6> lists = {"expect", "sensors", "faults", "actors", "gateways", "stations"};
constexpr int bisections = 10;  // of a time: to a thousandth

/// Whole seconds where that is exact enough, so that people can read it.
Duration rounded(Duration time) {
    constexpr std::chrono::seconds coarse{10};
    if (time < coarse) return std::chrono::floor<std::chrono::milliseconds>(time);
    return std::chrono::floor<std::chrono::seconds>(time);
}

}  // namespace

Shrinker::Json Shrinker::shrink(const std::function<bool()>& is_enough) {
    for (Json before; before != scenario_ && !is_enough();) {
        before = scenario_;
        leave_out_elements(Pointer("/expect"));
        leave_out_sensors();
        shorten_phases();
        for (const std::string_view list : lists) leave_out_elements(Pointer("/" + std::string(list)));
        lower_counts();
        shorten_faults();
        shorten_phases();
        leave_out_keys();
    }
    return scenario_;
}

std::optional<std::size_t> Shrinker::keep_first(std::size_t count, const Candidate& candidate) {
    std::vector<std::optional<Json>> still_fail(count);  // each by the thread that has tried it
    const std::optional<std::size_t> first =
        first_of(count, threads_, [&](std::size_t number, const IsWorth& is_worth) {
            still_fail[number] = trial_(candidate(number), is_worth);
            return still_fail[number].has_value();
        });
    tries_ += first ? *first + 1 : count;
    if (first) scenario_ = *std::move(still_fail[*first]);
    return first;
}

bool Shrinker::keep(Json candidate) {
    return keep_first(1, [&](std::size_t) { return std::move(candidate); }).has_value();
}

std::size_t Shrinker::length_of(const Pointer& list) const {
    return scenario_.contains(list) && scenario_[list].is_array() ? scenario_[list].size() : 0;
}

void Shrinker::leave_out_elements(const Pointer& list) {
    for (std::size_t piece = length_of(list); piece != 0; piece /= 2) {
        for (std::size_t at = 0; at < length_of(list);) {
            const std::size_t pieces = (length_of(list) - at + piece - 1) / piece;
            const auto kept = keep_first(pieces, [&](std::size_t number) {
                Json candidate = scenario_;
                Json& elements = candidate[list];
                const std::size_t begin = at + number * piece;
                const std::size_t end = std::min(begin + piece, elements.size());
                elements.erase(elements.begin() + static_cast<std::ptrdiff_t>(begin),
                               elements.begin() + static_cast<std::ptrdiff_t>(end));
                return candidate;
            });
            if (!kept) break;
            at += *kept * piece;
        }
    }
}

/// Whole groups, then single ones of the rest.
void Shrinker::leave_out_sensors() {
    const Pointer groups("/sensors");
    leave_out_elements(groups);
    for (std::size_t group = 0; group < length_of(groups); ++group) leave_out_elements(groups / group / "only");
}

/// Sensors of a group, and stations, whose "repeat" has the first and the last number of each.
void Shrinker::lower_counts() {
    for (std::size_t group = 0; group < length_of(Pointer("/sensors")); ++group)
        move_towards(Pointer("/sensors") / group / "count", 1);
    for (std::size_t station = 0; station < length_of(Pointer("/stations")); ++station) {
        const Pointer repeat = Pointer("/stations") / station / "repeat";
        if (!scenario_.contains(repeat) || !scenario_[repeat].is_object()) continue;
        const Json ranges = scenario_[repeat];
        for (const auto& [name, range] : ranges.items()) {
            if (!range.is_array() || range.size() != 2 || !range[0].is_number_integer() ||
                !range[1].is_number_integer())
                continue;
            move_towards(repeat / name / 1, range[0].get<std::int64_t>());
            move_towards(repeat / name / 0, scenario_[repeat / name / 1].get<std::int64_t>());
        }
    }
}

/// All the way, or half of it, a quarter, and so on.
void Shrinker::move_towards(const Pointer& at, std::int64_t goal) {
    if (!scenario_.contains(at) || !scenario_[at].is_number_integer()) return;
    const auto now = scenario_[at].get<std::int64_t>();
    while (goal != now) {
        Json candidate = scenario_;
        candidate[at] = goal;
        if (keep(std::move(candidate))) return;
        goal += goal < now ? (now - goal + 1) / 2 : -((goal - now + 1) / 2);
    }
}

void Shrinker::shorten_phases() {
    for (const char* phase : {"/phases/run", "/phases/warmup", "/phases/drain"}) shorten(Pointer(phase));
}

void Shrinker::shorten_faults() {
    for (std::size_t fault = 0; fault < length_of(Pointer("/faults")); ++fault) {
        for (const char* key : {"at", "for", "down_for"}) shorten(Pointer("/faults") / fault / key);
    }
}

void Shrinker::shorten(const Pointer& at) {
    if (!scenario_.contains(at) || !scenario_[at].is_string()) return;
    const auto longest = parse_duration(scenario_[at].get<std::string>());
    if (!longest) return;
    Duration low{};
    Duration high = *longest;
    for (int step = 0; step < bisections && rounded(low) < rounded(high); ++step) {
        if (!scenario_.contains(at)) return;  // it has gone with what a candidate could not have any more
        const Duration middle = step == 0 ? low : rounded(low + (high - low) / 2);
        Json candidate = scenario_;
        candidate[at] = duration_text(middle);
        if (middle < high && keep(std::move(candidate))) high = middle;
        else low = middle;
    }
}

void Shrinker::leave_out_keys() {
    leave_out_keys_of(Pointer());
    for (const std::string_view list : lists) {
        const Pointer place("/" + std::string(list));
        for (std::size_t at = 0; at < length_of(place); ++at) leave_out_keys_of(place / at);
    }
    for (const char* section : {"/links", "/signals", "/broker"}) {
        const Pointer place(section);
        if (!scenario_.contains(place) || !scenario_[place].is_object()) continue;
        leave_out_keys_of(place);
        const Json parts = scenario_[place];
        for (const auto& [name, value] : parts.items()) {
            if (value.is_object()) leave_out_keys_of(place / name);
        }
    }
}

void Shrinker::leave_out_keys_of(const Pointer& object) {
    std::vector<std::string> keys;
    for (const auto& [key, value] : scenario_[object].items()) {
        // The file fails by itself, and says with which luck; without "only" there would be more sensors.
        const bool stays = (object.empty() && key == "seed") || key == "only";
        if (!stays) keys.push_back(key);
    }
    for (std::size_t next = 0; next < keys.size();) {
        if (!scenario_.contains(object)) return;  // it has gone with what a candidate could not have any more
        const auto kept = keep_first(keys.size() - next, [&](std::size_t number) {
            Json candidate = scenario_;
            candidate[object].erase(keys[next + number]);
            return candidate;
        });
        if (!kept) return;
        next += *kept + 1;
    }
}

}  // namespace trunkline::sim
