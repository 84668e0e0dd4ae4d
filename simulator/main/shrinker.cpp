#include "simulator/main/shrinker.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "simulator/plan/durations.hpp"

namespace trunkline::sim {

namespace {

// What an expectation or a fault names cannot go before it.
constexpr std::array<std::string_view, 6> lists = {"expect", "faults", "actors", "sensors", "gateways", "stations"};
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
        for (const std::string_view list : lists) leave_out_elements(list);
        lower_counts();
        shorten_times();
        leave_out_keys();
    }
    return scenario_;
}

bool Shrinker::keep(Json candidate) {
    if (!still_fails_(candidate)) return false;
    scenario_ = std::move(candidate);
    return true;
}

std::size_t Shrinker::length_of(std::string_view list) const {
    const auto found = scenario_.find(std::string(list));
    return found == scenario_.end() || !found->is_array() ? 0 : found->size();
}

void Shrinker::leave_out_elements(std::string_view list) {
    const std::string key(list);
    for (std::size_t piece = length_of(list); piece != 0; piece /= 2) {
        for (std::size_t at = 0; at < length_of(list);) {
            Json candidate = scenario_;
            Json& elements = candidate[key];
            const std::size_t end = std::min(at + piece, elements.size());
            elements.erase(elements.begin() + static_cast<std::ptrdiff_t>(at),
                           elements.begin() + static_cast<std::ptrdiff_t>(end));
            if (!keep(std::move(candidate))) at += piece;
        }
    }
}

/// Sensors of a group, and stations, whose "repeat" has the first and the last number of each.
void Shrinker::lower_counts() {
    for (std::size_t group = 0; group < length_of("sensors"); ++group)
        lower(Pointer("/sensors/" + std::to_string(group) + "/count"), 1);
    for (std::size_t station = 0; station < length_of("stations"); ++station) {
        const Pointer repeat("/stations/" + std::to_string(station) + "/repeat");
        if (!scenario_.contains(repeat) || !scenario_[repeat].is_object()) continue;
        const Json ranges = scenario_[repeat];
        for (const auto& [name, range] : ranges.items()) {
            if (!range.is_array() || range.size() != 2 || !range[0].is_number_unsigned()) continue;
            lower(repeat / name / 1, range[0].get<std::uint64_t>());
        }
    }
}

void Shrinker::lower(const Pointer& at, std::uint64_t least) {
    if (!scenario_.contains(at) || !scenario_[at].is_number_unsigned()) return;
    while (least < scenario_[at].get<std::uint64_t>()) {
        const std::uint64_t now = scenario_[at].get<std::uint64_t>();
        Json candidate = scenario_;
        candidate[at] = least;
        if (!keep(std::move(candidate))) least += (now - least + 1) / 2;
    }
}

void Shrinker::shorten_times() {
    for (std::size_t fault = 0; fault < length_of("faults"); ++fault) {
        const std::string place = "/faults/" + std::to_string(fault);
        for (const char* key : {"/at", "/for", "/down_for"}) shorten(Pointer(place + key));
    }
    for (const char* phase : {"/phases/run", "/phases/warmup", "/phases/drain"}) shorten(Pointer(phase));
}

void Shrinker::shorten(const Pointer& at) {
    if (!scenario_.contains(at) || !scenario_[at].is_string()) return;
    const auto longest = parse_duration(scenario_[at].get<std::string>());
    if (!longest) return;
    Duration low{};
    Duration high = *longest;
    for (int step = 0; step < bisections && rounded(low) < rounded(high); ++step) {
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
        for (std::size_t at = 0; at < length_of(list); ++at)
            leave_out_keys_of(Pointer("/" + std::string(list) + "/" + std::to_string(at)));
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
    for (const auto& [key, value] : scenario_[object].items()) keys.push_back(key);
    for (const std::string& key : keys) {
        if (object.empty() && key == "seed") continue;  // the file fails by itself, and says with which luck
        Json candidate = scenario_;
        candidate[object].erase(key);
        keep(std::move(candidate));
    }
}

}  // namespace trunkline::sim
