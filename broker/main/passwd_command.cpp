#include "broker/main/passwd_command.hpp"

#include <termios.h>
#include <unistd.h>
#include <algorithm>
#include <charconv>
#include <cstdint>
#include <filesystem>
#include <iostream>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "broker/main/replace_file.hpp"
#include "broker/net/access_files.hpp"
#include "broker/net/password_digest.hpp"
#include "broker/net/scram_digest.hpp"
#include "runtime/settings/text_file.hpp"
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

/// What was asked for.
struct PasswdWish {
    std::filesystem::path path;
    std::string user;
    bool from_stdin = false;
    bool for_scram = false;
    std::optional<std::uint32_t> iterations;

    std::uint32_t least_iterations() const { return for_scram ? ScramCredential::least_iterations : 1'000; }
};

std::uint32_t iterations_of(const std::string& text, const PasswdWish& wish) {
    std::uint32_t count = 0;
    const char* end = text.data() + text.size();
    const auto [at, error] = std::from_chars(text.data(), end, count);
    if (error != std::errc() || at != end || count < wish.least_iterations() || count > PasswordHash::most_iterations)
        throw UsageError("--iterations: a number from " + std::to_string(wish.least_iterations()) + " to " +
                         std::to_string(PasswordHash::most_iterations) + " is wanted, got " + text);
    return count;
}

PasswdWish wish_of(std::span<const char* const> arguments) {
    PasswdWish wish;
    std::vector<std::string> operands;
    std::optional<std::string> iterations;
    for (std::size_t at = 0; at < arguments.size(); ++at) {
        const std::string argument = arguments[at];
        if (argument == "--stdin") wish.from_stdin = true;
        else if (argument == "--scram") wish.for_scram = true;
        else if (argument == "--iterations" && at + 1 < arguments.size()) iterations = arguments[++at];
        else if (argument.starts_with("--"))
            throw UsageError(argument + (argument == "--iterations" ? ": a value is missing"
                                                                    : ": unknown option; --scram, --iterations and "
                                                                      "--stdin are known"));
        else operands.push_back(argument);
    }
    if (operands.size() != 2) throw UsageError("passwd: FILE and USER are wanted, as in passwd passwords operator");
    wish.path = operands[0];
    wish.user = operands[1];
    if (iterations) wish.iterations = iterations_of(*iterations, wish);
    if (const std::string_view why = why_no_user_name(wish.user); !why.empty())
        throw UsageError("passwd: " + std::string(why));
    return wish;
}

/// Both sides would have to bring other characters into the same form (RFC 4013), and not every client does.
void check_for_scram(std::string_view text, std::string_view what) {
    const bool is_ascii = std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
    if (!is_ascii) throw std::runtime_error(std::string(what) + " for SCRAM: only printable ASCII is available here");
}

Credential credential_of(std::string_view password, const PasswdWish& wish) {
    if (!wish.for_scram) return hash_password(as_byte_view(password), wish.iterations.value_or(modern_iterations));
    check_for_scram(wish.user, "a user name");
    check_for_scram(password, "a password");
    return new_scram_credential(as_byte_view(password), wish.iterations.value_or(modern_scram_iterations));
}

}  // namespace

int run_passwd_command(std::span<const char* const> arguments) {
    const PasswdWish wish = wish_of(arguments);
    std::string text;
    if (std::filesystem::exists(wish.path)) {
        const auto existing = runtime::read_text(wish.path);
        if (!existing) throw std::runtime_error(existing.error());
        text = *existing;
    }
    const Credential credential = credential_of(read_password(wish.from_stdin), wish);
    const std::string changed = with_password_line(text, wish.user, credential);
    const auto parsed = PasswordFile::parse(changed);
    if (!parsed)
        throw std::runtime_error(wish.path.string() + ':' + std::to_string(parsed.error().line) + ": " +
                                 parsed.error().reason);
    replace_file(wish.path, changed);
    return 0;
}

}  // namespace trunkline::broker
