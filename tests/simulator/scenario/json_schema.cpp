#include "tests/simulator/scenario/json_schema.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <regex>
#include <stdexcept>

namespace trunkline::sim {

namespace {

using reading::Member;
using reading::Node;

bool equal(const Node& a, const Node& b) {
    if (a.kind != b.kind) return false;
    if (a.kind == Node::Kind::boolean) return a.boolean == b.boolean;
    if (a.kind == Node::Kind::number) return a.number == b.number;
    return a.text == b.text;
}

bool is_of_type(const Node& value, std::string_view type) {
    switch (value.kind) {
        case Node::Kind::null:
            return type == "null";
        case Node::Kind::boolean:
            return type == "boolean";
        case Node::Kind::number:
            return type == "number" ||
                   (type == "integer" && value.number == static_cast<double>(static_cast<long long>(value.number)));
        case Node::Kind::text:
            return type == "string";
        case Node::Kind::list:
            return type == "array";
        case Node::Kind::object:
            return type == "object";
    }
    return false;
}

/// A keyword that nobody checks would promise more than the tests hold.
void refuse_unknown_keywords(const Node& schema) {
    constexpr std::array<std::string_view, 27> known = {"$schema",
                                                        "$id",
                                                        "$defs",
                                                        "$ref",
                                                        "title",
                                                        "description",
                                                        "default",
                                                        "examples",
                                                        "type",
                                                        "const",
                                                        "enum",
                                                        "pattern",
                                                        "minLength",
                                                        "maxLength",
                                                        "minimum",
                                                        "maximum",
                                                        "required",
                                                        "items",
                                                        "properties",
                                                        "additionalProperties",
                                                        "propertyNames",
                                                        "minItems",
                                                        "maxItems",
                                                        "prefixItems",
                                                        "anyOf",
                                                        "oneOf",
                                                        "exclusiveMinimum"};
    for (const Member& keyword : schema.members) {
        if (std::find(known.begin(), known.end(), keyword.key) == known.end())
            throw std::logic_error("the checker does not know \"" + keyword.key + '"');
    }
}

/// The library's expressions take their time, to be made and to be tried: each answer is kept.
bool matches(const std::string& pattern, const std::string& text) {
    struct Expression {
        std::regex compiled;
        std::map<std::string, bool> answers;
    };
    static std::map<std::string, Expression> known;
    const auto [expression, is_new] = known.try_emplace(pattern);
    if (is_new) expression->second.compiled = std::regex(pattern);
    const auto [answer, is_first] = expression->second.answers.try_emplace(text);
    if (is_first) answer->second = std::regex_search(text, expression->second.compiled);
    return answer->second;
}

template <typename Holds>
auto count_of(const Node& list, Holds holds) {
    return std::count_if(list.items.begin(), list.items.end(), holds);
}

}  // namespace

JsonSchema::JsonSchema(std::string_view text) : root_(reading::parse_document(text, "schema")) {}

const Node& JsonSchema::resolved(const Node& schema) const {
    const Node* ref = schema.find("$ref");
    if (ref == nullptr) return schema;
    constexpr std::string_view prefix = "#/$defs/";
    const Node* found = root_.find("$defs")->find(std::string_view(ref->text).substr(prefix.size()));
    if (found == nullptr) throw std::logic_error("no definition: " + ref->text);
    return *found;
}

bool JsonSchema::takes(const Node& value, const Node& schema) const {
    if (schema.kind == Node::Kind::boolean) return schema.boolean;
    refuse_unknown_keywords(schema);
    if (&resolved(schema) != &schema && !takes(value, resolved(schema))) return false;
    const auto fits = [&](const Node& each) { return takes(value, each); };
    if (const Node* any = schema.find("anyOf"); any != nullptr && count_of(*any, fits) == 0) return false;
    if (const Node* one = schema.find("oneOf"); one != nullptr && count_of(*one, fits) != 1) return false;
    return takes_shape(value, schema);
}

bool JsonSchema::takes_shape(const Node& value, const Node& schema) const {
    if (const Node* type = schema.find("type")) {
        const bool fits = type->kind == Node::Kind::list
                              ? count_of(*type, [&](const Node& each) { return is_of_type(value, each.text); }) > 0
                              : is_of_type(value, type->text);
        if (!fits) return false;
    }
    if (const Node* only = schema.find("const"); only != nullptr && !equal(value, *only)) return false;
    const auto is_value = [&](const Node& each) { return equal(value, each); };
    if (const Node* words = schema.find("enum"); words != nullptr && count_of(*words, is_value) == 0) return false;
    if (value.kind == Node::Kind::text) {
        const Node* pattern = schema.find("pattern");
        if (pattern != nullptr && !matches(pattern->text, value.text)) return false;
        const Node* shortest = schema.find("minLength");
        if (shortest != nullptr && static_cast<double>(value.text.size()) < shortest->number) return false;
        const Node* longest = schema.find("maxLength");
        if (longest != nullptr && static_cast<double>(value.text.size()) > longest->number) return false;
    }
    if (value.kind == Node::Kind::number) {
        const Node* least = schema.find("minimum");
        if (least != nullptr && value.number < least->number) return false;
        const Node* above = schema.find("exclusiveMinimum");
        if (above != nullptr && value.number <= above->number) return false;
        const Node* most = schema.find("maximum");
        if (most != nullptr && value.number > most->number) return false;
    }
    if (value.kind == Node::Kind::object) return takes_object(value, schema);
    if (value.kind == Node::Kind::list) return takes_list(value, schema);
    return true;
}

bool JsonSchema::takes_object(const Node& value, const Node& schema) const {
    if (const Node* required = schema.find("required")) {
        if (count_of(*required, [&](const Node& key) { return value.find(key.text) == nullptr; }) > 0) return false;
    }
    const Node* properties = schema.find("properties");
    const Node* others = schema.find("additionalProperties");
    const Node* names = schema.find("propertyNames");
    return std::all_of(value.members.begin(), value.members.end(), [&](const Member& member) {
        Node name;
        name.kind = Node::Kind::text;
        name.text = member.key;
        if (names != nullptr && !takes(name, *names)) return false;
        const Node* known = properties != nullptr ? properties->find(member.key) : nullptr;
        if (known != nullptr) return takes(member.value, *known);
        return others == nullptr || takes(member.value, *others);
    });
}

bool JsonSchema::takes_list(const Node& value, const Node& schema) const {
    const auto size = static_cast<double>(value.items.size());
    if (const Node* least = schema.find("minItems"); least != nullptr && size < least->number) return false;
    if (const Node* most = schema.find("maxItems"); most != nullptr && size > most->number) return false;
    const Node* first = schema.find("prefixItems");
    const Node* all = schema.find("items");
    for (std::size_t at = 0; at < value.items.size(); ++at) {
        const bool has_place = first != nullptr && at < first->items.size();
        if (has_place && !takes(value.items[at], first->items[at])) return false;
        if (!has_place && all != nullptr && !takes(value.items[at], *all)) return false;
    }
    return true;
}

SchemaPlaces JsonSchema::places(const Node& value) {
    SchemaPlaces found;
    visit(value, root_, "", nullptr, found);
    return found;
}

void JsonSchema::visit(const Node& value, const Node& schema, const std::string& pointer, Branches branches,
                       SchemaPlaces& found) {
    if (schema.kind == Node::Kind::boolean) return;
    if (&resolved(schema) != &schema) visit(value, resolved(schema), pointer, branches, found);
    for (const std::string_view keyword : {"anyOf", "oneOf"}) {
        const Node* alternatives = schema.find(keyword);
        if (alternatives == nullptr) continue;
        for (const Node& each : alternatives->items) {
            if (takes(value, each))
                visit(value, each, pointer, keyword == "oneOf" ? &alternatives->items : branches, found);
        }
    }
    if (const Node* words = schema.find("enum")) {
        met_.insert(words);
        for (const Node& each : words->items) {
            if (each.kind == Node::Kind::text) found.words[pointer].insert(each.text);
        }
    }
    if (value.kind == Node::Kind::object) visit_object(value, schema, pointer, branches, found);
    if (value.kind != Node::Kind::list) return;
    const Node* first = schema.find("prefixItems");
    for (std::size_t at = 0; at < value.items.size(); ++at) {
        const Node* each = first != nullptr && at < first->items.size() ? &first->items[at] : schema.find("items");
        if (each != nullptr) visit(value.items[at], *each, pointer + '/' + std::to_string(at), nullptr, found);
    }
}

void JsonSchema::visit_object(const Node& value, const Node& schema, const std::string& pointer, Branches branches,
                              SchemaPlaces& found) {
    const Node* properties = schema.find("properties");
    if (properties != nullptr) {
        std::set<std::string>& keys = found.keys[pointer];
        for (const Member& property : properties->members) keys.insert(property.key);
    }
    for (const Member& member : value.members) {
        const std::string at = pointer + '/' + reading::pointer_token(member.key);
        const Node* known = properties != nullptr ? properties->find(member.key) : nullptr;
        if (known == nullptr) {
            if (const Node* others = schema.find("additionalProperties"))
                visit(member.value, *others, at, nullptr, found);
            continue;
        }
        met_.insert(known);
        if (const Node* only = known->find("const"); only != nullptr && only->kind == Node::Kind::text)
            found.words[at] = words_of(member.key, schema, branches);
        visit(member.value, *known, at, nullptr, found);
    }
}

/// A word that says which of several alternatives an object is may be that of any of them.
std::set<std::string> JsonSchema::words_of(std::string_view key, const Node& schema, Branches branches) const {
    std::set<std::string> words;
    const std::vector<Node> alone{schema};
    for (const Node& branch : branches != nullptr ? *branches : alone) {
        const Node* properties = resolved(branch).find("properties");
        const Node* property = properties != nullptr ? properties->find(key) : nullptr;
        const Node* word = property != nullptr ? property->find("const") : nullptr;
        if (word != nullptr) words.insert(word->text);
    }
    return words;
}

std::vector<std::string> JsonSchema::never_met() const {
    std::vector<std::string> unmet;
    collect(root_, "", unmet);
    return unmet;
}

void JsonSchema::collect(const Node& schema, std::string_view key, std::vector<std::string>& unmet) const {
    const auto tell = [&](const Node& node, const std::string& what) {
        unmet.push_back("scenario.schema.json:" + std::to_string(node.line) + ": " + what);
    };
    if (const Node* words = schema.find("enum"); words != nullptr && !met_.contains(words))
        tell(*words, "no scenario has one of the words of \"" + std::string(key) + '"');
    if (const Node* properties = schema.find("properties")) {
        for (const Member& property : properties->members) {
            if (!met_.contains(&property.value))
                tell(property.value, "no scenario has the key \"" + property.key + '"');
            else collect(property.value, property.key, unmet);
        }
    }
    for (const std::string_view keyword : {"anyOf", "oneOf", "prefixItems"}) {
        if (const Node* all = schema.find(keyword)) {
            for (const Node& each : all->items) collect(each, key, unmet);
        }
    }
    for (const std::string_view keyword : {"items", "additionalProperties"}) {
        if (const Node* each = schema.find(keyword)) collect(*each, key, unmet);
    }
    if (const Node* definitions = schema.find("$defs")) {
        for (const Member& definition : definitions->members) collect(definition.value, definition.key, unmet);
    }
}

}  // namespace trunkline::sim
