// What a scenario may say about links with bursts and about faults, and the lines for what it may not.

#include <doctest/doctest.h>

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "simulator/scenario/scenario_reader.hpp"
#include "tests/simulator/scenario/small_scenario.hpp"

using namespace std::chrono_literals;
using namespace trunkline;
using namespace trunkline::sim;

namespace {

/// The small scenario (1 minute of warm-up, 10 of run, 2 of drain; two stations with two sensors each) with faults.
std::string faulty(std::string_view faults) {
    return with(R"("expect": [)", R"("faults": [)" + std::string(faults) + R"(], "expect": [)");
}

FaultPlan fault_of(std::string_view fault) { return read_scenario(faulty(fault), "f.json").faults.at(0); }

std::string complaint(const std::string& text) {
    try {
        read_scenario(text, "f.json");
    } catch (const ScenarioError& error) {
        const std::string line = error.what();
        return line.substr(line.find(": ") + 2);
    }
    return "it is taken";
}

LinkProfile radio_of(std::string_view loss) {
    return read_scenario(with(R"({"model": "bernoulli", "p": "$p"}}
  },)",
                              std::string(loss) + "}\n  },"),
                         "f.json", {.overrides = {"expect=[]"}, .seed = {}, .clock = {}, .run = {}})
        .links.at(1);
}

}  // namespace

TEST_CASE("times of faults count from the end of the warm-up") {
    const FaultPlan down = fault_of(R"({"id": "F1", "at": "3m", "for": "2m", "do": "down", "on": "station:PS-02"})");
    CHECK(down.id == "F1");
    CHECK(down.kind == FaultPlan::Kind::station_down);
    CHECK(down.at == Duration(4min));
    CHECK(down.ends() == Duration(6min));
    CHECK(down.sensors == std::vector<std::size_t>{2, 3});
}

TEST_CASE("a link fault is laid over the link that the station has") {
    const FaultPlan worse = fault_of(
        R"({"id": "F", "at": "0s", "for": "1m", "do": "link", "on": "link:PS-*.field", "set": {"loss": {"model": "bernoulli", "p": 0.7}}})");
    CHECK(worse.kind == FaultPlan::Kind::link);
    CHECK(worse.sensors.size() == 4);
    REQUIRE(worse.overlay.has_value());
    CHECK(worse.overlay->loss == 0.7);
    CHECK(worse.overlay->delay == Duration(50ms));
    CHECK(worse.overlay->jitter == Duration(20ms));
}

namespace {

/// The small scenario with an RTU at its first station (device 4), and faults.
std::string faulty_with_rtu(std::string_view faults) {
    std::string text = faulty(faults);
    const std::string_view actors = "\n  ],\n  \"actors\"";
    return text.insert(
        text.find(actors),
        R"(, {"id": "FQ", "at": "station:PS-01", "signal": "pressure", "protocol": "mqtt", "link": "fiber",
                           "topic": "line/fq", "sample": "1m"})");
}

}  // namespace

TEST_CASE("the uplink of a station is its RTUs': sensors behind the gateway go on") {
    const Scenario plan = read_scenario(
        faulty_with_rtu(
            R"({"id": "L", "at": "0s", "for": "1m", "do": "link", "on": "link:PS-01.uplink", "set": {"mtu": 300}},
               {"id": "F", "at": "2m", "for": "5m", "do": "flap", "on": "link:*-01.uplink", "up": "10s", "down": "5s"},
               {"id": "S", "at": "8m", "for": "1m", "do": "swizzle", "on": {"of": "link:PS-01.uplink", "pick": 1}})"),
        "f.json");
    const std::vector<std::size_t> rtu{4};
    CHECK(plan.sensors[4].id == "FQ@PS-01-1");
    CHECK(plan.faults[0].sensors == rtu);
    CHECK(plan.faults[0].overlay->id == "fiber");
    CHECK(plan.faults[0].overlay->mtu_octets == 300);
    REQUIRE(!plan.faults[1].spells.empty());
    CHECK(plan.faults[1].spells[0].sensors == rtu);
    CHECK(plan.faults[2].spells.at(0).sensors == rtu);
    CHECK(complaint(
              faulty_with_rtu(R"({"id": "F", "at": "1m", "for": "1m", "do": "swizzle", "on": "link:PS-*.uplink"})")) ==
          "/faults/0/on: \"PS-02\" has no RTU, and so no uplink; other stations are wanted");
}

TEST_CASE("broker and gateways restart, with or without their state") {
    const FaultPlan broker = fault_of(
        R"({"id": "F", "at": "1m", "do": "restart", "on": "broker", "down_for": "8s", "lose_unsynced": true})");
    CHECK(broker.kind == FaultPlan::Kind::broker_restart);
    CHECK(broker.length == Duration(8s));
    CHECK(broker.lose_unsynced);
    CHECK(!broker.lose_state);
    const FaultPlan gateway =
        fault_of(R"({"id": "F", "at": "1m", "do": "restart", "on": "gateway:*", "down_for": "20s", "state": "lost"})");
    CHECK(gateway.kind == FaultPlan::Kind::gateway_restart);
    CHECK(gateway.gateways == std::vector<std::size_t>{0});
    CHECK(gateway.lose_state);
}

TEST_CASE("partitions, silent disconnects and pauses") {
    const FaultPlan partition =
        fault_of(R"({"id": "F", "at": "1m", "for": "30s", "do": "partition", "between": ["gateway:gw-1", "broker"]})");
    CHECK(partition.kind == FaultPlan::Kind::partition);
    CHECK(partition.gateways == std::vector<std::size_t>{0});
    const FaultPlan disconnect =
        fault_of(R"({"id": "F", "at": "1m", "do": "disconnect", "on": "sensor:PT@PS-01-*", "how": "silent"})");
    CHECK(disconnect.kind == FaultPlan::Kind::disconnect);
    CHECK(disconnect.length == Duration::zero());
    CHECK(disconnect.sensors == std::vector<std::size_t>{0, 1});
    const FaultPlan pause = fault_of(R"({"id": "F", "at": "1m", "for": "30s", "do": "pause", "on": "actor:scada"})");
    CHECK(pause.kind == FaultPlan::Kind::actor_absent);
    CHECK(pause.actors == std::vector<std::size_t>{0});
    const FaultPlan stall = fault_of(R"({"id": "F", "at": "1m", "for": "30s", "do": "stall", "on": "actor:scada"})");
    CHECK(stall.kind == FaultPlan::Kind::actor_stalled);
    CHECK(stall.actors == std::vector<std::size_t>{0});
}

TEST_CASE("what a fault may not say") {
    CHECK(complaint(faulty(R"({"id": "F", "at": "12m", "for": "1m", "do": "down", "on": "station:*"})"))
              .starts_with("/faults/0/at: "));
    CHECK(complaint(faulty(R"({"id": "F", "at": "10m", "for": "3m", "do": "down", "on": "station:*"})")) ==
          "/faults/0/at: a fault that ends within the run is wanted; \"F\" would end at 14m of 13m");
    CHECK(
        complaint(faulty(R"({"id": "F", "at": "1m", "for": "1m", "do": "link", "on": "link:gw-1.broker", "set": {}})"))
            .starts_with("/faults/0/on: the links of stations are wanted, like \"link:PS-*.field\""));
    CHECK(complaint(
              faulty(R"({"id": "F", "at": "1m", "for": "1m", "do": "link", "on": "link:BV-*.field", "set": {}})")) ==
          "/faults/0/on: no station matches \"BV-*\"; \"PS-01\" and \"PS-02\" are available");
    CHECK(complaint(
              faulty(R"({"id": "F", "at": "1m", "for": "1m", "do": "partition", "between": ["broker", "gateway:*"]})"))
              .starts_with("/faults/0/between: gateways and the broker are wanted"));
    CHECK(complaint(faulty(R"({"id": "F", "at": "1m", "do": "disconnect", "on": {"of": "sensor:*"}})")) ==
          "/faults/0/on: the key \"pick\" is missing");
    CHECK(complaint(faulty(R"({"id": "F", "at": "1m", "do": "kick", "on": {"of": "sensor:*", "pick": 5}})"))
              .starts_with("/faults/0/on/pick: a whole number from 1 to 4 is wanted"));
    CHECK(complaint(faulty(R"({"id": "F", "at": "1m", "do": "kick", "on": {"of": "sensor:*", "pick": 1.5}})"))
              .starts_with("/faults/0/on/pick: a number from 0 to 1 is wanted"));
    CHECK(
        complaint(faulty(R"({"id": "F", "at": "1m", "do": "disconnect", "on": "sensor:*", "how": "rst"})")) ==
        "/faults/0/how: TCP connections are reset; \"PT@PS-01-1\" speaks MQTT-SN over UDP: \"silent\" or \"clean\" is "
        "wanted");
    CHECK(complaint(faulty(R"({"id": "F", "at": "1m", "do": "skew", "on": "sensor:*"})")) ==
          "/faults/0: \"by\" or \"drift_ppm\" is wanted: how the clocks go wrong");
    CHECK(complaint(faulty(R"({"id": "F", "at": "1m", "do": "new-address", "on": "sensor:*", "host": "other"})"))
              .starts_with("/faults/0/host: "));
    CHECK(complaint(faulty(R"({"id": "F", "at": "1m", "for": "1m", "do": "new-address", "on": "sensor:*"})"))
              .starts_with("/faults/0/for: unknown key"));
    CHECK(complaint(faulty(R"({"id": "F", "at": "1m", "for": "1m", "do": "surge", "on": "sensor:*", "factor": 1})"))
              .starts_with("/faults/0/factor: "));
    CHECK(complaint(faulty(R"({"id": "F", "at": "1m", "for": "1m", "do": "disk-full", "on": "actor:scada"})"))
              .starts_with("/faults/0/on: \"broker\" or gateways are wanted"));
    CHECK(complaint(faulty(R"({"id": "F", "at": "1m", "for": "1m", "do": "swizzle", "on": "sensor:*"})"))
              .starts_with("/faults/0/on: ways are wanted, like \"station:PS-*\""));
    CHECK(
        complaint(
            faulty(R"({"id": "F", "at": "1m", "for": "1m", "do": "partition", "between": ["gateway:*", "gateway:*"]})"))
            .starts_with("/faults/0/between: gateways and the broker are wanted"));
}

TEST_CASE("a fault picks a share or a count, and another seed picks others") {
    const auto picked = [](std::string_view pick, std::uint64_t seed) {
        ReadOptions options;
        options.seed = seed;
        const std::string fault =
            R"({"id": "F", "at": "1m", "do": "kick", "on": {"of": "sensor:*", "pick": )" + std::string(pick) + "}}";
        return read_scenario(faulty(fault), "f.json", options).faults.at(0).sensors;
    };
    CHECK(picked("1.0", 1) == std::vector<std::size_t>{0, 1, 2, 3});
    CHECK(picked("4", 1) == std::vector<std::size_t>{0, 1, 2, 3});
    CHECK(picked("0.5", 1).size() == 2);
    CHECK(picked("0.51", 1).size() == 3);
    CHECK(picked("0.0", 1).size() == 1);  // nobody would be no fault
    CHECK(picked("1", 7) == picked("1", 7));
    std::set<std::vector<std::size_t>> seen;
    for (std::uint64_t seed = 1; seed <= 50; ++seed) seen.insert(picked("1", seed));
    CHECK(seen.size() == 4);
}

TEST_CASE("a flap cuts each way for itself until it ends") {
    const FaultPlan flap = fault_of(
        R"({"id": "F", "at": "1m", "for": "5m", "do": "flap", "on": "link:PS-*.field", "up": "20s", "down": "6s"})");
    CHECK(flap.kind == FaultPlan::Kind::flap);
    CHECK(flap.spells.size() > 10);  // of some 2 x 300 s / 26 s
    std::set<std::vector<std::size_t>> ways;
    for (const FaultSpell& spell : flap.spells) {
        CHECK(spell.at >= flap.at);
        CHECK(spell.length > Duration::zero());
        CHECK(spell.ends() <= flap.ends());
        ways.insert(spell.sensors);
    }
    CHECK(ways == std::set<std::vector<std::size_t>>{{0, 1}, {2, 3}});
    const FaultPlan fixed = fault_of(
        R"({"id": "F", "at": "1m", "for": "5m", "do": "flap", "on": "link:gw-1.broker", "up": "20s", "down": "6s", "dist": "fixed"})");
    REQUIRE(fixed.spells.size() >= 11);
    CHECK(fixed.spells[0].gateways == std::vector<std::size_t>{0});
    CHECK(fixed.spells[0].length == Duration(6s));
    CHECK(fixed.spells[1].at - fixed.spells[0].ends() == Duration(20s));
}

TEST_CASE("a swizzle cuts all its ways, and has healed all of them at its end, in another order") {
    const FaultPlan swizzle = fault_of(R"({"id": "F", "at": "1m", "for": "6m", "do": "swizzle", "on": "station:*"})");
    REQUIRE(swizzle.spells.size() == 2);
    Duration latest{};
    for (const FaultSpell& spell : swizzle.spells) {
        CHECK(spell.at < swizzle.at + 2min);
        CHECK(spell.ends() > swizzle.at + 4min);
        latest = std::max(latest, spell.ends());
    }
    CHECK(latest == swizzle.ends());
    CHECK(swizzle.spells[0].at != swizzle.spells[1].at);
    CHECK(swizzle.spells[0].ends() != swizzle.spells[1].ends());
}

TEST_CASE("one of two ways to the broker can be cut, of a gateway that has two") {
    const std::string one_way =
        R"({"id": "F", "at": "1m", "for": "30s", "do": "partition", "between": ["gateway:*", "broker"], "way": "main"})";
    std::string two_ways = faulty(one_way);
    const std::string link = R"("broker_link": "fiber")";
    two_ways.replace(two_ways.find(link), link.size(), link + R"(, "backup_link": "fiber")");
    const Scenario plan = read_scenario(two_ways, "f.json");
    CHECK(plan.gateways.at(0).backup_link == plan.gateways.at(0).broker_link);
    CHECK(plan.faults.at(0).way == FaultPlan::BrokerWay::main);
    CHECK(
        complaint(faulty(one_way)) ==
        R"(/faults/0/way: gateway "gw-1" has one way to the broker; "all", or a "backup_link" of that gateway, is wanted)");
}

TEST_CASE("what else can go wrong, with its figures") {
    const FaultPlan up = fault_of(
        R"({"id": "F", "at": "1m", "for": "30s", "do": "partition", "between": ["gateway:*", "broker"], "direction": "up"})");
    CHECK(up.direction == FaultPlan::Direction::up);
    const FaultPlan clean =
        fault_of(R"({"id": "F", "at": "1m", "do": "disconnect", "on": "actor:scada", "how": "clean"})");
    CHECK(clean.goodbye == FaultPlan::Goodbye::clean);
    CHECK(clean.actors == std::vector<std::size_t>{0});
    CHECK(clean.sensors.empty());
    const FaultPlan storm =
        fault_of(R"({"id": "F", "at": "1m", "do": "connect-storm", "on": "sensor:*", "within": "3s"})");
    CHECK(storm.kind == FaultPlan::Kind::connect_storm);
    CHECK(storm.spread == Duration(3s));
    const FaultPlan surge =
        fault_of(R"({"id": "F", "at": "1m", "for": "1m", "do": "surge", "on": "sensor:PT@PS-01-*", "factor": 10})");
    CHECK(surge.factor == 10);
    const FaultPlan skew =
        fault_of(R"({"id": "F", "at": "1m", "do": "skew", "on": "station:PS-02", "by": "5s", "drift_ppm": -40})");
    CHECK(skew.sensors == std::vector<std::size_t>{2, 3});
    CHECK(skew.offset == Duration(5s));
    CHECK(skew.drift_ppm == -40);
    CHECK(skew.ends() == Duration(13min));  // to the end of the run
    const FaultPlan port = fault_of(R"({"id": "F", "at": "1m", "do": "new-address", "on": "sensor:PT@PS-01-*"})");
    CHECK(port.kind == FaultPlan::Kind::new_address);
    CHECK(port.sensors == std::vector<std::size_t>{0, 1});
    CHECK(!port.is_new_host);
    CHECK(port.length == Duration::zero());
    const FaultPlan host =
        fault_of(R"({"id": "F", "at": "1m", "do": "new-address", "on": "station:PS-02", "host": "new"})");
    CHECK(host.sensors == std::vector<std::size_t>{2, 3});
    CHECK(host.is_new_host);
    CHECK(fault_of(R"({"id": "F", "at": "1m", "for": "1m", "do": "pause", "on": "broker"})").kind ==
          FaultPlan::Kind::broker_frozen);
    CHECK(fault_of(R"({"id": "F", "at": "1m", "for": "1m", "do": "pause", "on": "gateway:*"})").gateways ==
          std::vector<std::size_t>{0});
    CHECK(fault_of(R"({"id": "F", "at": "1m", "for": "1m", "do": "disk-full", "on": "broker"})").kind ==
          FaultPlan::Kind::broker_disk);
    CHECK(fault_of(R"({"id": "F", "at": "1m", "for": "1m", "do": "disk-full", "on": "gateway:gw-1"})").kind ==
          FaultPlan::Kind::gateway_disk);
}

TEST_CASE("losses in bursts, by time and by packet") {
    const LinkProfile by_time = radio_of(
        R"({"model": "gilbert-elliott", "step": "time", "good": "95s", "bad": "5s", "p_good": 0.001, "p_bad": 0.9})");
    CHECK(by_time.loss == 0.0);
    REQUIRE(by_time.bursts.has_value());
    const auto& sojourns = std::get<BurstsByTime>(*by_time.bursts);
    CHECK(sojourns.good == Duration(95s));
    CHECK(sojourns.bad == Duration(5s));
    CHECK(sojourns.loss_good == 0.001);
    CHECK(sojourns.loss_bad == 0.9);
    const LinkProfile by_packet = radio_of(R"({"model": "gilbert-elliott", "step": "packet", "p": 0.005, "r": 0.3})");
    REQUIRE(by_packet.bursts.has_value());
    const auto& chain = std::get<BurstsByPacket>(*by_packet.bursts);
    CHECK(chain.enter_bad == 0.005);
    CHECK(chain.leave_bad == 0.3);
    CHECK(chain.loss_good == 0.0);
    CHECK(chain.loss_bad == 1.0);
}

TEST_CASE("a run that the command line makes shorter leaves out the faults and the expectations that do not fit") {
    const std::string text = with(R"("expect": [)", R"("faults": [
      {"id": "early", "at": "10s", "for": "30s", "do": "down", "on": "station:PS-02"},
      {"id": "long", "at": "20s", "for": "9m", "do": "down", "on": "station:PS-02"},
      {"id": "late", "at": "5m", "for": "10s", "do": "down", "on": "station:PS-02"}],
    "expect": [
      {"id": "quick", "kind": "recovery", "after": "early", "within": "1m", "to": {"connected": 1}},
      {"id": "slow", "kind": "recovery", "after": "early", "within": "5m", "to": {"connected": 1}},
      {"id": "unmet", "kind": "recovery", "after": "late", "within": "1m", "to": {"connected": 1}},
      {"id": "everything", "kind": "sometimes", "event": ["sensor.lost"]},)");
    ReadOptions options;
    options.run = 1min;  // and two of drain
    const Scenario plan = read_scenario(text, "f.json", options);
    REQUIRE(plan.faults.size() == 1);
    CHECK(plan.faults[0].id == "early");
    CHECK(plan.left_out.faults == std::vector<std::string>{"long", "late"});
    CHECK(plan.expectations[0].id == "quick");
    CHECK(plan.left_out.expectations == std::vector<std::string>{"slow", "unmet", "everything"});
    CHECK(read_scenario(text, "f.json").left_out.is_nothing());
}

TEST_CASE("a run that is not shorter than the file's has to have room for its faults") {
    const std::string late = faulty(R"({"id": "F", "at": "9m", "for": "5m", "do": "down", "on": "station:PS-02"})");
    CHECK(refusal(late).find("a fault that ends within the run is wanted") != std::string::npos);
    ReadOptions options;
    options.run = 20min;
    CHECK(read_scenario(late, "f.json", options).faults.size() == 1);
}
