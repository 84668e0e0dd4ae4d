#include "simulator/main/search_command.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <sstream>

#include "simulator/scenario/scenario_error.hpp"

using namespace trunkline;
using namespace trunkline::sim;

namespace {

/// On a radio that bears some sixteen sensors.
struct Narrow {
    Narrow() {
        command.scenario_file = TRUNKLINE_SOURCE_DIR "/scenarios/links/how-many.json";
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
