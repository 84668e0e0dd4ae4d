#include "simulator/scenario/scenario_reader.hpp"

#include <doctest/doctest.h>

#include "tests/simulator/scenario/small_scenario.hpp"

using namespace trunkline;
using namespace trunkline::sim;
using namespace std::chrono_literals;

TEST_CASE("a scenario becomes a plan: the run as a whole") {
    const Scenario plan = read_scenario(small_scenario, "small.json");
    CHECK(plan.name == "small");
    CHECK(plan.file == "small.json");
    CHECK(plan.seed == 7);
    CHECK(plan.clock == ClockMode::virtual_time);
    CHECK(plan.start == WallTime(1768456800s));  // date -u -d 2026-01-15T06:00:00Z +%s
    CHECK(plan.warmup == 1min);
    CHECK(plan.run == 10min);
    CHECK(plan.drain == 2min);
}

TEST_CASE("a scenario becomes a plan: links, signals, gateways") {
    const Scenario plan = read_scenario(small_scenario, "small.json");
    REQUIRE(plan.links.size() == 2);
    CHECK(plan.links[0].id == "fiber");
    CHECK(plan.links[0].delay == 4ms);
    CHECK(plan.links[0].jitter == 0ms);
    CHECK(plan.links[0].loss == 0.0);
    CHECK(plan.links[1].delay == 50ms);
    CHECK(plan.links[1].jitter == 20ms);
    CHECK(plan.links[1].loss == 0.2);
    REQUIRE(plan.signals.size() == 1);
    CHECK(plan.signals[0].mean == 62.0);
    CHECK(plan.signals[0].sigma == 0.4);
    CHECK(plan.signals[0].tau == 90s);
    CHECK(plan.signals[0].unit == "bar");
    REQUIRE(plan.gateways.size() == 1);
    CHECK(plan.gateways[0].id == "gw-1");
    CHECK(plan.gateways[0].broker_link == 0);
}

TEST_CASE("a group of sensors becomes one plan for each: GROUP@STATION-n") {
    const Scenario plan = read_scenario(small_scenario, "small.json");
    REQUIRE(plan.sensors.size() == 4);
    CHECK(plan.sensors[0].id == "PT@PS-01-1");
    CHECK(plan.sensors[3].id == "PT@PS-02-2");
    const SensorPlan& sensor = plan.sensors[3];
    CHECK(sensor.group == "PT");
    CHECK(sensor.station == "PS-02");
    CHECK(sensor.topic == "line/PS-02/pt/02");
    CHECK(sensor.field_link == 1);
    CHECK(sensor.gateway == 0);
    CHECK(sensor.sample == 15s);
    CHECK(!sensor.clean_session);
    CHECK(sensor.keep_alive == 90s);
    CHECK(sensor.retry.interval == 8s);
    CHECK(sensor.retry.limit == 4);
    CHECK(sensor.store_messages == 20);
}

TEST_CASE("a scenario becomes a plan: actors and expectations") {
    const Scenario plan = read_scenario(small_scenario, "small.json");
    REQUIRE(plan.actors.size() == 1);
    CHECK(plan.actors[0].is_mqtt_5);
    CHECK(!plan.actors[0].clean_session);
    CHECK(plan.actors[0].session_expiry == 1h);
    CHECK(plan.actors[0].keep_alive == 30s);
    CHECK(plan.actors[0].subscriptions[0].filter == "line/#");
    REQUIRE(plan.expectations.size() == 2);
    CHECK(plan.expectations[0].kind == ExpectationPlan::Kind::delivery);
    CHECK(plan.expectations[0].sensors == std::vector<std::size_t>{0, 1, 2, 3});
    CHECK(plan.expectations[0].lost_at_most == 0);
    CHECK(plan.expectations[0].unexpected_at_most == 0);
    CHECK(plan.expectations[0].duplicate_ratio_at_most == 0.5);
    CHECK(plan.expectations[1].kind == ExpectationPlan::Kind::analytic);
    CHECK(plan.expectations[1].sensors == std::vector<std::size_t>{0, 1});
    CHECK(plan.expectations[1].actor == 0);
    CHECK(plan.expectations[1].confidence == 0.99);
}

TEST_CASE("what is left out has its default") {
    const Scenario plan = read_scenario(R"({"trunkline": 1, "name": "bare", "phases": {"run": "1s"}, "links": {"x": {}},
        "stations": [{"id": "S", "field": "x"}], "signals": {"s": {"model": "ou", "mean": 1}},
        "gateways": [{"id": "g", "serves": "station:S", "broker_link": "x"}],
        "sensors": [{"id": "A", "at": "station:S", "signal": "s", "protocol": "mqtt-sn", "topic": "t", "sample": "1s"}]})",
                                        "bare.json");
    CHECK(plan.seed == 1);
    CHECK(plan.start == WallTime(1767225600s));  // 2026-01-01T00:00:00Z
    CHECK(plan.warmup == 0s);
    CHECK(plan.drain == 1min);
    CHECK(plan.links[0].delay == 0s);
    CHECK(plan.signals[0].sigma == 0.0);
    CHECK(plan.signals[0].tau == 1min);
    REQUIRE(plan.sensors.size() == 1);
    CHECK(plan.sensors[0].id == "A@S-1");
    CHECK(plan.sensors[0].clean_session);
    CHECK(plan.sensors[0].keep_alive == 60s);
    CHECK(plan.sensors[0].retry.interval == 10s);
    CHECK(plan.sensors[0].retry.limit == 3);
    CHECK(plan.sensors[0].store_messages == 0);
    CHECK(plan.actors.empty());
    CHECK(plan.expectations.empty());
}

TEST_CASE("the command line replaces seed, clock, run phase and values") {
    ReadOptions options;
    options.overrides = {"p=0.3", "sensors.PT.sample=5s"};
    options.seed = 99;
    options.clock = ClockMode::real_time;
    options.run = Duration(90s);
    const Scenario plan = read_scenario(small_scenario, "small.json", options);
    CHECK(plan.links[1].loss == 0.3);
    CHECK(plan.sensors[0].sample == 5s);
    CHECK(plan.seed == 99);
    CHECK(plan.clock == ClockMode::real_time);
    CHECK(plan.run == 90s);
}

TEST_CASE("probabilities and seeds at their borders are taken") {
    CHECK(read_scenario(with("\"p\": 0.2", "\"p\": 0"), "f").links[1].loss == 0.0);
    CHECK(read_scenario(with("\"p\": 0.2", "\"p\": 1"), "f").links[1].loss == 1.0);
    CHECK(read_scenario(with("\"seed\": 7", "\"seed\": 18446744073709551615"), "f").seed == 18446744073709551615U);
}

TEST_CASE("the broker's state is in memory, or on a disk that can lose power") {
    CHECK(read_scenario(small_scenario, "f").broker.state == BrokerPlan::State::ledger);
    const std::string on_disk = with("{\"use\": \"embedded\"}", "{\"state\": \"virtual-disk\"}");
    CHECK(read_scenario(on_disk, "f").broker.state == BrokerPlan::State::virtual_disk);
    const std::string in_ledger = with("{\"use\": \"embedded\"}", "{\"state\": \"ledger\"}");
    CHECK(read_scenario(in_ledger, "f").broker.state == BrokerPlan::State::ledger);
}

TEST_CASE("a session's queue at the broker may have a limit and a policy") {
    CHECK(!read_scenario(small_scenario, "f").broker.queue_limit.has_value());
    const Scenario plan = read_scenario(
        with("{\"use\": \"embedded\"}", "{\"set\": {\"max_queued_messages\": 300, \"queue_policy\": \"drop-oldest\"}}"),
        "f");
    CHECK(plan.broker.queue_limit == 300);
    CHECK(plan.broker.drop == BrokerPlan::Drop::oldest);
}

TEST_CASE("a broker takes as many connections in a second as it is said to, or all") {
    const auto taking = [](std::string_view rate) {
        return with("{\"use\": \"embedded\"}", "{\"accept_per_s\": " + std::string(rate) + '}');
    };
    CHECK(read_scenario(small_scenario, "f").broker.accept_per_s == 0);
    CHECK(read_scenario(taking("500"), "f").broker.accept_per_s == 500);
    CHECK(refusal(taking("0")) == "f.json:8: /broker/accept_per_s: a whole number from 1 to 1000000 is wanted, got 0");
}

TEST_CASE("a gateway trusts networks of IPv4, by their prefix or one address") {
    const auto trusting = [](std::string_view networks) {
        return with(R"("mode": "transparent")", R"("trusted_network": )" + std::string(networks));
    };
    const auto trusted = read_scenario(trusting(R"(["10.0.0.0/8", "0.0.0.0/0", "192.168.7.255"])"), "f");
    CHECK(trusted.gateways[0].trusted_networks ==
          std::vector<Network>{{Address::v4(10, 0, 0, 0, 0), Network::mapped_bits + 8},
                               {Address::v4(0, 0, 0, 0, 0), Network::mapped_bits},
                               {Address::v4(192, 168, 7, 255, 0), Network::bits}});
    for (const char* wrong : {"10.0.0.0/33", "10.0.0/8", "10.0.0.256", "10.0.0.0/", "10.0.0.0/8 ", "::/0", ".0.0.0"}) {
        CAPTURE(wrong);
        CHECK(refusal(trusting("[\"" + std::string(wrong) + "\"]")) ==
              "f.json:15: /gateways/0/trusted_network/0: an IPv4 address or network is wanted, like \"10.0.0.9\" or "
              "\"10.0.0.0/8\", got \"" +
                  std::string(wrong) + '"');
    }
}

TEST_CASE("a sensor's mode is what the first pattern says that means its id, else its gateway's") {
    const auto ruled = [](std::string_view rules, std::string_view mode = "transparent") {
        return with(R"("mode": "transparent")",
                    "\"mode\": \"" + std::string(mode) + "\", \"client_mode\": " + std::string(rules));
    };
    const auto is_aggregated = [&](std::string_view rules, std::string_view mode = "transparent") {
        return read_scenario(ruled(rules, mode), "f").sensors.at(0).is_aggregated;
    };
    CHECK(!read_scenario(small_scenario, "f").sensors.at(0).is_aggregated);
    CHECK(!is_aggregated("[]"));
    CHECK(is_aggregated("[]", "aggregating"));
    CHECK(is_aggregated(R"(["*=aggregating"])"));
    CHECK(!is_aggregated(R"(["XX@*=aggregating"])"));
    CHECK(!is_aggregated(R"(["*@*=transparent", "*=aggregating"])", "aggregating"));
    for (const char* wrong : {"*", "=aggregating", "*=both", "a b=transparent", "a=b=transparent"}) {
        CAPTURE(wrong);
        CHECK(refusal(ruled("[\"" + std::string(wrong) + "\"]")) ==
              "f.json:15: /gateways/0/client_mode/0: a pattern of sensors' ids and their mode is wanted, like "
              "\"FQ@*=aggregating\", got \"" +
                  std::string(wrong) + '"');
    }
}

TEST_CASE("a gateway's buffer has a bound, and keeps what it has acknowledged") {
    const auto buffering = [](std::string_view buffer) {
        return with(R"("mode": "transparent")", R"("buffer": )" + std::string(buffer));
    };
    CHECK(
        read_scenario(buffering(R"({"messages": 20000, "drop": "newest"})"), "f").gateways[0].limits.buffer_messages ==
        20'000);
    CHECK(!read_scenario(small_scenario, "f").gateways[0].limits.are_given());
    CHECK(refusal(buffering(R"({"messages": 20000, "drop": "oldest"})")) ==
          "f.json:15: /gateways/0/buffer/drop: \"newest\" is wanted, got \"oldest\": the gateway has acknowledged what "
          "it "
          "keeps; whom it has no room for hears of congestion");
    CHECK(refusal(buffering(R"({"messages": 1, "drop": "all"})")) ==
          "f.json:15: /gateways/0/buffer/drop: \"newest\" is wanted, got \"all\"");
    CHECK(refusal(buffering(R"({"drop": "newest"})")) ==
          "f.json:15: /gateways/0/buffer: the key \"messages\" is missing");
}

TEST_CASE("a file that is not there is said so") {
    CHECK_THROWS_WITH_AS(load_scenario("no/such.json"),
                         "no/such.json: cannot be opened; the path of a scenario file is wanted", ScenarioError);
}

TEST_CASE("a run of more than a thousand million readings is refused") {
    ReadOptions options;
    options.overrides = {"count=2000", "sensors.PT.sample=1ms"};
    CHECK_THROWS_WITH_AS(
        read_scenario(small_scenario, "f", options),
        "f:17: /sensors/0/count: at most 1000000000 readings are wanted in all: fewer sensors, a longer "
        "\"sample\" or a shorter run",
        ScenarioError);
}

TEST_CASE("a value from the command line is refused with its option, not with a line") {
    ReadOptions options;
    options.overrides = {"links.radio.loss.p=2"};
    CHECK_THROWS_WITH_AS(
        read_scenario(small_scenario, "f", options),
        "f: --set links.radio.loss.p=2: /links/radio/loss/p: a probability from 0 to 1 is wanted, got 2",
        ScenarioError);
}
