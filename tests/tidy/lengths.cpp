#include <algorithm>
#include <array>

#include "tests/tidy/rules.hpp"

namespace trunkline::tidy {

namespace {

constexpr int remarkable_file_lines = 400;
constexpr int longest_file_lines = 600;
constexpr int longest_function_lines = 70;

/// The words between the last ";", "{" or "}" and a "{": what the block belongs to.
using Head = std::span<const Token>;

bool has(Head head, std::string_view word) {
    return std::any_of(head.begin(), head.end(), [&](const Token& token) { return is(token, word); });
}

bool is_one_of(const Token& token, std::span<const std::string_view> words) {
    return std::find(words.begin(), words.end(), token.text) != words.end();
}

/// Without "public:" and "template <…>" in front.
Head without_prefix(Head head) {
    constexpr std::array<std::string_view, 3> access = {"public", "protected", "private"};
    for (;;) {
        if (head.size() >= 2 && is_one_of(head[0], access) && is(head[1], ":")) head = head.subspan(2);
        else if (head.size() >= 2 && is(head[0], "template") && is(head[1], "<"))
            head = head.subspan(std::min(head.size(), closing(head, 1) + 1));
        else return head;
    }
}

/// A block in which functions are defined: namespace, class, linkage.
bool is_scope(Head head) {
    constexpr std::array<std::string_view, 5> types = {"class", "struct", "union", "enum", "namespace"};
    if (head.empty()) return false;
    return is_one_of(head.front(), types) || has(head, "namespace") || (is(head.front(), "extern") && !has(head, "("));
}

bool is_test_case(Head head) {
    return std::any_of(head.begin(), head.end(),
                       [](const Token& token) { return token.text.starts_with("TEST_CASE") || is(token, "SCENARIO"); });
}

/// Has a parameter list, and is no value that is being initialised: "x = f() {" does not occur.
bool is_function(Head head) {
    if (!has(head, "(")) return false;
    int depth = 0;
    for (std::size_t at = 0; at < head.size(); ++at) {
        if (is(head[at], "(")) ++depth;
        if (is(head[at], ")")) --depth;
        const bool operator_name = at > 0 && (is(head[at - 1], "operator") || is(head[at - 1], "=") ||
                                              is(head[at - 1], "!") || is(head[at - 1], "<") || is(head[at - 1], ">"));
        const bool comparison = at + 1 < head.size() && is(head[at + 1], "=");
        if (depth == 0 && is(head[at], "=") && !operator_name && !comparison) return false;
    }
    return true;
}

class Functions {
public:
    Functions(const Source& source, Findings& findings)
        : source_(source), tokens_(source.words.tokens), findings_(findings) {}

    /// Walks through a scope from its first word to its "}", and into the scopes within.
    void walk() {
        std::size_t head_begin = 0;
        for (std::size_t at = 0; at < tokens_.size(); ++at) {
            if (is(tokens_[at], ";") || is(tokens_[at], "}")) head_begin = at + 1;
            if (!is(tokens_[at], "{") || tokens_[at].kind != Token::Kind::punctuation) continue;
            const Head head = without_prefix(tokens_.subspan(head_begin, at - head_begin));
            if (is_scope(head)) {
                head_begin = at + 1;
                continue;
            }
            const std::size_t end = closing(tokens_, at);
            if (is_initialiser(end)) {
                at = end;  // the head goes on: a constructor's list of members
                continue;
            }
            if (end < tokens_.size() && is_function(head) && !is_test_case(head)) measure(head, tokens_[end].line);
            at = end;
            head_begin = end + 1;
        }
    }

private:
    bool is_initialiser(std::size_t end) const {
        return end + 1 < tokens_.size() &&
               (is(tokens_[end + 1], ",") || is(tokens_[end + 1], "{") || is(tokens_[end + 1], ")"));
    }
    void measure(Head head, int last_line) {
        const int lines = last_line - head.front().line + 1;
        if (lines <= longest_function_lines) return;
        std::string name = "a function";
        for (std::size_t at = 1; at < head.size(); ++at) {
            if (!is(head[at], "(")) continue;
            name = head[at - 1].text;
            break;
        }
        findings_.push_back({source_.path, head.front().line, "function-length",
                             name + " has " + std::to_string(lines) + " lines, " +
                                 std::to_string(longest_function_lines) + " are allowed: it hides a second idea"});
    }

    const Source& source_;
    std::span<const Token> tokens_;
    Findings& findings_;
};

}  // namespace

void check_lengths(const Source& source, Findings& findings, Findings& remarks) {
    const int lines = source.words.lines;
    const std::string text = std::to_string(lines) + " lines: look for the second idea";
    if (lines > longest_file_lines) findings.push_back({source.path, lines, "file-length", text});
    else if (lines > remarkable_file_lines) remarks.push_back({source.path, lines, "file-length", text});
    Functions(source, findings).walk();
}

}  // namespace trunkline::tidy
