#include "simulator/main/replay_command.hpp"

#include <doctest/doctest.h>

#include <sstream>

#include "simulator/scenario/scenario_error.hpp"

using namespace trunkline;
using namespace trunkline::sim;
using namespace std::chrono_literals;

namespace {

ReplayCommand first_reading(std::string selector) {
    ReplayCommand command;
    command.scenario_file = TRUNKLINE_SOURCE_DIR "/scenarios/smoke/first-reading.json";
    command.selectors = {std::move(selector)};
    return command;
}

std::string told(const ReplayCommand& command) {
    std::ostringstream out;
    CHECK(replay(command, out) == exit_passed);
    return out.str();
}

std::size_t count(const std::string& text, std::string_view word) {
    std::size_t found = 0;
    for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) ++found;
    return found;
}

}  // namespace

TEST_CASE("a sensor's packets are told on both sides of the gateway, decoded, with what becomes of them") {
    const std::string text = told(first_reading("sensor:*"));
    CAPTURE(text);
    CHECK(text.find("●────────▶│         │  PT@PS-1-1  CONNECT keep_alive_s=60") != std::string::npos);
    CHECK(text.find("│         ●────────▶│  PT@PS-1-1  CONNECT version=") != std::string::npos);
    CHECK(text.find("│         │◀────────●  PT@PS-1-1  CONNACK reason=") != std::string::npos);
    CHECK(text.find("│◀────────●         │  PT@PS-1-1  PUBACK topic_id=") != std::string::npos);
    CHECK(count(text, "lost: on the link") > 10);  // a fifth of everything
    CHECK(count(text, " dup=true ") > 5);          // and repeated
    CHECK(count(text, "part of a packet") == 0);
    CHECK(count(text, "malformed") == 0);
    CHECK(told(first_reading("sensor:*")) == text);
}

TEST_CASE("a replay ends when it is asked to") {
    ReplayCommand command = first_reading("sensor:*");
    command.until = 1s;
    const std::string start = told(command);
    CHECK(start.find(", until 00:00:01.000") != std::string::npos);
    CHECK(count(start, "\n") < 15);
    command.until = 100h;  // beyond its end
    CHECK(told(command) == told(first_reading("sensor:*")));
}

TEST_CASE("an actor is shown with the broker only, and each packet once") {
    const std::string text = told(first_reading("actor:scada"));
    CHECK(count(text, "●──────────────────▶│  scada  SUBSCRIBE packet_id=1 topic=") == 1);
    CHECK(text.find("│◀──────────────────●  scada  PUBLISH topic=") != std::string::npos);
    CHECK(count(text, "PT@PS-1-1  ") == 0);
    CHECK(told(first_reading("broker.session:scada")) == text);
}

TEST_CASE("of a connection that a sensor shares with others, packets about it are told") {
    ReplayCommand command;
    command.scenario_file = TRUNKLINE_SOURCE_DIR "/scenarios/outages/aggregating-gateway.json";
    command.selectors = {"sensor:CP@PS-01-1"};
    command.until = 13min;
    const std::string text = told(command);
    CAPTURE(text);
    CHECK(count(text, "│         ●────────▶│  gw-1-shared-") > 5);
    CHECK(count(text, "  PUBLISH topic=line/PS-01/cp/1 ") > 2);    // by MQTT
    CHECK(count(text, "PUBLISH topic=line/PS-01/cp/1/set ") > 1);  // the operator's
    CHECK(text.find("SUBSCRIBE packet_id=") != std::string::npos);
    CHECK(text.find("│         │◀────────●  gw-1-shared-") != std::string::npos);
    CHECK(count(text, "PUBACK packet_id=") >= count(text, "  PUBLISH topic=line/PS-01/cp/1 "));
    CHECK(count(text, "/pt/") == 0);  // others'
    CHECK(count(text, "PINGREQ\n") == 0);
}

TEST_CASE("a selector that picks nobody is refused with the near name") {
    std::ostringstream out;
    CHECK_THROWS_WITH_AS(replay(first_reading("sensor:PT@PS-1-11"), out),
                         TRUNKLINE_SOURCE_DIR
                         "/scenarios/smoke/first-reading.json: --trace: nothing matches "
                         "\"sensor:PT@PS-1-11\"; did you mean \"PT@PS-1-1\"?",
                         ScenarioError);
    CHECK_THROWS_AS(replay(first_reading("pump:P1"), out), ScenarioError);
    CHECK(out.str().empty());
}
