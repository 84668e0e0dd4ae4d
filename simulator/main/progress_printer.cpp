#include "simulator/main/progress_printer.hpp"

#include <unistd.h>

#include <cstdlib>
#include <iostream>

namespace trunkline::sim {

namespace {

// A run that is over before needs no progress.
constexpr Duration first_line = std::chrono::milliseconds(300);
constexpr Duration terminal_interval = std::chrono::milliseconds(200);
constexpr Duration log_interval = std::chrono::seconds(5);

}  // namespace

ProgressPrinter::ProgressPrinter(bool is_quiet, Instant started)
    : is_quiet_(is_quiet),
      is_terminal_(::isatty(STDERR_FILENO) == 1),
      due_(started + (is_terminal_ ? first_line : log_interval)) {}

bool ProgressPrinter::is_due(Instant now) const { return !is_quiet_ && now >= due_; }

void ProgressPrinter::show(std::string_view line, Instant now) {
    if (!is_due(now)) return;
    due_ = now + (is_terminal_ ? terminal_interval : log_interval);
    line_stands_ = is_terminal_;
    if (is_terminal_) std::cerr << '\r' << line << "\x1b[K" << std::flush;
    else std::cerr << line << std::endl;
}

void ProgressPrinter::done() {
    if (line_stands_) std::cerr << "\r\x1b[K" << std::flush;
    line_stands_ = false;
}

bool wants_colours() {
    const char* terminal = std::getenv("TERM");
    const bool is_dumb = terminal == nullptr || std::string_view(terminal) == "dumb";
    return ::isatty(STDOUT_FILENO) == 1 && !is_dumb && std::getenv("NO_COLOR") == nullptr;
}

}  // namespace trunkline::sim
