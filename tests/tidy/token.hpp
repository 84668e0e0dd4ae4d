#pragma once
// C++ source cut into words, as far as the rules need it. No preprocessor, no types.

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace trunkline::tidy {

struct Token {
    enum class Kind { word, number, string, character, punctuation };
    Kind kind;
    std::string text;  // strings without their quotes; punctuation one by one, except "::" and "->"
    int line;
};

inline bool is(const Token& token, std::string_view text) { return token.text == text; }
inline bool is_word(const Token& token) { return token.kind == Token::Kind::word; }

struct Include {
    std::string path;
    bool quoted;  // "path", else <path>
    int line;
};

struct Comment {
    std::string text;
    int line;  // where it begins
};

struct Words {
    std::vector<Token> tokens;  // without comments and preprocessor lines
    std::vector<Include> includes;
    std::vector<Comment> comments;
    int lines = 0;
};

Words cut(std::string_view text);

/// True if the tokens from `at` on have these texts: matches(tokens, 3, "std::time(") with the pattern cut likewise.
bool matches(std::span<const Token> tokens, std::size_t at, std::span<const Token> pattern);

/// Index of the bracket that closes the one at `open` ("(", "[", "{"; "<" as well, with all four counted), or the end.
std::size_t closing(std::span<const Token> tokens, std::size_t open);

}  // namespace trunkline::tidy
