#include "simulator/report/report_diff.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <utility>

#include "simulator/report/text_table.hpp"

namespace trunkline::sim {

namespace {

using Json = nlohmann::ordered_json;

std::string text_of(const Json* value) { return value == nullptr ? std::string() : value->dump(); }

std::string change_of(const Json* before, const Json* after) {
    if (before == nullptr || after == nullptr || !before->is_number() || !after->is_number()) return {};
    const double from = before->get<double>();
    if (from == 0.0) return {};
    char text[32];
    std::snprintf(text, sizeof text, "%+.3g %%", (after->get<double>() - from) / std::abs(from) * 100.0);
    return text;
}

/// By what an element of a list is known, wherever it stands; empty: by its number only.
std::string name_of(const Json& element) {
    if (!element.is_object()) return {};
    if (element.contains("group") && element.contains("actor"))
        return element["group"].get<std::string>() + '>' + element["actor"].get<std::string>();
    for (const char* key : {"id", "name"}) {
        if (element.contains(key) && element[key].is_string()) return element[key].get<std::string>();
    }
    return {};
}

/// Named members, in order: those of an object, or the elements of a list.
using Members = std::vector<std::pair<std::string, const Json*>>;
Members members_of(const Json* value) {
    Members members;
    if (value == nullptr) return members;
    if (value->is_object()) {
        for (const auto& [key, member] : value->items()) members.emplace_back(key, &member);
    } else if (value->is_array()) {
        for (const Json& element : *value) {
            std::string name = name_of(element);
            members.emplace_back(name.empty() ? std::to_string(members.size()) : std::move(name), &element);
        }
    }
    return members;
}

const Json* find(const Members& members, const std::string& name) {
    const auto found =
        std::find_if(members.begin(), members.end(), [&](const auto& each) { return each.first == name; });
    return found == members.end() ? nullptr : found->second;
}

bool is_series(const Json* value) {
    return value != nullptr && value->is_array() && !value->empty() && !value->front().is_structured();
}

class Comparison {
public:
    explicit Comparison(double step_s) : step_s_(step_s) {}

    void compare(const std::string& place, const Json* before, const Json* after) {
        if (before != nullptr && after != nullptr && *before == *after) return;
        if (is_series(before) && is_series(after)) return compare_series(place, *before, *after);
        const bool goes_on =
            (before == nullptr || before->is_structured()) && (after == nullptr || after->is_structured());
        if (!goes_on || (before == nullptr && after == nullptr)) return add(place, before, after);
        const Members old_members = members_of(before);
        const Members new_members = members_of(after);
        for (const auto& [name, member] : old_members) compare(below(place, name), member, find(new_members, name));
        for (const auto& [name, member] : new_members) {
            if (find(old_members, name) == nullptr) compare(below(place, name), nullptr, member);
        }
    }
    std::vector<Difference> take() { return std::move(found_); }

private:
    static std::string below(const std::string& place, const std::string& name) {
        return place.empty() ? name : place + '.' + name;
    }
    void add(const std::string& place, const Json* before, const Json* after) {
        found_.push_back({place, text_of(before), text_of(after), change_of(before, after)});
    }
    void compare_series(const std::string& place, const Json& before, const Json& after) {
        const std::size_t length = std::max(before.size(), after.size());
        std::size_t differing = 0;
        std::size_t first = length;
        for (std::size_t at = 0; at < length; ++at) {
            if (at < before.size() && at < after.size() && before[at] == after[at]) continue;
            ++differing;
            first = std::min(first, at);
        }
        const auto value_at = [first](const Json& series) {
            return first < series.size() ? series[first].dump() : std::string();
        };
        found_.push_back({place, value_at(before), value_at(after),
                          std::to_string(differing) + " of " + std::to_string(length) + " steps, from " +
                              Json(step_s_ * static_cast<double>(first)).dump() + " s on"});
    }

    double step_s_;
    std::vector<Difference> found_;
};

}  // namespace

std::vector<Difference> differences(const Json& before, const Json& after) {
    const bool has_steps = before.contains("history") && before["history"].contains("step_s");
    Comparison comparison(has_steps ? before["history"]["step_s"].get<double>() : 1.0);
    comparison.compare("", &before, &after);
    return comparison.take();
}

std::string differences_text(const std::vector<Difference>& differences) {
    constexpr std::size_t flush_left = 5;  // all of them
    TextTable table(flush_left);
    const auto shown = [](const std::string& value) { return value.empty() ? std::string("-") : value; };
    for (const Difference& each : differences)
        table.row({each.place, shown(each.before), "->", shown(each.after), each.change});
    return table.text("");
}

}  // namespace trunkline::sim
