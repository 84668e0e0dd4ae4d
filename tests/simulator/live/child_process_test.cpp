#include "simulator/live/child_process.hpp"

#include <doctest/doctest.h>

#include <csignal>
#include <string>

#include "runtime/transport/start_error.hpp"

using namespace std::chrono_literals;
using trunkline::runtime::StartError;
using trunkline::sim::ChildProcess;

namespace {

constexpr auto patience = 20s;  // for a machine that is busy; nothing here waits so long

std::vector<std::string> script(const std::string& text) { return {"-c", text}; }

const std::string says_ready = "echo 2026-11-25T16:14:17Z info ready listen=udp://127.0.0.1:4242 >&2; ";

std::string start_error_of(const std::string& program, const std::vector<std::string>& arguments) {
    try {
        ChildProcess process(program, arguments);
        process.await_ready(patience);
    } catch (const StartError& error) {
        return error.what();
    }
    return "";
}

}  // namespace

TEST_CASE("a child's ready line is awaited, and it ends when asked") {
    ChildProcess process("/bin/sh", script(says_ready + "exec tail -f /dev/null"));
    CHECK(process.await_ready(patience) == "udp://127.0.0.1:4242");
    CHECK(process.is_running());
    process.ask_to_stop();
    CHECK(!process.await_end(patience));  // by SIGTERM, not by an exit of its own
    CHECK(!process.is_running());
}

TEST_CASE("a child that ends in order on SIGTERM is told from one that does not") {
    ChildProcess process("/bin/sh",
                         script("trap 'exit 0' TERM; " + says_ready + "while :; do read x </dev/null; done"));
    process.await_ready(patience);
    process.ask_to_stop();
    CHECK(process.await_end(patience));
}

TEST_CASE("a child that ends at its start is an error that quotes it") {
    const std::string error = start_error_of("/bin/sh", script("echo address in use >&2; exit 1"));
    CHECK(error == "sh ended at its start; it said: address in use");
    CHECK(start_error_of("/bin/sh", script("exit 1")) == "sh ended at its start; it said nothing");
}

TEST_CASE("a program that is not there is an error that names it and the remedy") {
    const std::string error = start_error_of("/nowhere/trunkline-broker", {});
    CHECK(error.starts_with("cannot start /nowhere/trunkline-broker: No such file or directory; build"));
}

TEST_CASE("a child that ends during the run is noticed, with its last lines") {
    ChildProcess process("/bin/sh", script(says_ready + "echo out of memory >&2; exit 3"));
    process.await_ready(patience);
    CHECK(!process.await_end(patience));
    CHECK(!process.is_running());
    CHECK(process.last_lines().find("out of memory") != std::string::npos);
}

TEST_CASE("no child outlives its object") {
    pid_t pid = 0;
    {
        ChildProcess process("/bin/sh", script(says_ready + "exec tail -f /dev/null"));
        process.await_ready(patience);
        pid = process.pid();
        CHECK(::kill(pid, 0) == 0);
    }
    CHECK(::kill(pid, 0) != 0);
}
