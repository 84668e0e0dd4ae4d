#pragma once
// A program with a setting of each kind.

#include <array>

#include "runtime/settings/key_table.hpp"

namespace trunkline::runtime {

inline constexpr std::array<Key, 7> sample_keys{{
    {.name = "listen",
     .argument = "URL",
     .otherwise = "mqtt://127.0.0.1:1883",
     .text = "Where to listen.",
     .repeats = true,
     .has_options = true},
    {.name = "data", .argument = "DIR", .text = "Where to store."},
    {.name = "log_level",
     .kind = ValueKind::choice,
     .argument = "debug|info|warning|error",
     .otherwise = "info",
     .text = "What to log."},
    {.name = "allow_anonymous", .kind = ValueKind::flag, .text = "Let everybody in."},
    {.name = "gateway_id", .kind = ValueKind::number, .argument = "N", .otherwise = "1", .text = "The number."},
    {.name = "acl_file", .argument = "FILE", .text = "Rules.", .is_available = false},
    {.name = "test_patience", .argument = "TIME", .text = "How long to wait.", .is_for_tests = true},
}};
inline constexpr std::array<std::string_view, 1> sample_commands{"passwd"};
inline constexpr Program sample{"trunkline-sample", "1.2.3", "Shows settings.", sample_keys, sample_commands};

}  // namespace trunkline::runtime
