#include "simulator/main/command.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <CLI/CLI.hpp>
#include <limits>

#include "protocol/base/nearest_name.hpp"
#include "simulator/plan/durations.hpp"

namespace trunkline::sim {

namespace {

constexpr std::array<std::string_view, 6> commands = {"run", "validate", "schema", "seeds", "shrink", "diff"};
constexpr std::array<std::string_view, 4> later_commands = {"compare", "replay", "search", "serve"};
constexpr std::uint64_t most_seeds = 1'000'000'000;
constexpr std::uint64_t most_jobs = 1'024;

Answer bad_usage(const std::string& text) { return {"trunkline-sim: " + text + "; --help explains", exit_invalid}; }

/// Read by ourselves: the library takes -1 for the largest number.
std::uint64_t parse_number(const std::string& option, const std::string& text, std::uint64_t least,
                           std::uint64_t most) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || number < least || number > most)
        throw CLI::ValidationError(option, "a whole number from " + std::to_string(least) + " to " +
                                               std::to_string(most) + " is wanted, got \"" + text + '"');
    return number;
}

std::uint64_t parse_seed(const std::string& option, const std::string& text) {
    return parse_number(option, text, 0, std::numeric_limits<std::uint64_t>::max());
}

/// What all commands take that read a scenario.
struct ScenarioWords {
    std::string file;
    std::vector<std::string> overrides;
    std::string seed;
    std::string clock;
    std::string duration;

    void add_to(CLI::App& command) {
        add_shared_to(command);
        command.add_option("--seed", seed, "Instead of the scenario's seed")->type_name("N");
        command.add_option("--clock", clock, "Instead of the scenario's clock")
            ->check(CLI::IsMember({"virtual", "real"}))
            ->type_name("virtual|real");
    }
    /// Without what says which seed and which clock.
    void add_shared_to(CLI::App& command) {
        add_file_to(command);
        command.add_option("--duration", duration, "Length of the run phase, like 90s or 1h30m")->type_name("DURATION");
    }
    void add_file_to(CLI::App& command) {
        command.add_option("scenario", file, "Scenario file; docs/scenario.md has the format and the link presets")
            ->required()
            ->type_name("SCENARIO");
        // One value each: what follows is the next option.
        command.add_option("--set", overrides, "Replace a value: links.radio.loss.p=0.3, or a variable: p=0.3")
            ->allow_extra_args(false)
            ->type_name("PATH=VALUE");
    }
    ReadOptions options() const {
        ReadOptions options;
        options.overrides = overrides;
        if (!seed.empty()) options.seed = parse_seed("--seed", seed);
        if (!clock.empty()) options.clock = clock == "real" ? ClockMode::real_time : ClockMode::virtual_time;
        if (duration.empty()) return options;
        const auto parsed = parse_duration(duration);
        if (!parsed)
            throw CLI::ValidationError("--duration", "a duration is wanted, like 90s, 10m or 1h30m, got \"" + duration +
                                                         "\": " + parsed.error().text);
        if (*parsed < std::chrono::seconds(1) || *parsed > std::chrono::hours(24 * 366))
            throw CLI::ValidationError("--duration", "a duration from 1s to 366d is wanted, got \"" + duration + '"');
        options.run = *parsed;
        return options;
    }
};

struct RunWords {
    std::string broker;
    std::string gateway;
    std::string report;
    bool quiet = false;

    void add_to(CLI::App& command) {
        command.add_option("--broker", broker, "With --clock real: the broker to use instead of one of our own")
            ->type_name("URL");
        command.add_option("--gateway", gateway, "With --clock real: the gateway to use instead of one of our own")
            ->type_name("URL");
        command.add_option("--report", report, "Folder for report.json and run.json; default out/NAME-SEED")
            ->type_name("DIR");
        command.add_flag("--quiet", quiet, "No progress and no summary");
    }
};

struct SeedsWords {
    ScenarioWords scenario;
    std::string from = "1";
    std::string count;
    std::string jobs;
    bool quiet = false;

    void add_to(CLI::App& command) {
        scenario.add_shared_to(command);
        command.add_option("--from", from, "The first seed; default 1")->type_name("A");
        command.add_option("--count", count, "How many seeds")->required()->type_name("N");
        command.add_option("--jobs", jobs, "Runs at the same time; default one for each core")->type_name("J");
        command.add_flag("--quiet", quiet, "No progress, and nothing when all hold");
    }
    SeedsCommand command() const {
        SeedsCommand command;
        command.scenario_file = scenario.file;
        command.options = scenario.options();
        command.from = parse_seed("--from", from);
        command.count = parse_number("--count", count, 1, most_seeds);
        if (command.from > std::numeric_limits<std::uint64_t>::max() - (command.count - 1))
            throw CLI::ValidationError("--count", "seeds end at 18446744073709551615");
        if (!jobs.empty()) command.jobs = parse_number("--jobs", jobs, 1, most_jobs);
        command.is_quiet = quiet;
        return command;
    }
};

struct ShrinkWords {
    ScenarioWords scenario;
    std::string out;
    bool quiet = false;

    void add_to(CLI::App& command) {
        scenario.add_file_to(command);
        command.add_option("--seed", scenario.seed, "The seed that fails, instead of the scenario's")->type_name("N");
        command.add_option("--out", out, "Where the small scenario goes; default out/NAME-shrunk.json")
            ->type_name("FILE");
        command.add_flag("--quiet", quiet, "No progress");
    }
};

std::optional<std::string> unless_empty(const std::string& text) {
    return text.empty() ? std::nullopt : std::optional(text);
}

Command parse(CLI::App& app, std::vector<std::string> words) {
    CLI::App* run = app.add_subcommand("run", "Run a scenario and judge its expectations");
    CLI::App* validate = app.add_subcommand("validate", "Read a scenario and say what is wrong with it");
    CLI::App* schema = app.add_subcommand("schema", "Print the JSON Schema of scenarios, for editors");
    CLI::App* seeds = app.add_subcommand("seeds", "Run a scenario with many seeds, until one fails");
    CLI::App* shrink = app.add_subcommand("shrink", "Make a scenario that fails as small as it can be");
    CLI::App* diff = app.add_subcommand("diff", "Say in what two reports differ");
    ScenarioWords run_scenario;
    RunWords run_words;
    ScenarioWords validate_scenario;
    SeedsWords seeds_words;
    ShrinkWords shrink_words;
    DiffCommand diff_words;
    run_scenario.add_to(*run);
    run_words.add_to(*run);
    validate_scenario.add_to(*validate);
    seeds_words.add_to(*seeds);
    shrink_words.add_to(*shrink);
    diff->add_option("before", diff_words.before, "report.json, or its folder")->required()->type_name("REPORT");
    diff->add_option("after", diff_words.after, "The other one")->required()->type_name("REPORT");
    app.require_subcommand(1);
    std::reverse(words.begin(), words.end());  // the library takes them from the back
    app.parse(std::move(words));
    if (*validate) return ValidateCommand{validate_scenario.file, validate_scenario.options()};
    if (*schema) return SchemaCommand{};
    if (*seeds) return seeds_words.command();
    if (*diff) return diff_words;
    if (*shrink) {
        return ShrinkCommand{shrink_words.scenario.file, shrink_words.scenario.options(),
                             unless_empty(shrink_words.out), shrink_words.quiet};
    }
    RunCommand command;
    command.scenario_file = run_scenario.file;
    command.options = run_scenario.options();
    command.broker_url = unless_empty(run_words.broker);
    command.gateway_url = unless_empty(run_words.gateway);
    command.report_folder = unless_empty(run_words.report);
    command.is_quiet = run_words.quiet;
    return command;
}

std::optional<Answer> refused_by_name(const std::vector<std::string>& words) {
    const auto is_later = [](std::string_view word) {
        return std::find(later_commands.begin(), later_commands.end(), word) != later_commands.end();
    };
    if (!words.empty() && is_later(words.front()))
        return bad_usage("the command \"" + words.front() + "\" is not available in this version");
    const bool is_unknown = !words.empty() && !words.front().starts_with('-') &&
                            std::find(commands.begin(), commands.end(), words.front()) == commands.end();
    if (is_unknown) {
        const std::string_view near = nearest_name(words.front(), commands);
        return bad_usage("there is no command \"" + words.front() + "\"; " +
                         (near.empty() ? "run, validate, schema, seeds, shrink and diff are available"
                                       : "did you mean \"" + std::string(near) + "\"?"));
    }
    const auto pcap = std::find_if(words.begin(), words.end(), [](const std::string& word) {
        return word == "--pcap" || word.starts_with("--pcap=");
    });
    if (pcap != words.end()) return bad_usage("the option --pcap is not available in this version");
    return std::nullopt;
}

}  // namespace

Command parse_command_line(const std::vector<std::string>& words) {
    if (const auto refused = refused_by_name(words)) return *refused;
    CLI::App app("Plays pipeline sensors over bad links, in virtual or real time, and accounts for every reading",
                 "trunkline-sim");
    app.set_version_flag("--version", "trunkline-sim " TRUNKLINE_VERSION);
    app.footer("Exit status: 0 all expectations hold, 1 one fails, 2 invalid scenario or usage, 3 internal error");
    try {
        return parse(app, words);
    } catch (const CLI::CallForHelp&) {
        const auto chosen = app.get_subcommands();
        std::string help = chosen.empty() ? app.help() : chosen.front()->help();
        help.erase(help.find_last_not_of('\n') + 1);
        return Answer{help, exit_passed};
    } catch (const CLI::CallForVersion& version) {
        return Answer{version.what(), exit_passed};
    } catch (const CLI::ParseError& error) {
        std::string text = error.what();
        std::replace(text.begin(), text.end(), '\n', ' ');
        return bad_usage(text);
    }
}

}  // namespace trunkline::sim
