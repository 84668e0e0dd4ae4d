#include "simulator/live/own_program.hpp"

#include <doctest/doctest.h>

#include <thread>

#include "runtime/time/real_clock.hpp"
#include "runtime/transport/start_error.hpp"
#include "simulator/live/data_folders.hpp"

using namespace std::chrono_literals;
using namespace trunkline;
using namespace trunkline::sim;

namespace {

constexpr std::chrono::seconds return_patience{60};  // for a machine that is busy; nothing here waits so long

OwnProgram broker(std::optional<std::filesystem::path> data) {
    return {
        std::filesystem::path(TRUNKLINE_PROGRAMS_DIR) / "trunkline-broker", runtime::Scheme::mqtt, {}, std::move(data)};
}

/// Moves it on until it is back or has failed.
std::optional<OwnProgram::Return> await_return(OwnProgram& program) {
    const runtime::RealClock clock;
    const Instant latest = clock.now() + return_patience;
    while (!program.failure() && clock.now() < latest) {
        if (const auto back = program.advance(clock.now())) return back;
        std::this_thread::yield();
    }
    return std::nullopt;
}

}  // namespace

TEST_CASE("a program that is taken down comes back at the same address, whichever way its life ended") {
    const DataFolders folders;
    OwnProgram program = broker(folders.of("broker"));
    const runtime::Url before = program.url();
    for (const LifeEnd how : {LifeEnd::orderly, LifeEnd::killed}) {
        CHECK(program.go_down(how));
        CHECK(!program.is_up());
        program.come_up(false, runtime::RealClock().now());
        CHECK(program.is_returning());
        const auto back = await_return(program);
        REQUIRE(back.has_value());
        CHECK(back->state_kept);
        CHECK(program.is_up());
        CHECK(program.url().port == before.port);
    }
    program.ask_to_stop();
    program.await_end();
    CHECK(program.use().most_memory_octets > 0);
}

TEST_CASE("absences that overlap all have to end, and one of them that loses the state is enough") {
    const DataFolders folders;
    OwnProgram program = broker(folders.of("broker"));
    CHECK(program.go_down(LifeEnd::killed));
    CHECK(!program.go_down(LifeEnd::orderly));
    const Instant now = runtime::RealClock().now();
    program.come_up(true, now);
    CHECK(!program.is_returning());
    program.come_up(false, now);
    const auto back = await_return(program);
    REQUIRE(back.has_value());
    CHECK(!back->state_kept);
}

TEST_CASE("a program that ends although nobody asked it to is a failure that names it") {
    OwnProgram program("/bin/sh", runtime::Scheme::udp,
                       {"-c", "echo 2026-11-25T16:14:17Z info ready listen=udp://127.0.0.1:4242 >&2; exit 1"},
                       std::nullopt);
    CHECK(!await_return(program).has_value());
    REQUIRE(program.failure().has_value());
    CHECK(program.failure()->starts_with("sh ended during the run; it said: "));
}

TEST_CASE("a program whose ready line has no address of its kind is an error that quotes it") {
    CHECK_THROWS_AS(
        OwnProgram("/bin/sh", runtime::Scheme::udp,
                   {"-c", "echo 2026-11-25T16:14:17Z info ready listen=mqtt://127.0.0.1:1 >&2; exec tail -f /dev/null"},
                   std::nullopt),
        runtime::StartError);
}
