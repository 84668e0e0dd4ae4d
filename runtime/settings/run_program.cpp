#include "runtime/settings/run_program.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <exception>
#include <iostream>
#include <string_view>

#include "runtime/settings/command_line.hpp"
#include "runtime/settings/usage_error.hpp"

namespace trunkline::runtime {

namespace {

constexpr int failed = 1;
constexpr int bad_usage = 2;

/// Whoever was started without one of them would give its number to a file or a socket, and write the log into that.
void open_standard_streams() {
    for (int number = 0; number <= STDERR_FILENO; ++number) {
        if (::fcntl(number, F_GETFD) >= 0 || errno != EBADF) continue;
        static_cast<void>(::open("/dev/null", O_RDWR));  // the lowest number that is free: this one
    }
}

}  // namespace

int run_program(const Program& program, int argc, const char* const* argv,
                const std::function<void(const Given&)>& check, const std::function<void(const Given&)>& run) {
    open_standard_streams();
    std::signal(SIGPIPE, SIG_IGN);  // a reader of the log that ends does not end us
    std::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow is a write that fails, as on a full disk
    try {
        const std::string_view word = argc > 1 ? argv[1] : "";
        for (const Command& command : program.commands) {
            if (word == command.name) return command.run({argv + 2, static_cast<std::size_t>(argc - 2)});
        }
        const CommandLine line = parse_command_line(program, argc, argv);
        if (line.wish == CommandLine::Wish::help) {
            std::cout << help_text(program);
        } else if (line.wish == CommandLine::Wish::version) {
            std::cout << program.name << ' ' << program.version << '\n';
        } else {
            const Given given = read_settings(program, line);
            check(given);
            if (line.wish == CommandLine::Wish::run) run(given);
            else std::cout << program.name << ": the settings are valid\n";
        }
        return 0;
    } catch (const UsageError& error) {
        std::cerr << program.name << ": " << error.what() << '\n';
        return bad_usage;
    } catch (const std::exception& error) {
        std::cerr << program.name << ": " << error.what() << '\n';
        return failed;
    }
}

}  // namespace trunkline::runtime
