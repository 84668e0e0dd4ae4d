#include "simulator/main/run_command.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>

#include "simulator/main/live_run.hpp"
#include "tests/simulator/main/temporary_folder.hpp"

using namespace trunkline::sim;

namespace {

RunCommand quiet_run(const TemporaryFolder& folder) {
    RunCommand command;
    command.scenario_file = TRUNKLINE_SOURCE_DIR "/scenarios/smoke/first-reading.json";
    command.report_folder = folder.path().string();
    command.is_quiet = true;
    return command;
}

std::string text_of(const std::filesystem::path& path) {
    std::ifstream in(path);
    return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

TEST_CASE("a run whose expectations hold ends 0 and leaves report.json and run.json") {
    const TemporaryFolder folder;
    CHECK(run(quiet_run(folder), {"trunkline-sim", "run"}) == exit_passed);
    CHECK(text_of(folder.path() / "report.json").find("\"passed\": true") != std::string::npos);
    CHECK(text_of(folder.path() / "run.json").find("\"command\": [\n    \"trunkline-sim\",\n    \"run\"\n  ]") !=
          std::string::npos);
}

TEST_CASE("a run of which an expectation fails ends 1") {
    const TemporaryFolder folder;
    RunCommand command = quiet_run(folder);
    command.options.overrides = {"links.radio.loss.p=1"};  // nothing arrives, nothing is acknowledged
    CHECK(run(command, {}) == exit_failed);
    CHECK(text_of(folder.path() / "report.json").find("\"passed\": false") != std::string::npos);
}

TEST_CASE("addresses of broker and gateway need the real clock") {
    const TemporaryFolder folder;
    RunCommand command = quiet_run(folder);
    command.broker_url = "mqtt://127.0.0.1:1883";
    CHECK_THROWS_AS(run(command, {}), TargetError);
}
