#include "runtime/settings/config_file.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "protocol/base/nearest_name.hpp"
#include "runtime/settings/text_file.hpp"
#include "runtime/settings/usage_error.hpp"

namespace trunkline::runtime {

namespace {

/// Feeds the JSON lexer and counts what it has taken, since it does not tell where a value stands.
class CountingIterator {
public:
    using iterator_category = std::input_iterator_tag;
    using value_type = char;
    using difference_type = std::ptrdiff_t;
    using pointer = const char*;
    using reference = const char&;

    CountingIterator(const char* at, std::size_t& taken) : at_(at), taken_(&taken) {}
    reference operator*() const { return *at_; }
    CountingIterator& operator++() {
        ++at_;
        ++*taken_;
        return *this;
    }
    friend bool operator==(const CountingIterator& a, const CountingIterator& b) { return a.at_ == b.at_; }
    friend bool operator!=(const CountingIterator& a, const CountingIterator& b) { return a.at_ != b.at_; }

private:
    const char* at_;
    std::size_t* taken_;
};

/// As it stands in a URL's query (RFC 3986 §3.4).
std::string percent_encoded(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string encoded;
    for (const char c : text) {
        const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        const auto octet = static_cast<unsigned char>(c);
        if (is_letter || std::string_view("-._~/:,@").find(c) != std::string_view::npos) encoded += c;
        else encoded.append({'%', digits[octet >> 4U], digits[octet & 0xFU]});
    }
    return encoded;
}

/// Takes the parser's events: { key: value, key: [value, …], key: [{ "url": value, name: value }], … } and nothing
/// deeper.
class SettingsHandler {
public:
    using json = nlohmann::json;

    SettingsHandler(const Program& program, std::string_view text, const std::string& name)
        : program_(program), text_(text), name_(name) {}

    CountingIterator begin() { return {text_.data(), taken_}; }
    CountingIterator end() { return {text_.data() + text_.size(), taken_}; }
    Given take() { return std::move(given_); }

    // The names and signatures are those that the parser wants.
    bool null() { fail("a value is wanted, got null; remove the key to get its default"); }
    bool boolean(bool value) { return put(value ? "true" : "false", ValueKind::flag); }
    bool number_integer(json::number_integer_t number) { return put(std::to_string(number), ValueKind::number); }
    bool number_unsigned(json::number_unsigned_t number) { return put(std::to_string(number), ValueKind::number); }
    bool number_float(json::number_float_t, const std::string& digits) { return put(digits, ValueKind::number); }
    bool string(std::string& text) { return put(text, ValueKind::text); }
    bool binary(json::binary_t&) { return false; }  // does not occur in text

    bool start_object(std::size_t) {
        if (is_in_object_) return start_options();
        is_in_object_ = true;
        return true;
    }
    bool end_object() { return is_in_options_ ? end_options() : true; }
    bool start_array(std::size_t) {
        if (!is_in_object_) fail("one object is wanted, as in {\"log_level\": \"debug\"}");
        if (is_in_array_ || !key_->repeats) fail("one value is wanted, got an array");
        is_in_array_ = true;
        index_ = 0;
        return true;
    }
    bool end_array() {
        is_in_array_ = false;
        return true;
    }
    bool key(std::string& name);
    bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception& error);

private:
    bool start_options();
    bool end_options();
    void put_option(const std::string& text);
    bool put(const std::string& text, ValueKind written);
    std::string place() const;
    [[noreturn]] void fail(const std::string& why) const { throw UsageError(place() + ": " + why); }
    /// Of the last character that was taken. After a number that is the one behind it, hence not counted itself.
    std::size_t line() const {
        const std::string_view before = text_.substr(0, taken_ == 0 ? 0 : taken_ - 1);
        return 1 + static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
    }

    const Program& program_;
    std::string_view text_;
    const std::string& name_;
    std::size_t taken_ = 0;
    Given given_;
    const Key* key_ = nullptr;
    std::string key_name_;
    bool is_in_object_ = false;
    bool is_in_array_ = false;
    std::size_t index_ = 0;
    bool is_in_options_ = false;
    std::string option_;  // its name
    std::string url_;
    std::string query_;
};

std::string SettingsHandler::place() const {
    std::string text = name_ + ":" + std::to_string(line());
    if (!key_name_.empty()) text += ": /" + key_name_;
    if (is_in_array_) text += "/" + std::to_string(index_);
    if (is_in_options_ && !option_.empty()) text += "/" + option_;
    return text;
}

bool SettingsHandler::start_options() {
    if (!is_in_array_ || !key_->has_options || is_in_options_) fail("a value is wanted, got an object");
    is_in_options_ = true;
    option_.clear();
    url_.clear();
    query_.clear();
    return true;
}

void SettingsHandler::put_option(const std::string& text) {
    if (option_ == "url") {
        if (!url_.empty()) fail("given twice; keep one of them");
        url_ = text;
        return;
    }
    query_ += query_.empty() ? "" : "&";
    query_ += option_ + "=" + percent_encoded(text);
}

bool SettingsHandler::end_options() {
    option_.clear();
    if (url_.empty()) fail("\"url\" is missing");
    const char* mark = url_.find('?') == std::string::npos ? "?" : "&";
    is_in_options_ = false;
    return put(query_.empty() ? url_ : url_ + mark + query_, ValueKind::text);
}

bool SettingsHandler::key(std::string& name) {
    if (is_in_options_) {
        option_ = name;
        return true;
    }
    key_name_ = name;
    key_ = find_key(program_, name);
    if (key_ == nullptr) {
        std::vector<std::string_view> known;
        for (const Key& one : program_.keys) known.push_back(one.name);
        const std::string_view near = nearest_name(name, known);
        fail(near.empty() ? "unknown key; --help lists the known ones"
                          : "unknown key; did you mean " + std::string(near) + "?");
    }
    if (!key_->is_available) fail("not available in this version; remove it");
    if (given_.has(name)) fail("given twice; keep one of them");
    return true;
}

bool SettingsHandler::put(const std::string& text, ValueKind written) {
    if (!is_in_object_) fail("one object is wanted, as in {\"log_level\": \"debug\"}");
    if (is_in_options_) {
        put_option(text);
        return true;
    }
    if (key_->repeats && !is_in_array_) fail("an array is wanted, as in [\"" + text + "\"]");
    const ValueKind wanted = key_->kind == ValueKind::choice ? ValueKind::text : key_->kind;
    if (written != wanted) {
        const std::string got = written == ValueKind::text ? '"' + text + '"' : text;
        if (wanted == ValueKind::flag) fail("true or false is wanted, got " + got);
        if (wanted == ValueKind::number) fail("a whole number is wanted, got " + got);
        fail("a string is wanted, as in \"" + text + "\", got " + got);
    }
    GivenValue value{text, place()};
    check_value(*key_, value);
    given_.add(key_->name, std::move(value));
    if (is_in_array_) ++index_;
    return true;
}

bool SettingsHandler::parse_error(std::size_t, const std::string&, const nlohmann::detail::exception& error) {
    // "[json.exception.parse_error.101] parse error at line 1, column 2: syntax error while …": the last part is for
    // us.
    const std::string text = error.what();
    const std::size_t mark = text.find(": ");
    throw UsageError(name_ + ":" + std::to_string(line()) +
                     ": not JSON: " + (mark == std::string::npos ? text : text.substr(mark + 2)));
}

}  // namespace

Given parse_config(const Program& program, std::string_view text, const std::string& name) {
    SettingsHandler handler(program, text, name);
    constexpr bool nothing_may_follow = true;
    constexpr bool comments_allowed = true;
    nlohmann::json::sax_parse(handler.begin(), handler.end(), &handler, nlohmann::json::input_format_t::json,
                              nothing_may_follow, comments_allowed);
    return handler.take();
}

Given read_config(const Program& program, const std::string& path) {
    const Result<std::string, std::string> text = read_text(path);
    if (!text) throw UsageError("--config: " + text.error());
    return parse_config(program, *text, path);
}

}  // namespace trunkline::runtime
