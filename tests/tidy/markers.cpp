#include <algorithm>
#include <array>

#include "tests/tidy/rules.hpp"

namespace trunkline::tidy {

namespace {

constexpr std::array<std::string_view, 4> markers = {"TODO", "FIXME", "XXX", "HACK"};

bool is_letter(char character) {
    return (character >= 'A' && character <= 'Z') || (character >= 'a' && character <= 'z') || character == '_';
}

void look_in(const Source& source, std::string_view text, int first_line, Findings& findings) {
    for (const std::string_view marker : markers) {
        for (std::size_t at = text.find(marker); at != std::string_view::npos; at = text.find(marker, at + 1)) {
            const std::size_t end = at + marker.size();
            if ((at > 0 && is_letter(text[at - 1])) || (end < text.size() && is_letter(text[end]))) continue;
            const auto line =
                first_line + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n');
            findings.push_back(
                {source.path, static_cast<int>(line), "marker", std::string(marker) + ": finish it, or file an issue"});
        }
    }
}

}  // namespace

void check_markers(const Source& source, Findings& findings) {
    for (const Comment& comment : source.words.comments) look_in(source, comment.text, comment.line, findings);
    for (const Token& token : source.words.tokens) {
        if (token.kind == Token::Kind::word) look_in(source, token.text, token.line, findings);
    }
}

}  // namespace trunkline::tidy
