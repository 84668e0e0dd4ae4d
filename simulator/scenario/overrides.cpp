#include "simulator/scenario/overrides.hpp"

#include <charconv>
#include <string>
#include <vector>

#include "simulator/scenario/scenario_error.hpp"
#include "simulator/scenario/suggestion.hpp"

namespace trunkline::sim::reading {

namespace {

[[noreturn]] void refuse(std::string_view assignment, const std::string& remark) {
    throw ScenarioError("--set " + std::string(assignment) + ": " + remark);
}

/// "links.radio.loss" or "/links/radio/loss" as its steps.
std::vector<std::string> steps_of(std::string_view path) {
    const bool is_pointer = path.front() == '/';
    const char separator = is_pointer ? '/' : '.';
    if (is_pointer) path.remove_prefix(1);
    std::vector<std::string> steps(1);
    for (std::size_t at = 0; at < path.size(); ++at) {
        const bool escaped = is_pointer && path[at] == '~' && at + 1 < path.size();
        if (path[at] == separator) steps.emplace_back();
        else if (escaped) steps.back() += path[++at] == '1' ? '/' : '~';
        else steps.back() += path[at];
    }
    return steps;
}

std::string_view id_of(const Node& item) {
    const Node* id = item.find("id");
    return id != nullptr ? std::string_view(id->text) : std::string_view{};
}

Node* item_named(Node& list, std::string_view step) {
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(step.data(), step.data() + step.size(), number);
    if (error == std::errc() && end == step.data() + step.size() && number < list.items.size())
        return &list.items[number];
    for (Node& item : list.items) {
        if (id_of(item) == step) return &item;
    }
    return nullptr;
}

std::vector<std::string_view> names_in(const Node& node) {
    std::vector<std::string_view> names;
    for (const Member& member : node.members) names.push_back(member.key);
    for (const Node& item : node.items) names.push_back(id_of(item));
    return names;
}

Node* step_into(Node& node, std::string_view step) {
    if (node.kind == Node::Kind::object) return node.find(step);
    if (node.kind == Node::Kind::list) return item_named(node, step);
    return nullptr;
}

}  // namespace

void apply_override(Node& root, std::string_view assignment) {
    const std::size_t equals = assignment.find('=');
    if (equals == std::string_view::npos || equals == 0)
        refuse(assignment, "PATH=VALUE is wanted, like links.radio.loss.p=0.3");
    Node value = parse_value(assignment.substr(equals + 1), "--set " + std::string(assignment));
    std::vector<std::string> steps = steps_of(assignment.substr(0, equals));
    Node* vars = root.find("vars");
    if (steps.size() == 1 && vars != nullptr && vars->find(steps[0]) != nullptr) steps = {"vars", steps[0]};

    // One word may be a variable that is misspelled; a pointer is none.
    const bool may_add_to_root = assignment.front() == '/';
    Node* node = &root;
    for (std::size_t at = 0; at < steps.size(); ++at) {
        Node* next = step_into(*node, steps[at]);
        const bool may_add =
            at + 1 == steps.size() && node->kind == Node::Kind::object && (node != &root || may_add_to_root);
        if (next == nullptr && may_add) {
            node->members.push_back({steps[at], 0, {}});
            next = &node->members.back().value;
        }
        if (next == nullptr)
            refuse(assignment, "nothing is called \"" + steps[at] + '"' + suggestion(steps[at], names_in(*node)));
        node = next;
    }
    *node = std::move(value);
}

}  // namespace trunkline::sim::reading
