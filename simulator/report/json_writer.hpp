#pragma once
// Writes JSON that is the same to the byte for the same values: keys in the order of the calls, numbers in the shortest
// form that reads back as the same.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace trunkline::sim {

/// Two spaces per level. The caller opens and closes in pairs and gives each member of an object its key.
class JsonWriter {
public:
    JsonWriter& begin_object() { return open('{', '}'); }
    JsonWriter& begin_list() { return open('[', ']'); }
    /// A list whose values, all numbers, stand on one line.
    JsonWriter& begin_row() { return open('[', ']', true); }
    /// An object on one line.
    JsonWriter& begin_line() { return open('{', '}', true); }
    JsonWriter& end();
    JsonWriter& key(std::string_view name);

    JsonWriter& value(std::string_view text);  // well-formed UTF-8
    JsonWriter& value(const char* text) { return value(std::string_view(text)); }
    JsonWriter& value(std::uint64_t number);
    JsonWriter& value(double number);  // null if it is not finite
    JsonWriter& value(bool truth);
    JsonWriter& null();

    template <typename Value>
    JsonWriter& member(std::string_view name, Value each) {
        return key(name).value(each);
    }

    /// The whole text with a newline at its end, once all is closed.
    std::string take();

private:
    struct Level {
        char closing;
        bool is_row;
        bool is_empty = true;
    };
    JsonWriter& open(char opening, char closing, bool is_row = false);
    void before_value();
    void new_line();
    void append_text(std::string_view text);

    std::string text_;
    std::vector<Level> levels_;
    bool after_key_ = false;
};

}  // namespace trunkline::sim
