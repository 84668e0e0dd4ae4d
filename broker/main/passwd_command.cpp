#include "broker/main/passwd_command.hpp"

#include <termios.h>
#include <unistd.h>
#include <filesystem>
#include <iostream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "broker/main/replace_file.hpp"
#include "broker/net/access_files.hpp"
#include "broker/net/password_digest.hpp"
#include "runtime/settings/usage_error.hpp"

namespace trunkline::broker {

namespace {

using runtime::UsageError;

/// While it lives, the terminal does not show what is typed.
class HiddenTyping {
public:
    HiddenTyping() {
        is_terminal_ = ::tcgetattr(STDIN_FILENO, &before_) == 0;
        if (!is_terminal_) return;
        termios hidden = before_;
        hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
    }
    ~HiddenTyping() {
        if (is_terminal_) ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
    }
    HiddenTyping(const HiddenTyping&) = delete;
    HiddenTyping& operator=(const HiddenTyping&) = delete;

private:
    termios before_{};
    bool is_terminal_ = false;
};

std::string read_line() {
    std::string line;
    if (!std::getline(std::cin, line)) throw std::runtime_error("no password: standard input has ended");
    if (line.ends_with('\r')) line.pop_back();
    return line;
}

std::string ask(std::string_view question) {
    std::cerr << question << std::flush;
    const HiddenTyping hidden;
    std::string answer = read_line();
    std::cerr << '\n';
    return answer;
}

std::string read_password(bool from_stdin) {
    // Without a terminal there is nobody to ask twice.
    const bool asks = !from_stdin && ::isatty(STDIN_FILENO) == 1;
    std::string password = asks ? ask("Password: ") : read_line();
    if (asks && ask("The same again: ") != password) throw std::runtime_error("the two passwords differ");
    if (password.empty()) throw std::runtime_error("an empty password is none");
    if (password.size() > 65'535) throw std::runtime_error("MQTT passwords have at most 65535 octets");
    return password;
}

}  // namespace

int run_passwd_command(std::span<const char* const> arguments) {
    std::vector<std::string> operands;
    bool from_stdin = false;
    for (const std::string_view argument : arguments) {
        if (argument == "--stdin") from_stdin = true;
        else if (argument.starts_with("--"))
            throw UsageError(std::string(argument) + ": unknown option; --stdin is known");
        else operands.emplace_back(argument);
    }
    if (operands.size() != 2) throw UsageError("passwd: FILE and USER are wanted, as in passwd passwords operator");
    const std::filesystem::path path = operands[0];
    const std::string& user = operands[1];
    if (const std::string_view why = why_no_user_name(user); !why.empty())
        throw UsageError("passwd: " + std::string(why));

    std::string text;
    if (std::filesystem::exists(path)) {
        const auto existing = read_text(path);
        if (!existing) throw std::runtime_error(existing.error());
        text = *existing;
    }
    const std::string password = read_password(from_stdin);
    const std::string changed =
        with_password_line(text, user, hash_password(as_byte_view(password), modern_iterations));
    const auto parsed = PasswordFile::parse(changed);
    if (!parsed)
        throw std::runtime_error(path.string() + ':' + std::to_string(parsed.error().line) + ": " +
                                 parsed.error().reason);
    replace_file(path, changed);
    return 0;
}

}  // namespace trunkline::broker
