#include "simulator/main/command.hpp"

#include <algorithm>
#include <array>
#include <CLI/CLI.hpp>
#include <initializer_list>
#include <limits>

#include "protocol/base/nearest_name.hpp"
#include "simulator/main/scenario_words.hpp"

namespace trunkline::sim {

namespace {

constexpr std::array<std::string_view, 9> commands = {"run",  "validate", "schema",  "seeds", "shrink",
                                                      "diff", "replay",   "compare", "search"};
constexpr std::array<std::string_view, 1> later_commands = {"serve"};
constexpr std::uint64_t most_seeds = 1'000'000'000;
constexpr std::uint64_t most_jobs = 1'024;

Answer bad_usage(const std::string& text) { return {"trunkline-sim: " + text + "; --help explains", exit_invalid}; }

std::optional<std::string> unless_empty(const std::string& text) {
    return text.empty() ? std::nullopt : std::optional(text);
}

struct RunWords {
    std::string broker;
    std::string gateway;
    std::string report;
    bool pcap = false;
    bool quiet = false;

    void add_to(CLI::App& command) {
        command.add_option("--broker", broker, "With --clock real: the broker to use instead of one of our own")
            ->type_name("URL");
        command.add_option("--gateway", gateway, "With --clock real: the gateway to use instead of one of our own")
            ->type_name("URL");
        command.add_option("--report", report, "Folder for the report; default the scenario's, or out/NAME-SEED")
            ->type_name("DIR");
        command.add_flag("--pcap", pcap,
                         "Also capture.pcapng, of every link, or of those that the scenario's report chooses");
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
    std::string jobs;
    bool quiet = false;

    void add_to(CLI::App& command) {
        scenario.add_file_to(command);
        command.add_option("--seed", scenario.seed, "The seed that fails, instead of the scenario's")->type_name("N");
        command.add_option("--jobs", jobs, "Runs at the same time; default one for each core")->type_name("J");
        command.add_option("--out", out, "Where the small scenario goes; default out/NAME-shrunk.json")
            ->type_name("FILE");
        command.add_flag("--quiet", quiet, "No progress");
    }
    ShrinkCommand command() const {
        ShrinkCommand command;
        command.scenario_file = scenario.file;
        command.options = scenario.options();
        command.out = unless_empty(out);
        if (!jobs.empty()) command.jobs = parse_number("--jobs", jobs, 1, most_jobs);
        command.is_quiet = quiet;
        return command;
    }
};

struct ReplayWords {
    ScenarioWords scenario;
    std::string until;
    std::vector<std::string> traced;

    void add_to(CLI::App& command) {
        scenario.add_seeded_to(command);
        command.add_option("--until", until, "Ends at this time of the run, like 90s or 1h30m; default its end")
            ->type_name("T");
        command
            .add_option("--trace", traced,
                        "Whose packets: sensor:GLOB, station:GLOB, gateway:GLOB, actor:GLOB, link:GLOB, "
                        "broker.session:CLIENTID or broker; may be given several times")
            ->required()
            ->allow_extra_args(false)
            ->type_name("SELECTOR");
    }
    ReplayCommand command() const {
        ReplayCommand command{scenario.file, scenario.options(), std::nullopt, traced};
        if (!until.empty()) command.until = parse_length("--until", until);
        return command;
    }
};

struct CompareWords {
    ScenarioWords scenario;
    std::vector<std::string> brokers;
    std::string report;
    bool quiet = false;

    void add_to(CLI::App& command) {
        scenario.add_seeded_to(command);
        command
            .add_option("--broker", brokers,
                        "A broker by address, which begins empty: mosquitto=mqtt://127.0.0.1:1883; once for each")
            ->required()
            ->allow_extra_args(false)
            ->type_name("NAME=URL");
        command
            .add_option("--report", report,
                        "Folder for compare.html and each run's report; default out/compare-NAME-SEED")
            ->type_name("DIR");
        command.add_flag("--quiet", quiet, "No progress and no table");
    }
    CompareCommand command() const {
        CompareCommand command{scenario.file, scenario.options(), {}, std::nullopt, quiet};
        if (!report.empty()) command.report_folder = report;
        for (const std::string& each : brokers) command.brokers.push_back(named(each, command.brokers));
        return command;
    }

private:
    /// A name is a folder too.
    static NamedBroker named(const std::string& text, const std::vector<NamedBroker>& others) {
        constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
        const std::size_t equals = text.find('=');
        const std::string name = text.substr(0, equals);
        const bool is_good = equals != std::string::npos && !name.empty() && name.size() <= 32 &&
                             name.find_first_not_of(letters) == std::string::npos && equals + 1 < text.size();
        if (!is_good)
            throw CLI::ValidationError(
                "--broker", "NAME=URL is wanted, with a name of letters, digits, \"-\" and \"_\", got \"" + text + '"');
        for (const NamedBroker& other : others) {
            if (other.name == name) throw CLI::ValidationError("--broker", "two are called \"" + name + '"');
        }
        return {name, text.substr(equals + 1)};
    }
};

struct SearchWords {
    ScenarioWords scenario;
    SearchCommand plain;
    std::string first_seed = "1";
    std::string seeds = "5";
    std::string jobs;

    void add_to(CLI::App& command) {
        scenario.add_shared_to(command);
        command.add_option("--maximize", plain.variable, "The variable of \"vars\" whose largest value is wanted")
            ->required()
            ->type_name("VAR");
        command.add_option("--from", plain.from, "The smallest value, like 10, 0.05 or 250ms")
            ->required()
            ->type_name("A");
        command.add_option("--to", plain.to, "The largest value, with the same unit")->required()->type_name("B");
        command.add_option("--until", plain.expectation, "The expectation that has to hold, by its id")
            ->required()
            ->type_name("EXPECTATION");
        command.add_option("--seeds", seeds, "With how many seeds it has to hold; default 5")->type_name("N");
        command.add_option("--first-seed", first_seed, "The first of them; default 1")->type_name("N");
        command.add_option("--jobs", jobs, "Runs at the same time; default one for each core")->type_name("J");
        command.add_flag("--quiet", plain.is_quiet, "The answer only");
    }
    SearchCommand command() const {
        SearchCommand command = plain;
        command.scenario_file = scenario.file;
        command.options = scenario.options();
        command.seeds = parse_number("--seeds", seeds, 1, most_seeds);
        command.first_seed = parse_number("--first-seed", first_seed, 0,
                                          std::numeric_limits<std::uint64_t>::max() - (command.seeds - 1));
        if (!jobs.empty()) command.jobs = parse_number("--jobs", jobs, 1, most_jobs);
        return command;
    }
};

struct Statuses {
    CLI::App* command;
    std::string_view own;
};

void tell_statuses(std::initializer_list<Statuses> all) {
    for (const Statuses& each : all)
        each.command->footer("Exit status: " + std::string(each.own) +
                             "; 2 invalid scenario or usage, 3 internal error");
}

Command parse(CLI::App& app, std::vector<std::string> words) {
    CLI::App* run = app.add_subcommand("run", "Run a scenario and judge its expectations");
    CLI::App* validate = app.add_subcommand("validate", "Read a scenario and say what is wrong with it");
    CLI::App* schema = app.add_subcommand("schema", "Print the JSON Schema of scenarios, for editors");
    CLI::App* seeds = app.add_subcommand("seeds", "Run a scenario with many seeds, until one fails");
    CLI::App* shrink = app.add_subcommand("shrink", "Make a scenario that fails as small as it can be");
    CLI::App* diff = app.add_subcommand("diff", "Say in what two reports differ");
    CLI::App* replay = app.add_subcommand("replay", "Show every packet of chosen devices, decoded, with its fate");
    CLI::App* compare = app.add_subcommand("compare", "Run a scenario in real time with several brokers, side by side");
    CLI::App* search = app.add_subcommand("search", "Find the largest value of a variable that meets an expectation");
    ScenarioWords run_scenario;
    RunWords run_words;
    ScenarioWords validate_scenario;
    SeedsWords seeds_words;
    ShrinkWords shrink_words;
    DiffCommand diff_words;
    ReplayWords replay_words;
    CompareWords compare_words;
    SearchWords search_words;
    run_scenario.add_to(*run);
    run_words.add_to(*run);
    validate_scenario.add_to(*validate);
    seeds_words.add_to(*seeds);
    shrink_words.add_to(*shrink);
    replay_words.add_to(*replay);
    compare_words.add_to(*compare);
    search_words.add_to(*search);
    diff->add_option("before", diff_words.before, "report.json, or its folder")->required()->type_name("REPORT");
    diff->add_option("after", diff_words.after, "The other one")->required()->type_name("REPORT");
    tell_statuses({{run, "0 all expectations hold, 1 one fails, or the run was stopped"},
                   {validate, "0 it is valid"},
                   {schema, "0"},
                   {seeds, "0 all seeds hold, 1 one fails"},
                   {shrink, "0 a smaller scenario is written, 2 also if nothing fails"},
                   {diff, "0 they are the same, 1 they differ"},
                   {replay, "0"},
                   {compare, "0 every broker meets every expectation, 1 one does not"},
                   {search, "0 the largest value was found, 1 not even the smallest will do"}});
    app.require_subcommand(1);
    std::reverse(words.begin(), words.end());  // the library takes them from the back
    app.parse(std::move(words));
    if (*validate) return ValidateCommand{validate_scenario.file, validate_scenario.options()};
    if (*schema) return SchemaCommand{};
    if (*seeds) return seeds_words.command();
    if (*diff) return diff_words;
    if (*replay) return replay_words.command();
    if (*compare) return compare_words.command();
    if (*search) return search_words.command();
    if (*shrink) return shrink_words.command();
    RunCommand command;
    command.scenario_file = run_scenario.file;
    command.options = run_scenario.options();
    command.broker_url = unless_empty(run_words.broker);
    command.gateway_url = unless_empty(run_words.gateway);
    command.report_folder = unless_empty(run_words.report);
    command.captures_all = run_words.pcap;
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
                         (near.empty()
                              ? "run, validate, schema, seeds, shrink, diff, replay, compare and search are available"
                              : "did you mean \"" + std::string(near) + "\"?"));
    }
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
        std::string help = chosen.empty() ? app.help() : chosen.front()->help(app.get_name());
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
