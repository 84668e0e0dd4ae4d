#pragma once
// A file's text, line by line, as Mosquitto reads its files.

#include <algorithm>
#include <optional>
#include <string_view>

namespace trunkline {

/// Without the blanks at its beginning and its end.
inline std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blanks = " \t\r";
    const std::size_t begin = std::min(text.find_first_not_of(blanks), text.size());
    text.remove_prefix(begin);
    return text.substr(0, text.find_last_not_of(blanks) + 1);
}

/// Takes the first word off `rest`, and the blanks behind it.
inline std::string_view take_word(std::string_view& rest) {
    const std::string_view word = rest.substr(0, rest.find_first_of(" \t"));
    rest = trimmed(rest.substr(word.size()));
    return word;
}

/// Without the byte order mark that some editors put in front of UTF-8: to whoever reads the file it is not there.
inline std::string_view without_byte_order_mark(std::string_view text) {
    constexpr std::string_view mark = "\xef\xbb\xbf";
    if (text.starts_with(mark)) text.remove_prefix(mark.size());
    return text;
}

/// Views the text. Empty lines, and those that begin with #, say nothing and are passed over.
class TextLines {
public:
    explicit TextLines(std::string_view text) : rest_(without_byte_order_mark(text)) {}

    /// The next line that says something, trimmed.
    std::optional<std::string_view> next() {
        while (!rest_.empty()) {
            const std::string_view line = rest_.substr(0, rest_.find('\n'));
            rest_.remove_prefix(std::min(rest_.size(), line.size() + 1));
            ++number_;
            const std::string_view said = trimmed(line);
            if (!said.empty() && said.front() != '#') return said;
        }
        return std::nullopt;
    }
    /// Of the line that next() returned last, from 1.
    unsigned number() const { return number_; }

private:
    std::string_view rest_;
    unsigned number_ = 0;
};

}  // namespace trunkline
