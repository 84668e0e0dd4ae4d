#include "simulator/report/run_facts.hpp"

#include <doctest/doctest.h>

using namespace trunkline;
using namespace trunkline::sim;
using namespace std::chrono_literals;

TEST_CASE("run.json holds the real world: version, command, start, time taken, speed") {
    RunFacts facts;
    facts.version = "0.1.0";
    facts.command = {"trunkline-sim", "run", "a b.json"};
    facts.scenario_file = "a b.json";
    facts.started = WallTime(1768456805s);
    facts.took = 250ms;
    facts.simulated = 12min;
    CHECK(run_json(facts) ==
          "{\n  \"trunkline_run\": 1,\n  \"version\": \"0.1.0\",\n  \"scenario_file\": \"a b.json\",\n"
          "  \"command\": [\n    \"trunkline-sim\",\n    \"run\",\n    \"a b.json\"\n  ],\n"
          "  \"started\": \"2026-01-15T06:00:05Z\",\n  \"took_s\": 0.25,\n  \"simulated_s\": 720,\n"
          "  \"speed_up\": 2880,\n  \"was_stopped\": false\n}\n");
}

TEST_CASE("run.json of a run over real sockets names what its programs used") {
    RunFacts facts;
    facts.programs = {{"trunkline-sim", 1500ms, 9'437'184}};
    CHECK(
        run_json(facts).find("\"programs\": [\n    {\n      \"name\": \"trunkline-sim\",\n      \"processor_s\": 1.5,\n"
                             "      \"most_memory_octets\": 9437184\n    }\n  ]\n}") != std::string::npos);
}

TEST_CASE("a run that took no time to speak of has no speed") {
    RunFacts facts;
    facts.simulated = 12min;
    CHECK(facts.speed_up() == 0.0);
}

TEST_CASE("run.json says whether the devices kept their schedule: 99 % of wake-ups within five milliseconds") {
    RunFacts facts;
    facts.schedule = ScheduleFacts{80us, 5ms, 31ms};
    CHECK(run_json(facts).find("\"schedule\": {\n    \"late_p50_us\": 80,\n    \"late_p99_us\": 5000,\n"
                               "    \"latest_us\": 31000,\n    \"was_kept\": true\n  }\n}") != std::string::npos);
    facts.schedule->p99 += 1us;
    CHECK(run_json(facts).find("\"was_kept\": false") != std::string::npos);
}
