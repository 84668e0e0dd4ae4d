#pragma once
// A whole number that the user gave.

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/settings/given.hpp"
#include "runtime/settings/usage_error.hpp"

namespace trunkline::gateway {

/// Nothing: the key is not given. Throws runtime::UsageError.
inline std::optional<std::uint64_t> given_number(const runtime::Given& given, std::string_view key, std::uint64_t least,
                                                 std::uint64_t most) {
    const runtime::GivenValue* value = given.one(key);
    if (value == nullptr) return std::nullopt;
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(value->text.data(), value->text.data() + value->text.size(), number);
    if (error != std::errc() || number < least || number > most) {
        throw runtime::UsageError(value->place + ": a number from " + std::to_string(least) + " to " +
                                  std::to_string(most) + " is wanted, got " + value->text);
    }
    return number;
}

}  // namespace trunkline::gateway
