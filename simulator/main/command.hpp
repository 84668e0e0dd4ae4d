#pragma once
// What the command line asks for.

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "protocol/base/instant.hpp"
#include "simulator/scenario/scenario_reader.hpp"

namespace trunkline::sim {

struct RunCommand {
    std::string scenario_file;
    ReadOptions options;
    std::optional<std::string> broker_url;   // real clock: instead of a broker started for the run
    std::optional<std::string> gateway_url;  // real clock: instead of a gateway started for the run
    std::optional<std::string> report_folder;
    bool captures_all = false;  // capture.pcapng of every link, unless the scenario chooses some
    bool is_quiet = false;
};

struct ValidateCommand {
    std::string scenario_file;
    ReadOptions options;
};

/// The JSON Schema of scenarios.
struct SchemaCommand {};

/// One run for each of `count` seeds from `from` on.
struct SeedsCommand {
    std::string scenario_file;
    ReadOptions options;
    std::uint64_t from = 1;
    std::uint64_t count = 1;            // at least 1; from + count - 1 is a seed too
    std::optional<std::uint64_t> jobs;  // threads; none: one for each core
    bool is_quiet = false;
};

/// One run that fails, and ever smaller ones that fail in the same way.
struct ShrinkCommand {
    std::string scenario_file;
    ReadOptions options;                // seed and overrides
    std::optional<std::string> out;     // file; none: out/NAME-shrunk.json
    std::optional<std::uint64_t> jobs;  // threads; none: one for each core
    bool is_quiet = false;
};

struct NamedBroker {
    std::string name;
    std::string url;
};

/// One run with each of several brokers.
struct CompareCommand {
    std::string scenario_file;
    ReadOptions options;
    std::vector<NamedBroker> brokers;  // at least one, names differ
    std::optional<std::string> report_folder;
    bool is_quiet = false;
};

/// The largest value of a variable that meets an expectation.
struct SearchCommand {
    std::string scenario_file;
    ReadOptions options;
    std::string variable;  // of "vars"
    std::string from;
    std::string to;
    std::string expectation;       // its id
    std::uint64_t first_seed = 1;  // first_seed + seeds - 1 is a seed too
    std::uint64_t seeds = 5;       // at least 1
    std::optional<std::uint64_t> jobs;
    bool is_quiet = false;
};

/// The packets of some devices.
struct ReplayCommand {
    std::string scenario_file;
    ReadOptions options;
    std::optional<Duration> until;       // since the run's beginning; none: the run's end
    std::vector<std::string> selectors;  // at least one
};

/// Two reports, each a file or the folder that has it.
struct DiffCommand {
    std::string before;
    std::string after;
};

/// Nothing to do but to print this and to end with this status: help, version, bad usage.
struct Answer {
    std::string text;
    int exit_status = 0;
};

using Command = std::variant<RunCommand, ValidateCommand, SchemaCommand, SeedsCommand, ShrinkCommand, DiffCommand,
                             ReplayCommand, CompareCommand, SearchCommand, Answer>;

/// Exit statuses of the program.
constexpr int exit_passed = 0;
constexpr int exit_failed = 1;    // an expectation does not hold, or a promise is broken
constexpr int exit_invalid = 2;   // scenario or usage
constexpr int exit_internal = 3;  // our own mistake, or the machine's

/// Commands and options of later versions are refused by name.
Command parse_command_line(const std::vector<std::string>& words);

}  // namespace trunkline::sim
