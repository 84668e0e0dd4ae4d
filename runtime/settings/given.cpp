#include "runtime/settings/given.hpp"

#include <algorithm>
#include <utility>

#include "protocol/base/nearest_name.hpp"
#include "runtime/settings/usage_error.hpp"

namespace trunkline::runtime {

namespace {

std::vector<std::string_view> words_of(std::string_view choices) {
    std::vector<std::string_view> words;
    for (std::size_t bar = choices.find('|'); bar != std::string_view::npos; bar = choices.find('|')) {
        words.push_back(choices.substr(0, bar));
        choices.remove_prefix(bar + 1);
    }
    words.push_back(choices);
    return words;
}

bool is_whole_number(std::string_view text) {
    const bool digits = std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
    return digits && !text.empty() && text.size() <= 18;  // fits 64 bits
}

[[noreturn]] void refuse(const GivenValue& value, const std::string& wanted) {
    throw UsageError(value.place + ": " + wanted + " is wanted, got \"" + value.text + "\"");
}

}  // namespace

const std::vector<GivenValue>& Given::all(std::string_view key) const {
    static const std::vector<GivenValue> none;
    const auto found = values_.find(key);
    return found == values_.end() ? none : found->second;
}

const GivenValue* Given::one(std::string_view key) const {
    const std::vector<GivenValue>& values = all(key);
    return values.empty() ? nullptr : &values.back();
}

bool Given::flag(std::string_view key) const {
    const GivenValue* value = one(key);
    return value != nullptr && value->text == "true";
}

void Given::fill_from(Given file, std::string path) {
    config_path_ = std::move(path);
    for (auto& [key, values] : file.values_) {
        if (values_.try_emplace(key, std::move(values)).second) from_file_.insert(key);
    }
}

Given Given::without_file() const {
    Given rest;
    for (const auto& [key, values] : values_) {
        if (!from_file_.contains(key)) rest.values_.emplace(key, values);
    }
    return rest;
}

void check_value(const Key& key, const GivenValue& value) {
    switch (key.kind) {
        case ValueKind::flag:
            if (value.text != "true" && value.text != "false") refuse(value, "true or false");
            return;
        case ValueKind::number:
            if (!is_whole_number(value.text)) refuse(value, "a whole number");
            return;
        case ValueKind::text:
            if (value.text.empty())
                throw UsageError(value.place + ": a value is missing, " + std::string(key.argument) + " is wanted");
            if (value.text.find('\0') != std::string::npos)  // where the system would take a name to end
                throw UsageError(value.place + ": text without NUL (\\u0000) is wanted");
            return;
        case ValueKind::choice: {
            const std::vector<std::string_view> words = words_of(key.argument);
            if (std::find(words.begin(), words.end(), value.text) != words.end()) return;
            const std::string_view near = nearest_name(value.text, words);
            if (!near.empty()) refuse(value, std::string(near) + " (of " + std::string(key.argument) + ")");
            refuse(value, std::string(key.argument));
        }
    }
}

}  // namespace trunkline::runtime
