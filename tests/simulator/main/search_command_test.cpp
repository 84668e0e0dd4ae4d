#include "simulator/main/search_command.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <sstream>

#include "simulator/scenario/scenario_error.hpp"
#include "tests/simulator/main/temporary_folder.hpp"

using namespace trunkline;
using namespace trunkline::sim;

namespace {

/// Sensors whose readings are 37 octets and come every second through one radio of 9,600 bit/s: 66 octets with UDP and
/// IP and the gateway's answer on a channel of its own, so that some eighteen of them fit.
constexpr std::string_view narrow = R"({
  "trunkline": 1, "name": "narrow", "vars": {"sensors": 5}, "phases": {"run": "1m", "drain": "20s"},
  "links": {"fiber": {"delay": "4ms"}, "radio": {"delay": "20ms", "rate": "9600bit", "queue": "2KiB"}},
  "stations": [{"id": "PS-1", "field": "radio"}],
  "gateways": [{"id": "gw", "serves": "station:*", "broker_link": "fiber"}],
  "signals": {"pressure": {"model": "ou", "mean": 62.0, "sigma": 0.4, "tau": "90s", "unit": "bar"}},
  "sensors": [{"id": "PT", "at": "station:*", "count": "$sensors", "signal": "pressure", "protocol": "mqtt-sn",
    "topic": "line/{n}", "sample": "1s", "store": {"messages": 100}}],
  "actors": [{"id": "scada", "protocol": "mqtt5", "link": "fiber", "subscribe": [{"filter": "line/#", "qos": 1}]}],
  "expect": [{"id": "quick", "kind": "latency", "of": "sensor:*", "p99": "2s"}]
})";

struct Narrow {
    Narrow() {
        command.scenario_file = (folder.path() / "narrow.json").string();
        std::ofstream(command.scenario_file) << narrow;
        command.variable = "sensors";
        command.from = "2";
        command.to = "64";
        command.expectation = "quick";
        command.seeds = 2;
    }
    std::string told(int status) {
        std::ostringstream out;
        CHECK(search_largest(command, out) == status);
        return out.str();
    }
    /// The answer's number.
    int found() {
        const std::string text = told(exit_passed);
        const std::size_t at = text.find("holds for seeds ");
        return std::stoi(text.substr(text.find(": ", at) + 2));
    }

    TemporaryFolder folder;
    SearchCommand command;
};

}  // namespace

TEST_CASE("the largest load that meets an expectation is found, told with its tries, and the same for any threads") {
    Narrow search;
    search.command.jobs = 1;
    const std::string text = search.told(exit_passed);
    CAPTURE(text);
    CHECK(text.find("sensors         quick\n") != std::string::npos);
    CHECK(text.find("\n  2        holds  2 seeds\n") != std::string::npos);
    CHECK(text.find("\n  64       fails  seed 1: p99_s ") != std::string::npos);
    CHECK(text.find("largest sensors with which quick holds for seeds 1 to 2: ") != std::string::npos);
    CHECK(text.find(" --set vars.sensors=") != std::string::npos);
    search.command.jobs = 3;
    CHECK(search.told(exit_passed) == text);
}

TEST_CASE("other seeds find the same load within three in a hundred, or the next whole number") {
    Narrow search;
    const int first = search.found();
    CHECK(first > 5);
    CHECK(first < 40);
    search.command.first_seed = 1000;
    CHECK(std::abs(search.found() - first) <= 1);
}

TEST_CASE("where not even the smallest value will do, the search fails") {
    Narrow search;
    search.command.from = "60";
    CHECK(search.told(exit_failed).find("quick does not hold with sensors 60, the smallest value") !=
          std::string::npos);
}

TEST_CASE("variables, expectations and values that there are not are refused with the near ones") {
    const auto refusal = [](Narrow& search) {
        std::ostringstream out;
        try {
            search_largest(search.command, out);
        } catch (const ScenarioError& error) {
            return std::string(error.what()).substr(search.command.scenario_file.size());
        }
        return std::string("it is taken");
    };
    Narrow search;
    search.command.variable = "sensor";
    CHECK(refusal(search) == R"(: --maximize: no variable of "vars" is called "sensor"; did you mean "sensors"?)");
    search.command.variable = "sensors";
    search.command.expectation = "quik";
    CHECK(refusal(search) == R"(: --until: no expectation is called "quik"; did you mean "quick"?)");
    search.command.to = "1s";
    CHECK(refusal(search).starts_with(": --from, --to: the same unit is wanted"));
}
