#include "runtime/settings/key_table.hpp"

#include <algorithm>

namespace trunkline::runtime {

namespace {

constexpr std::size_t text_column = 30;

void append_row(std::string& help, std::string left, std::string_view right) {
    left.insert(0, "  ");
    if (left.size() + 2 > text_column) {
        help += left + '\n';
        left.clear();
    }
    left.resize(text_column, ' ');
    for (std::size_t end = right.find('\n'); end != std::string_view::npos; end = right.find('\n')) {
        help += left;
        help += right.substr(0, end + 1);
        left.assign(text_column, ' ');
        right.remove_prefix(end + 1);
    }
    help += left;
    help += right;
    help += '\n';
}

std::string left_of(const Key& key) {
    std::string left = option_of(key);
    if (key.kind != ValueKind::flag) left += ' ' + std::string(key.argument);
    if (key.repeats) left += " ...";
    return left;
}

std::string right_of(const Key& key) {
    std::string right(key.text);
    if (!key.otherwise.empty()) right += " [" + std::string(key.otherwise) + "]";
    return right;
}

}  // namespace

std::string option_of(const Key& key) {
    std::string option = "--" + std::string(key.name);
    std::replace(option.begin(), option.end(), '_', '-');
    return option;
}

const Key* find_key(const Program& program, std::string_view name) {
    const auto found =
        std::find_if(program.keys.begin(), program.keys.end(), [&](const Key& k) { return k.name == name; });
    return found == program.keys.end() ? nullptr : &*found;
}

std::string help_text(const Program& program) {
    std::string help =
        "Usage: " + std::string(program.name) + " [OPTION]...\n" + std::string(program.text) + "\n\nOptions:\n";
    append_row(help, "--config FILE", "Read settings from a JSON file (comments allowed); options win over it.");
    for (const Key& key : program.keys) {
        if (key.is_available && !key.is_for_tests) append_row(help, left_of(key), right_of(key));
    }
    append_row(help, "--check-config", "Check the settings, say what is wrong, and end.");
    append_row(help, "--help", "Print this and end.");
    append_row(help, "--version", "Print the version and end.");
    if (!program.commands.empty()) help += "\nCommands, which stand in place of options:\n";
    for (const Command& command : program.commands) append_row(help, std::string(command.usage), command.text);
    std::string later;
    for (const Key& key : program.keys) {
        if (!key.is_available) later += (later.empty() ? "" : ", ") + option_of(key);
    }
    for (const std::string_view command : program.later_commands)
        later += (later.empty() ? "" : ", ") + std::string(command);
    help += "\nA key of the file is an option's name with _ instead of -, as in {\"log_level\": \"debug\"}.\n";
    if (!later.empty()) help += "Not available in this version: " + later + ".\n";
    return help;
}

}  // namespace trunkline::runtime
