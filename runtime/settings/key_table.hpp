#pragma once
// The settings of one program as a table, from which --help and the readers of command line and file come.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace trunkline::runtime {

/// What is written as the value.
enum class ValueKind : std::uint8_t {
    flag,    // nothing on the command line, true or false in the file
    text,    // a word, a path, an address; a string in the file
    number,  // a whole number from 0
    choice,  // one of Key::choices
};

/// One setting. All text is static.
struct Key {
    std::string_view name;  // "log_level" in the file, --log-level on the command line
    ValueKind kind = ValueKind::text;
    std::string_view argument = {};   // "LEVEL" in --help; for a choice its words, "debug|info|warning|error"
    std::string_view otherwise = {};  // the default as the user would write it; empty: none
    std::string_view text = {};       // one sentence, or lines
    bool repeats = false;             // may be given several times; an array in the file
    bool has_options = false;         // a URL; in the file also {"url": URL, NAME: VALUE}, as URL?NAME=VALUE
    bool is_available = true;         // otherwise it is refused by name
    bool is_for_tests = false;        // not in --help
};

/// A word that may stand first on the command line and does something else than running the program.
struct Command {
    std::string_view name;   // "passwd"
    std::string_view usage;  // "passwd FILE USER"
    std::string_view text;
    /// Of what stands behind the name. Returns the exit status; throws as the `run` of run_program() does.
    int (*run)(std::span<const char* const> arguments);
};

/// A program's name, what it does in a sentence, and its settings. --config, --check-config, --help and --version
/// belong to every program and stand in no table.
struct Program {
    std::string_view name;
    std::string_view version;
    std::string_view text;
    std::span<const Key> keys;
    std::span<const std::string_view> later_commands;  // words that later versions know, refused by name
    std::span<const Command> commands = {};
};

/// "--log-level".
std::string option_of(const Key& key);

/// nullptr for an unknown name.
const Key* find_key(const Program& program, std::string_view name);

/// The text of --help.
std::string help_text(const Program& program);

}  // namespace trunkline::runtime
