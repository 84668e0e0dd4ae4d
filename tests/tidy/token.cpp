#include "tests/tidy/token.hpp"

#include <algorithm>
#include <cctype>

namespace trunkline::tidy {

namespace {

bool is_word(char character) { return std::isalnum(static_cast<unsigned char>(character)) != 0 || character == '_'; }
bool is_digit(char character) { return character >= '0' && character <= '9'; }
bool is_space(char character) { return std::isspace(static_cast<unsigned char>(character)) != 0; }

class Cutter {
public:
    explicit Cutter(std::string_view text) : text_(text) {}

    Words run() {
        while (at_ < text_.size()) step();
        words_.lines = line_ - (text_.empty() || text_.back() == '\n' ? 1 : 0);
        return std::move(words_);
    }

private:
    char peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
    bool starts(std::string_view what) const { return text_.substr(at_, what.size()) == what; }

    /// Everything up to `end`, counting its lines.
    std::string_view take_to(std::size_t end) {
        end = std::min(end, text_.size());
        const std::string_view taken = text_.substr(at_, end - at_);
        line_ += static_cast<int>(std::count(taken.begin(), taken.end(), '\n'));
        at_ = end;
        return taken;
    }

    void step() {
        if (is_space(peek())) {
            if (peek() == '\n') line_begins_ = true;
            take_to(at_ + 1);
            return;
        }
        if (starts("//")) return comment(text_.find('\n', at_));
        if (starts("/*")) return comment(after("*/", at_ + 2));
        if (peek() == '#' && line_begins_) return directive();
        line_begins_ = false;
        if (is_digit(peek()) || (peek() == '.' && is_digit(peek(1)))) return number();
        if (is_word(peek())) return word();
        if (peek() == '"') return quoted(Token::Kind::string);
        if (peek() == '\'') return quoted(Token::Kind::character);
        add(Token::Kind::punctuation, starts("::") || starts("->") ? at_ + 2 : at_ + 1);
    }

    std::size_t after(std::string_view what, std::size_t from) const {
        const std::size_t found = text_.find(what, from);
        return found == std::string_view::npos ? text_.size() : found + what.size();
    }
    void add(Token::Kind kind, std::size_t end) {
        const int line = line_;
        words_.tokens.push_back({kind, std::string(take_to(end)), line});
    }
    void comment(std::size_t end) {
        const int line = line_;
        words_.comments.push_back({std::string(take_to(end)), line});
    }
    void number() {
        std::size_t end = at_ + 1;
        const auto goes_on = [&] {
            const char character = text_[end];
            if (is_word(character) || character == '.') return true;
            if (character == '\'') return end + 1 < text_.size() && is_word(text_[end + 1]);
            const char before = text_[end - 1];
            return (character == '+' || character == '-') &&
                   (before == 'e' || before == 'E' || before == 'p' || before == 'P');
        };
        while (end < text_.size() && goes_on()) ++end;
        add(Token::Kind::number, end);
    }
    void word() {
        std::size_t end = at_;
        while (end < text_.size() && is_word(text_[end])) ++end;
        const bool raw = end < text_.size() && text_[end] == '"' && text_[end - 1] == 'R' && end - at_ <= 3;
        if (raw) return raw_string(end);
        add(Token::Kind::word, end);
    }
    void raw_string(std::size_t quote) {
        const std::size_t open = text_.find('(', quote);
        const std::string close = ")" + std::string(text_.substr(quote + 1, open - quote - 1)) + "\"";
        if (open == std::string_view::npos) return add(Token::Kind::string, text_.size());
        const int line = line_;
        take_to(open + 1);
        std::string_view inner = take_to(after(close, at_));
        if (inner.ends_with(close)) inner.remove_suffix(close.size());
        words_.tokens.push_back({Token::Kind::string, std::string(inner), line});
    }
    void quoted(Token::Kind kind) {
        const char quote = peek();
        std::size_t end = at_ + 1;
        while (end < text_.size() && text_[end] != quote && text_[end] != '\n') end += text_[end] == '\\' ? 2 : 1;
        const int line = line_;
        const std::string_view whole = take_to(end + 1);
        words_.tokens.push_back(
            {kind, std::string(whole.substr(1, whole.size() - std::min<std::size_t>(whole.size(), 2))), line});
    }
    /// A preprocessor line with its continuations. Only includes matter; a comment behind it is kept.
    void directive() {
        std::size_t end = text_.find('\n', at_);
        while (end != std::string_view::npos && text_[end - 1] == '\\') end = text_.find('\n', end + 1);
        end = std::min(end, text_.size());
        std::string_view content = text_.substr(at_, end - at_);
        const std::size_t remark = content.find("//");
        if (remark != std::string_view::npos) words_.comments.push_back({std::string(content.substr(remark)), line_});
        content = content.substr(0, remark);
        const std::size_t open = content.find_first_of("\"<");
        if (content.find("include") != std::string_view::npos && open != std::string_view::npos) {
            const bool quoted_path = content[open] == '"';
            const std::size_t close = content.find(quoted_path ? '"' : '>', open + 1);
            words_.includes.push_back({std::string(content.substr(open + 1, close - open - 1)), quoted_path, line_});
        }
        take_to(end);
    }

    std::string_view text_;
    std::size_t at_ = 0;
    int line_ = 1;
    bool line_begins_ = true;
    Words words_;
};

}  // namespace

Words cut(std::string_view text) { return Cutter(text).run(); }

bool matches(std::span<const Token> tokens, std::size_t at, std::span<const Token> pattern) {
    if (tokens.size() - at < pattern.size()) return false;
    return std::equal(
        pattern.begin(), pattern.end(), tokens.begin() + static_cast<std::ptrdiff_t>(at),
        [](const Token& wanted, const Token& found) { return wanted.kind == found.kind && wanted.text == found.text; });
}

std::size_t closing(std::span<const Token> tokens, std::size_t open) {
    const bool angle = tokens[open].text == "<";
    int depth = 0;
    for (std::size_t at = open; at < tokens.size(); ++at) {
        if (tokens[at].kind != Token::Kind::punctuation) continue;
        const std::string& text = tokens[at].text;
        if (text == "(" || text == "[" || text == "{" || (angle && text == "<")) ++depth;
        if (text == ")" || text == "]" || text == "}" || (angle && text == ">")) --depth;
        if (depth == 0) return at;
    }
    return tokens.size();
}

}  // namespace trunkline::tidy
