#pragma once
// The command line of a program with a table of settings.

#include <string>

#include "runtime/settings/given.hpp"
#include "runtime/settings/key_table.hpp"

namespace trunkline::runtime {

/// What the command line asks for.
struct CommandLine {
    enum class Wish { run, check_config, help, version };
    Wish wish = Wish::run;
    std::string config_path;  // empty: none
    Given given;              // of the command line alone
};

/// Throws UsageError: an unknown option (names the nearest known one), one that is not available in this version, a
/// value that is missing or of another kind, an operand.
CommandLine parse_command_line(const Program& program, int argc, const char* const* argv);

/// Command line over file. Throws UsageError.
Given read_settings(const Program& program, const CommandLine& line);
/// The same with the file as it is now.
Given read_again(const Program& program, const Given& before);

}  // namespace trunkline::runtime
