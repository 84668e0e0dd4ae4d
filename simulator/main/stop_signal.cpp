#include "simulator/main/stop_signal.hpp"

#include <csignal>

namespace trunkline::sim {

namespace {

// The one thing that a signal handler may touch.
volatile std::sig_atomic_t asked = 0;

void ask(int signal) {
    asked = 1;
    std::signal(signal, SIG_DFL);
}

}  // namespace

void watch_stop_signals() {
    std::signal(SIGINT, ask);
    std::signal(SIGTERM, ask);
}

bool stop_was_asked() { return asked != 0; }

}  // namespace trunkline::sim
