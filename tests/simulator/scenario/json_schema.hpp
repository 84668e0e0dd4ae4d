#pragma once
// As much of JSON Schema (draft 2020-12) as scenario.schema.json has: whether it takes a value, and what it says about
// each place of one that it takes.

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "simulator/scenario/document.hpp"

namespace trunkline::sim {

/// What a schema says of the places of one value.
struct SchemaPlaces {
    std::map<std::string, std::set<std::string>> keys;   // of the object at this JSON pointer
    std::map<std::string, std::set<std::string>> words;  // that the text at this JSON pointer may be
};

class JsonSchema {
public:
    explicit JsonSchema(std::string_view text);

    bool takes(const reading::Node& value) const { return takes(value, root_); }
    /// The value is one that the schema takes. What was come by is remembered for never_met().
    SchemaPlaces places(const reading::Node& value);
    /// Keys and words of the schema that none of the values had, as "KEY" or "KEY: WORD …", with the line in the
    /// schema.
    std::vector<std::string> never_met() const;

private:
    using Node = reading::Node;
    /// Alternatives of a "oneOf" through which an object was reached, or nothing.
    using Branches = const std::vector<Node>*;

    bool takes(const Node& value, const Node& schema) const;
    bool takes_shape(const Node& value, const Node& schema) const;
    bool takes_object(const Node& value, const Node& schema) const;
    bool takes_list(const Node& value, const Node& schema) const;
    const Node& resolved(const Node& schema) const;
    void visit(const Node& value, const Node& schema, const std::string& pointer, Branches branches,
               SchemaPlaces& found);
    void visit_object(const Node& value, const Node& schema, const std::string& pointer, Branches branches,
                      SchemaPlaces& found);
    std::set<std::string> words_of(std::string_view key, const Node& schema, Branches branches) const;
    void collect(const Node& schema, std::string_view key, std::vector<std::string>& unmet) const;

    Node root_;
    std::set<const Node*> met_;  // schemas of keys, and "enum" and "const" lists
};

}  // namespace trunkline::sim
