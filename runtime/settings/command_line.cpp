#include "runtime/settings/command_line.hpp"

#include <algorithm>
#include <CLI/CLI.hpp>
#include <map>
#include <vector>

#include "protocol/base/nearest_name.hpp"
#include "runtime/settings/config_file.hpp"
#include "runtime/settings/usage_error.hpp"

namespace trunkline::runtime {

namespace {

/// What CLI11 fills in, by key.
struct Written {
    std::map<std::string_view, std::vector<std::string>> values;
    std::map<std::string_view, bool> flags;
    std::vector<std::string> config;
    bool check_config = false;
    bool help = false;
    bool version = false;
};

void declare(CLI::App& app, const Program& program, Written& written) {
    app.set_help_flag();  // ours comes from the table
    app.allow_extras();   // refused below, with a hint
    app.add_flag("--help", written.help);
    app.add_flag("--version", written.version);
    app.add_flag("--check-config", written.check_config);
    app.add_option("--config", written.config)->expected(1)->take_all();
    for (const Key& key : program.keys) {
        if (!key.is_available) continue;
        if (key.kind == ValueKind::flag) app.add_flag(option_of(key), written.flags[key.name]);
        else app.add_option(option_of(key), written.values[key.name])->expected(1)->take_all();
    }
}

/// Why a word is none of this program's.
std::string why_unknown(const Program& program, const std::string& word) {
    const std::string option = word.substr(0, word.find('='));
    for (const Key& key : program.keys) {
        if (!key.is_available && option == option_of(key)) return option + ": not available in this version; remove it";
    }
    const auto& commands = program.later_commands;
    if (std::find(commands.begin(), commands.end(), word) != commands.end()) {
        return word + ": this command is not available in this version";
    }
    if (!word.starts_with('-')) return word + ": an option is wanted, as in --help";
    std::vector<std::string> options{"--config", "--check-config", "--help", "--version"};
    for (const Key& key : program.keys) options.push_back(option_of(key));
    const std::vector<std::string_view> known(options.begin(), options.end());
    const std::string_view near = nearest_name(option, known);
    if (near.empty()) return option + ": unknown option; --help lists the known ones";
    return option + ": unknown option; did you mean " + std::string(near) + "?";
}

/// Options that are given several times although they do not repeat would hide a mistake.
void take_values(const Key& key, std::vector<std::string>& values, Given& given) {
    const std::string place = option_of(key);
    if (values.size() > 1 && !key.repeats) throw UsageError(place + ": given twice; keep one of them");
    for (std::string& text : values) {
        GivenValue value{std::move(text), place};
        check_value(key, value);
        given.add(key.name, std::move(value));
    }
}

}  // namespace

CommandLine parse_command_line(const Program& program, int argc, const char* const* argv) {
    CLI::App app;
    Written written;
    declare(app, program, written);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        throw UsageError(error.what());
    }
    CommandLine line;
    if (written.help) line.wish = CommandLine::Wish::help;
    else if (written.version) line.wish = CommandLine::Wish::version;
    else if (written.check_config) line.wish = CommandLine::Wish::check_config;
    if (written.help || written.version) return line;

    const std::vector<std::string> extras = app.remaining();
    if (!extras.empty()) throw UsageError(why_unknown(program, extras.front()));
    if (written.config.size() > 1) throw UsageError("--config: given twice; keep one of them");
    if (!written.config.empty()) line.config_path = written.config.front();
    // As of a shell's variable that is not set: the defaults would be meant by nobody.
    if (!written.config.empty() && line.config_path.empty())
        throw UsageError("--config: a value is missing, FILE is wanted");
    for (const Key& key : program.keys) {
        if (!key.is_available) continue;
        if (key.kind != ValueKind::flag) {
            take_values(key, written.values[key.name], line.given);
        } else if (app.count(option_of(key)) > 0) {
            line.given.add(key.name, {written.flags[key.name] ? "true" : "false", option_of(key)});
        }
    }
    return line;
}

Given read_settings(const Program& program, const CommandLine& line) {
    Given given = line.given;
    if (!line.config_path.empty()) given.fill_from(read_config(program, line.config_path), line.config_path);
    return given;
}

Given read_again(const Program& program, const Given& before) {
    Given given = before.without_file();
    if (!before.config_path().empty())
        given.fill_from(read_config(program, before.config_path()), before.config_path());
    return given;
}

}  // namespace trunkline::runtime
