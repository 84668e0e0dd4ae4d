#include "simulator/main/shrunk_file.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "simulator/main/report_folder.hpp"
#include "simulator/scenario/scenario_reader.hpp"
#include "tests/simulator/main/temporary_folder.hpp"

using namespace trunkline;
using namespace trunkline::sim;

namespace {

namespace files = std::filesystem;

/// Reads two recordings of one name, the second one by a variable, and one table of delays in three places.
constexpr const char* recorded_scenario = R"({
  "trunkline": 1, "name": "recorded", "phases": {"run": "1m"}, "vars": {"second": "b/inlet.csv"},
  "links": {"radio": {"delay": {"base": "60ms", "jitter": "25ms", "table": "radio.dist"},
                      "down": {"delay": {"base": "60ms", "jitter": "5ms", "table": "radio.dist"}}}},
  "stations": [{"id": "PS-1", "field": "radio"}],
  "gateways": [{"id": "gw", "serves": "station:*", "broker_link": "radio"}],
  "signals": {"in": {"model": "replay", "file": "a/inlet.csv"}, "out": {"model": "replay", "file": "$second"}},
  "sensors": [{"id": "IN", "at": "station:*", "signal": "in", "protocol": "mqtt-sn", "topic": "in", "sample": "10s"},
              {"id": "OUT", "at": "station:*", "signal": "out", "protocol": "mqtt-sn", "topic": "out", "sample": "10s"}],
  "actors": [{"id": "scada", "protocol": "mqtt5", "link": "radio", "subscribe": [{"filter": "#"}]}],
  "faults": [{"id": "F1", "at": "10s", "for": "10s", "do": "link", "on": "link:PS-1.field",
              "set": {"delay": {"table": "radio.dist"}}}]
})";

void put_file(const files::path& path, const std::string& text) {
    files::create_directories(path.parent_path());
    std::ofstream(path) << text;
}

struct ShrunkFrom {
    TemporaryFolder folder;
    std::string file = (folder.path() / "from" / "recorded.json").string();

    ShrunkFrom() {
        put_file(file, recorded_scenario);
        put_file(folder.path() / "from/a/inlet.csv", "0,1\n");
        put_file(folder.path() / "from/b/inlet.csv", "0,2\n");
        put_file(folder.path() / "from/radio.dist", "-8192 8192\n");
    }
    nlohmann::ordered_json document() const { return nlohmann::ordered_json::parse(recorded_scenario); }
};

}  // namespace

TEST_CASE("a shrunk scenario and the copies of what it reads can go anywhere") {
    const ShrunkFrom origin;
    const files::path small = origin.folder.path() / "to" / "small.json";
    const auto copies = write_shrunk(origin.document(), origin.file, small, "as it was");
    CHECK(copies == std::vector<files::path>{small.parent_path() / "small-2-inlet.csv",
                                             small.parent_path() / "small-inlet.csv",
                                             small.parent_path() / "small-radio.dist"});
    files::remove_all(origin.folder.path() / "from");
    files::rename(small.parent_path(), origin.folder.path() / "elsewhere");

    const Scenario read = load_scenario((origin.folder.path() / "elsewhere" / "small.json").string());
    CHECK(read.signals.at(0).points.at(0).value == 1.0);
    CHECK(read.signals.at(1).points.at(0).value == 2.0);
    CHECK(read.links.at(0).delay_table == std::vector<std::int16_t>{-8192, 8192});
    CHECK(read.faults.at(0).overlay->delay_table == read.links.at(0).delay_table);
}

TEST_CASE("what is written where it was read from is left as it was") {
    const ShrunkFrom origin;
    const files::path beside = files::path(origin.file).parent_path() / "small.json";
    write_shrunk(origin.document(), origin.file, beside, "as it was");
    CHECK(load_scenario(origin.file).signals.size() == 2);
    CHECK(load_scenario(beside.string()).signals.at(1).points.at(0).value == 2.0);
}

TEST_CASE("a file that is gone, or a place that cannot be written to, is said so") {
    const ShrunkFrom origin;
    put_file(origin.folder.path() / "file", "x");
    CHECK_THROWS_WITH_AS(write_shrunk(origin.document(), origin.file, origin.folder.path() / "file" / "small.json", ""),
                         doctest::Contains("cannot be written"), ReportError);
    files::remove(origin.folder.path() / "from" / "radio.dist");
    const files::path small = origin.folder.path() / "to" / "small.json";
    CHECK_THROWS_WITH_AS(write_shrunk(origin.document(), origin.file, small, ""),
                         doctest::Contains("radio.dist\" cannot be read"), ScenarioError);
    CHECK(!files::exists(small));
}
