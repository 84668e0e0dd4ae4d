#include "simulator/scenario/field.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>

#include "protocol/base/nearest_name.hpp"
#include "simulator/plan/durations.hpp"
#include "simulator/scenario/scenario_error.hpp"
#include "simulator/scenario/scenario_file.hpp"
#include "simulator/scenario/suggestion.hpp"

namespace trunkline::sim::reading {

namespace {

constexpr std::string_view not_available = "not available in this version; leave it out";

bool is_name_character(char character) {
    return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
           (character >= '0' && character <= '9') || character == '_';
}

/// `$name` alone. "$share/x" and "$SYS/#" are topic filters, not variables.
std::string_view variable_in(const Node& node) {
    if (node.kind != Node::Kind::text || node.text.size() < 2 || node.text.front() != '$') return {};
    const std::string_view name = std::string_view(node.text).substr(1);
    return std::all_of(name.begin(), name.end(), is_name_character) ? name : std::string_view{};
}

std::string plain(double number) {
    char digits[32];
    const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
    return {digits, end};
}

std::vector<std::string_view> names_of(std::span<const Key> keys) {
    std::vector<std::string_view> names;
    for (const Key& key : keys) names.push_back(key.name);
    return names;
}

}  // namespace

Field::Field(const Source& source, const Node& node, std::string pointer)
    : source_(&source), place_(&node), node_(&node), pointer_(std::move(pointer)) {
    const std::string_view name = variable_in(node);
    if (name.empty()) return;
    const Node* value = source.vars != nullptr ? source.vars->find(name) : nullptr;
    if (value == nullptr) {
        std::vector<std::string_view> known;
        if (source.vars != nullptr) {
            for (const Member& member : source.vars->members) known.push_back(member.key);
        }
        complain("\"vars\" has no variable \"" + std::string(name) + '"' + suggestion(name, known));
    }
    node_ = value;
    variable_ = name;
}

void Field::note(Asked::For what, std::vector<std::string> names) const {
    source_->asked->push_back({pointer_, what, std::move(names)});
}

void Field::allow(std::span<const Key> keys) const {
    if (!is_object()) refuse("an object is wanted");
    if (source_->asked != nullptr) {
        std::vector<std::string> names;
        for (const Key& key : keys) {
            if (key.available) names.emplace_back(key.name);
        }
        note(Asked::For::keys, std::move(names));
    }
    for (const Member& member : node_->members) {
        const auto known =
            std::find_if(keys.begin(), keys.end(), [&member](const Key& key) { return key.name == member.key; });
        if (known != keys.end() && known->available) continue;
        const std::string pointer = pointer_ + '/' + pointer_token(member.key);
        const std::string& origin = member.value.origin;
        if (known != keys.end()) complain_at(pointer, member.line, origin, not_available);
        std::vector<Key> available(keys.begin(), keys.end());
        std::vector<std::string_view> names = names_of(keys);
        if (nearest_name(member.key, names).empty()) {
            std::erase_if(available, [](const Key& key) { return !key.available; });
            names = names_of(available);
        }
        complain_at(pointer, member.line, origin, "unknown key" + suggestion(member.key, names));
    }
}

std::optional<Field> Field::find(std::string_view key) const {
    if (!is_object()) refuse("an object is wanted");
    const Node* member = node_->find(key);
    if (member == nullptr) return std::nullopt;
    return Field(*source_, *member, pointer_ + '/' + pointer_token(key));
}

Field Field::need(std::string_view key) const {
    std::optional<Field> member = find(key);
    if (!member) complain("the key \"" + std::string(key) + "\" is missing");
    return *member;
}

std::vector<Field::Named> Field::members() const {
    if (!is_object()) refuse("an object is wanted");
    std::vector<Named> all;
    for (const Member& member : node_->members) {
        all.push_back({member.key, Field(*source_, member.value, pointer_ + '/' + pointer_token(member.key))});
    }
    return all;
}

std::vector<Field> Field::items() const {
    if (node_->kind != Node::Kind::list) refuse("a list is wanted");
    std::vector<Field> all;
    for (std::size_t at = 0; at < node_->items.size(); ++at)
        all.emplace_back(*source_, node_->items[at], pointer_ + '/' + std::to_string(at));
    return all;
}

std::string Field::text() const {
    if (node_->kind != Node::Kind::text || node_->text.empty()) refuse("a text is wanted");
    return node_->text;
}

std::string Field::path_beside() const {
    return (std::filesystem::path(source_->file).parent_path() / text()).string();
}

std::string Field::file_beside(std::string_view kind) const {
    const std::string path = path_beside();
    if (source_->asked != nullptr) note(Asked::For::file, {path});
    try {
        return read_scenario_file(path);
    } catch (const ScenarioError&) {
        complain('"' + path + "\" cannot be read; " + std::string(kind) +
                 " of at most 64 MiB beside the scenario is wanted");
    }
}

bool Field::boolean() const {
    if (node_->kind != Node::Kind::boolean) refuse("true or false is wanted");
    return node_->boolean;
}

std::uint64_t Field::natural(std::uint64_t from, std::uint64_t to) const {
    if (node_->kind != Node::Kind::number || !node_->natural || *node_->natural < from || *node_->natural > to)
        refuse("a whole number from " + std::to_string(from) + " to " + std::to_string(to) + " is wanted");
    return *node_->natural;
}

double Field::number(double from, double to) const {
    if (node_->kind != Node::Kind::number || !(node_->number >= from && node_->number <= to))
        refuse("a number from " + plain(from) + " to " + plain(to) + " is wanted");
    return node_->number;
}

double Field::probability() const {
    if (node_->kind != Node::Kind::number || !(node_->number >= 0.0 && node_->number <= 1.0))
        refuse("a probability from 0 to 1 is wanted");
    return node_->number;
}

Duration Field::duration(Duration from, Duration to) const {
    const std::string wanted = "a duration from " + duration_text(from) + " to " + duration_text(to) +
                               " is wanted, like \"90s\", \"10m\", \"1h30m\" or \"250ms\"";
    if (node_->kind != Node::Kind::text) refuse(wanted);
    const auto parsed = parse_duration(node_->text);
    if (!parsed) complain(wanted + ", got " + shown() + ": " + parsed.error().text);
    if (*parsed < from || *parsed > to) refuse(wanted);
    return *parsed;
}

std::chrono::seconds Field::whole_seconds(std::chrono::seconds from, std::chrono::seconds to) const {
    const Duration exact = duration(from, to);
    const auto whole = std::chrono::floor<std::chrono::seconds>(exact);
    if (whole != exact) refuse("whole seconds are wanted");
    return whole;
}

std::string Field::name() const {
    if (node_->kind != Node::Kind::text) refuse("a name is wanted");
    check_name(node_->text);
    return node_->text;
}

void Field::check_name(std::string_view name) const {
    constexpr std::size_t longest = 64;
    const bool fits = !name.empty() && name.size() <= longest && name.front() != '.' &&
                      std::all_of(name.begin(), name.end(), [](char character) {
                          return is_name_character(character) || character == '-' || character == '.';
                      });
    if (!fits) refuse("a name of 1 to 64 letters, digits, \"-\", \"_\" and \".\" is wanted, not starting with \".\"");
}

std::string Field::word(std::span<const std::string_view> available, std::span<const std::string_view> later) const {
    if (source_->asked != nullptr) note(Asked::For::words, {available.begin(), available.end()});
    std::string wanted;
    for (std::size_t at = 0; at < available.size(); ++at) {
        if (at > 0) wanted += at + 1 == available.size() ? " or " : ", ";
        wanted += '"' + std::string(available[at]) + '"';
    }
    wanted += " is wanted";
    if (node_->kind != Node::Kind::text) refuse(wanted);
    const std::string_view written = node_->text;
    if (std::find(available.begin(), available.end(), written) != available.end()) return node_->text;
    if (std::find(later.begin(), later.end(), written) != later.end())
        complain(wanted + "; " + shown() + " is not available in this version");
    refuse(wanted);
}

void Field::refuse(std::string_view wanted) const { complain(std::string(wanted) + ", got " + shown()); }

void Field::complain(std::string_view remark) const { complain_at(pointer_, place_->line, place_->origin, remark); }

void Field::refuse_as_later() const { complain(not_available); }

std::string Field::shown() const {
    if (node_->kind == Node::Kind::text && node_->text.size() > 80)
        return "a text of " + std::to_string(node_->text.size()) + " characters";
    return node_->shown() + (variable_.empty() ? "" : " (from $" + variable_ + ')');
}

void Field::complain_at(const std::string& pointer, int line, const std::string& origin,
                        std::string_view remark) const {
    std::string text = source_->file + ':';
    if (line != 0) text += std::to_string(line) + ':';
    else if (!origin.empty()) text += ' ' + origin + ':';
    throw ScenarioError(text + ' ' + (pointer.empty() ? "/" : pointer) + ": " + std::string(remark), pointer);
}

}  // namespace trunkline::sim::reading
