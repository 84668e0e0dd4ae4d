#pragma once
// A JSON text as a tree in which each value knows its line. Members keep the order in which they were written.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace trunkline::sim::reading {

struct Member;

/// One JSON value.
struct Node {
    enum class Kind : std::uint8_t { null, boolean, number, text, list, object };
    Kind kind = Kind::null;
    bool boolean = false;
    int line = 0;                          // from 1; 0: not from a file
    std::string origin;                    // instead of a line: "--set links.radio.loss.p=0.3"
    std::string text;                      // of a string: its value; of a number: its digits
    double number = 0.0;                   // of a number
    std::optional<std::uint64_t> natural;  // of a number that is whole and not negative
    std::vector<Node> items;               // of a list
    std::vector<Member> members;           // of an object

    /// The member of an object, or nothing.
    const Node* find(std::string_view key) const;
    Node* find(std::string_view key);
    /// For messages: `"90"`, `1.5`, `null`, `a list`, `an object`.
    std::string shown() const;
};

struct Member {
    std::string key;
    int line = 0;  // where the key stands
    Node value;
};

/// Parses JSON with comments (// and /* */). Throws ScenarioError that names `file`, line and JSON pointer for what is
/// no JSON, a key that stands twice in an object, or more than 32 levels.
Node parse_document(std::string_view text, std::string_view file);

/// Parses the value of a --set; what is no JSON is taken as a string: `links.radio.delay=5ms`.
Node parse_value(std::string_view text, std::string origin);

/// A key as part of a JSON pointer (RFC 6901): "~" and "/" escaped.
std::string pointer_token(std::string_view key);

}  // namespace trunkline::sim::reading
