// Any text is refused in one line, or is settings whose values fit their keys.

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "broker/program/limits.hpp"
#include "runtime/settings/config_file.hpp"
#include "runtime/settings/usage_error.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace trunkline;
using trunkline::fuzz::require;

namespace {

using runtime::Key;
using runtime::ValueKind;

/// A key of every other kind beside those of the limits.
constexpr std::array<Key, 5> own_keys{{
    {.name = "listen", .argument = "URL", .repeats = true, .has_options = true},
    {.name = "data", .argument = "DIR"},
    {.name = "allow_anonymous", .kind = ValueKind::flag},
    {.name = "log_level", .kind = ValueKind::choice, .argument = "debug|info|warning|error"},
    {.name = "later", .argument = "X", .is_available = false},
}};
constexpr auto keys = [] {
    std::array<Key, own_keys.size() + broker::limit_keys.size()> all;
    std::copy(broker::limit_keys.begin(), broker::limit_keys.end(),
              std::copy(own_keys.begin(), own_keys.end(), all.begin()));
    return all;
}();
const runtime::Program program{"fuzzed", "0", "", keys, {}, {}};

void check_values(const runtime::Given& given) {
    for (const Key& key : keys) {
        const auto& values = given.all(key.name);
        require(key.is_available || values.empty(), "what is not available is refused");
        require(key.repeats || values.size() <= 1, "what does not repeat is given once");
        for (const runtime::GivenValue& value : values) {
            require(!value.place.empty(), "every value knows its place");
            runtime::check_value(key, value);  // throws what is caught below: as if the text had been refused
            const bool has_digits = !value.text.empty() && std::all_of(value.text.begin(), value.text.end(),
                                                                       [](char c) { return c >= '0' && c <= '9'; });
            require(key.kind != ValueKind::number || has_digits, "a number is digits");
            require(key.kind != ValueKind::flag || value.text == "true" || value.text == "false", "a flag is a flag");
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* input, std::size_t size) {
    try {
        check_values(runtime::parse_config(program, as_text(fuzz::as_byte_view(input, size)), "fuzzed.json"));
    } catch (const runtime::UsageError& error) {
        const std::string_view why = error.what();
        require(!why.empty() && why.find('\n') == std::string_view::npos, "a refusal is one line");
    }
    return 0;
}
