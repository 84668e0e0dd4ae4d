#include <algorithm>
#include <optional>

#include "tests/tidy/rules.hpp"

namespace trunkline::tidy {

namespace {

using Names = std::set<std::string, std::less<>>;

bool is_hash_container(const Token& token) { return is_word(token) && token.text.starts_with("unordered_"); }

/// What stands behind a type: skips "const", "&", "*", ">" of an enclosing template, and yields the declared name.
std::optional<std::string> declared_name(std::span<const Token> tokens, std::size_t at) {
    while (at < tokens.size() && (is(tokens[at], "const") || is(tokens[at], "&") || is(tokens[at], "*"))) ++at;
    if (at < tokens.size() && is_word(tokens[at])) return tokens[at].text;
    return std::nullopt;
}

/// "using Sessions = std::unordered_map<…>;": the alias is as good as the type.
std::optional<std::string> alias_of(std::span<const Token> tokens, std::size_t at) {
    while (at > 0 && (is(tokens[at - 1], "::") || is(tokens[at - 1], "std"))) --at;
    if (at >= 3 && is(tokens[at - 1], "=") && is_word(tokens[at - 2]) && is(tokens[at - 3], "using"))
        return tokens[at - 2].text;
    return std::nullopt;
}

void collect(std::span<const Token> tokens, Names& aliases, Names& names) {
    for (std::size_t at = 0; at < tokens.size(); ++at) {
        if (!is_word(tokens[at])) continue;
        std::size_t behind = at + 1;
        if (is_hash_container(tokens[at])) {
            if (behind >= tokens.size() || !is(tokens[behind], "<")) continue;
            behind = closing(tokens, behind) + 1;
            if (const auto alias = alias_of(tokens, at)) aliases.insert(*alias);
        } else if (!aliases.contains(tokens[at].text)) {
            continue;
        }
        if (const auto name = declared_name(tokens, behind)) names.insert(*name);
    }
}

/// The last thing that an expression names is a hash container: "sessions_", "*sessions_", "table.sessions_ | keys",
/// not "sessions_.at(id).queue".
bool ends_in_hash(std::span<const Token> expression, const Names& names) {
    for (std::size_t at = 0; at < expression.size(); ++at) {
        if (!is_word(expression[at]) || !names.contains(expression[at].text)) continue;
        const bool goes_on =
            at + 1 < expression.size() && (is(expression[at + 1], ".") || is(expression[at + 1], "->") ||
                                           is(expression[at + 1], "[") || is(expression[at + 1], "("));
        if (!goes_on) return true;
    }
    return false;
}

/// The expression of a range-for whose "(" is at `open`; empty for other loops.
std::span<const Token> range_of(std::span<const Token> tokens, std::size_t open) {
    const std::size_t end = closing(tokens, open);
    for (std::size_t at = open + 1; at < end; ++at) {
        if (is(tokens[at], "(") || is(tokens[at], "[") || is(tokens[at], "{")) at = closing(tokens, at);
        else if (is(tokens[at], ":")) return tokens.subspan(at + 1, end - at - 1);
    }
    return {};
}

bool begins_iteration(std::span<const Token> tokens, std::size_t at, const Names& names) {
    if (is(tokens[at], "for") && at + 1 < tokens.size() && is(tokens[at + 1], "("))
        return ends_in_hash(range_of(tokens, at + 1), names);
    if (!is_word(tokens[at]) || at + 3 >= tokens.size()) return false;
    if (names.contains(tokens[at].text)) {
        const bool member = is(tokens[at + 1], ".") || is(tokens[at + 1], "->");
        return member && (is(tokens[at + 2], "begin") || is(tokens[at + 2], "cbegin")) && is(tokens[at + 3], "(");
    }
    const bool of_ranges = at >= 2 && is(tokens[at - 1], "::") && is(tokens[at - 2], "ranges");
    const bool begin = is(tokens[at], "begin") || is(tokens[at], "cbegin");
    if (!is(tokens[at + 1], "(") || !(of_ranges || begin)) return false;
    return names.contains(tokens[at + 2].text) && (is(tokens[at + 3], ",") || is(tokens[at + 3], ")"));
}

bool is_excused(const Source& source, int line) {
    return std::any_of(source.words.comments.begin(), source.words.comments.end(), [line](const Comment& comment) {
        const int last = comment.line + static_cast<int>(std::count(comment.text.begin(), comment.text.end(), '\n'));
        return (last == line || last == line - 1) && comment.text.find("any order") != std::string::npos;
    });
}

/// Ordered by the key, and the key is an address: another order in each run.
bool has_address_key(std::span<const Token> tokens, std::size_t at) {
    const bool ordered =
        is(tokens[at], "map") || is(tokens[at], "set") || is(tokens[at], "multimap") || is(tokens[at], "multiset");
    const bool standard = at >= 2 && is(tokens[at - 1], "::") && is(tokens[at - 2], "std");
    if (!ordered || !standard || at + 1 >= tokens.size() || !is(tokens[at + 1], "<")) return false;
    const std::size_t end = closing(tokens, at + 1);
    int depth = 0;
    for (std::size_t inner = at + 2; inner < end; ++inner) {
        if (is(tokens[inner], "<")) ++depth;
        if (is(tokens[inner], ">")) --depth;
        if (depth == 0 && is(tokens[inner], ",")) return false;
        if (depth == 0 && is(tokens[inner], "*")) return true;
    }
    return false;
}

}  // namespace

void check_order(const Source& source, std::span<const Source* const> declared_in, Findings& findings) {
    Names aliases;
    Names names;
    for (const Source* other : declared_in) collect(other->words.tokens, aliases, names);
    const std::vector<Token>& tokens = source.words.tokens;
    for (std::size_t at = 0; at < tokens.size(); ++at) {
        const int line = tokens[at].line;
        if (begins_iteration(tokens, at, names) && !is_excused(source, line))
            findings.push_back(
                {source.path, line, "hash-order", "iterates over a hash map: sort, or keep the order of insertion"});
        if (has_address_key(tokens, at))
            findings.push_back({source.path, line, "address-order", "a key that is an address: order by an id"});
        if (is(tokens[at], "uintptr_t"))
            findings.push_back({source.path, line, "address-order", "a number made of an address: use an id"});
    }
}

}  // namespace trunkline::tidy
