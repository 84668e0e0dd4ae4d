#include "broker/net/access_driver.hpp"

#include <chrono>
#include <fstream>
#include <string>

#include <doctest/doctest.h>

#include "broker/net/password_digest.hpp"
#include "protocol/mqtt/codec.hpp"
#include "runtime/time/real_clock.hpp"
#include "runtime/transport/start_error.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace trunkline;
using namespace trunkline::broker;
using namespace std::chrono_literals;

namespace {

Settings two_listeners() {
    Settings settings;
    settings.listeners.resize(2);
    return settings;
}

/// A broker with two listeners and a password file of one user, and the driver between.
struct Gate {
    explicit Gate(PasswordSettings passwords = {}) : core(two_listeners()) {
        write("people", password_line("north", hash_password(as_byte_view("secret"), 1)));
        core.start(clock.now(), clock.wall());
        AccessSettings guarded;
        guarded.password_file = folder.file("people");
        guarded.allows_anonymous = false;
        driver.emplace(std::vector<AccessSettings>{AccessSettings(), guarded}, passwords, core, loop);
    }
    void write(const char* name, const std::string& text) const { std::ofstream(folder.file(name)) << text << '\n'; }
    /// Sends CONNECT and exchanges once: whether the client is in.
    bool connect(std::uint16_t listener, std::string_view user, std::string_view password) {
        const ConnectionId id{++last_id};
        TransportInfo info;
        info.peer = "127.0.0.1:50412";
        info.listener_id = ListenerId{listener};
        core.opened(id, info, clock.now());
        mqtt::Connect packet;
        const std::string client_id = "client-" + std::to_string(last_id);
        packet.client_id = client_id;
        packet.user_name = user;
        packet.password = as_byte_view(password);
        OutputBytes bytes;
        mqtt::encode(packet, packet.version, bytes);
        const std::size_t before = core.client_count();
        core.received(id, bytes.view(), clock.now());
        driver->exchange(clock.now());
        return core.client_count() > before;
    }
    /// Until a worker's verdict has come: whether it was a good one.
    bool verdict() {
        const std::size_t before = core.client_count();
        const std::uint64_t refused = core.counters().connections_refused;
        const Instant give_up = clock.now() + 15s;
        while (core.client_count() == before && core.counters().connections_refused == refused) {
            REQUIRE(clock.now() < give_up);
            loop.run_round(give_up);
            driver->exchange(clock.now());
        }
        return core.client_count() > before;
    }

    test::TemporaryFolder folder;
    runtime::RealClock clock;
    runtime::EventLoop loop;
    Broker core;
    std::optional<AccessDriver> driver;
    std::uint64_t last_id = 0;
};

}  // namespace

TEST_CASE("access driver: a password that was right is right at once, until files have been read again") {
    Gate gate;
    CHECK_FALSE(gate.connect(1, "north", "secret"));
    CHECK(gate.verdict());
    CHECK(gate.connect(1, "north", "secret"));
    CHECK_FALSE(gate.connect(1, "north", "guess"));
    CHECK_FALSE(gate.verdict());
    CHECK(gate.connect(1, "north", "secret"));
    const auto reloaded = gate.driver->reload();
    REQUIRE(reloaded);
    CHECK(*reloaded);
    CHECK_FALSE(gate.connect(1, "north", "secret"));
    CHECK(gate.verdict());
}

TEST_CASE("access driver: who is to remember nothing hashes every time") {
    Gate gate({.workers = 1, .remembered = 0});
    for (int time = 0; time < 2; ++time) {
        CHECK_FALSE(gate.connect(1, "north", "secret"));
        CHECK(gate.verdict());
    }
}

TEST_CASE("access driver: a listener without passwords knows nobody") {
    Gate gate;
    const std::uint64_t before = gate.core.counters().connections_refused;
    CHECK_FALSE(gate.connect(0, "north", "secret"));
    CHECK(gate.core.counters().connections_refused == before + 1);
}

TEST_CASE("access driver: a bad file changes nothing, and says why") {
    Gate gate;
    gate.connect(1, "north", "secret");
    gate.verdict();
    gate.write("people", "north");
    const auto reloaded = gate.driver->reload();
    REQUIRE_FALSE(reloaded);
    CHECK(reloaded.error() == gate.folder.file("people") + ":1: USER:HASH is wanted");
    CHECK(gate.connect(1, "north", "secret"));
    CHECK(gate.driver->files() == std::vector<std::filesystem::path>{gate.folder.file("people")});
}

TEST_CASE("access driver: without files there is nothing to read again, and a missing one keeps it from starting") {
    runtime::EventLoop loop;
    Broker core{Settings()};
    AccessDriver driver({AccessSettings()}, {}, core, loop);
    const auto reloaded = driver.reload();
    REQUIRE(reloaded);
    CHECK_FALSE(*reloaded);
    AccessSettings missing;
    missing.acl_file = "/no/where";
    CHECK_THROWS_AS(AccessDriver({missing}, {}, core, loop), runtime::StartError);
}
