// Expectations about a part of the run, formulas, leaks; scripts; actors that share.

#include <doctest/doctest.h>

#include "tests/simulator/scenario/small_scenario.hpp"

using namespace std::chrono_literals;
using namespace trunkline::sim;

namespace {

/// The small scenario with a fault from 2 to 5 minutes of its run, and this expectation instead of its own.
std::string expecting(std::string_view expectation) {
    std::string text = unjudged(std::string(small_scenario));
    return text.insert(text.rfind('}'), R"(, "faults": [
    {"id": "F", "at": "2m", "for": "3m", "do": "down", "on": "station:*"},
    {"id": "M", "at": "6m", "do": "disconnect", "on": "sensor:*"},
    {"id": "L", "at": "2m", "for": "3m", "do": "link", "on": "link:PS-01.field", "set": {"loss": {"model": "bernoulli", "p": 0.3}}}],
  "expect": [{"id": "E", )" + std::string(expectation) +
                                            "}]");
}

ExpectationPlan plan_for(std::string_view expectation) { return plan_of(expecting(expectation)).expectations.at(0); }

/// Without file, line and the expectation's place.
std::string why_not(std::string_view expectation) {
    const std::string line = refusal(expecting(expectation));
    const std::size_t at = line.find("/expect/0");
    return at == std::string::npos ? line : line.substr(at + 9);
}

std::string scripted(std::string_view step) {
    return unjudged(with(R"("subscribe": [)", R"("script": [)" + std::string(step) + R"(], "subscribe": [)"));
}

std::string with_actor(std::string_view actor) {
    return with(R"(  "actors": [
)",
                R"(  "actors": [
    )" + std::string(actor) +
                    ",\n");
}

}  // namespace

TEST_CASE("an expectation about readings may be about a part of the run") {
    using Span = ExpectationPlan::Span;
    constexpr std::string_view delivery = R"("kind": "delivery", "of": "sensor:*", "to": "actor:scada")";
    CHECK(plan_for(delivery).span == Span::run);
    CHECK(plan_for(std::string(delivery) + R"(, "phase": "run")").span == Span::run);
    CHECK(plan_for(std::string(delivery) + R"(, "phase": "healthy")").span == Span::healthy);
    const ExpectationPlan during = plan_for(std::string(delivery) + R"(, "during": "F")");
    CHECK(during.span == Span::during);
    CHECK(during.fault == 0);
    CHECK(plan_for(std::string(delivery) + R"(, "after": "M")").span == Span::after);
    CHECK(why_not(std::string(delivery) + R"(, "after": "F", "phase": "healthy")") ==
          R"(: one of "during", "after" and "phase" is wanted at most)");
    CHECK(why_not(std::string(delivery) + R"(, "during": "M")") ==
          R"(/during: a fault that lasts is wanted; "M" is a moment)");
    CHECK(
        why_not(std::string(delivery) + R"(, "after": "F", "unexpected": 0)") ==
        R"(/unexpected: it is counted over the whole run; an expectation without "during", "after" and "phase" is wanted for it)");
}

TEST_CASE("delivery may except causes, by their names in the report") {
    const ExpectationPlan plan = plan_for(
        R"("kind": "delivery", "of": "sensor:*", "to": "actor:scada", "except": ["not_connected", "station_down"])");
    CHECK(plan.counts_all_undelivered);
    CHECK(plan.excepted == 0b1001);
    CHECK(why_not(R"("kind": "delivery", "of": "sensor:*", "to": "actor:scada", "except": ["bad luck"])")
              .starts_with(R"(/except/0: "not_connected", "replaced_by_newer")"));
}

TEST_CASE("latency and staleness have percentiles, at least one") {
    const ExpectationPlan latency =
        plan_for(R"("kind": "latency", "of": "sensor:*", "clock": "sending", "p50": "1s", "max": "1m")");
    CHECK(!latency.from_intended);
    REQUIRE(latency.percentiles.size() == 2);
    CHECK(latency.percentiles[0].of_100_000 == 50'000);
    CHECK(latency.percentiles[1].name == "max");
    CHECK(latency.percentiles[1].at_most == 1min);
    const ExpectationPlan age =
        plan_for(R"("kind": "staleness", "of": "sensor:*", "p99.9": "75s", "phase": "healthy")");
    CHECK(age.kind == ExpectationPlan::Kind::staleness);
    CHECK(age.percentiles[0].of_100_000 == 99'900);
    for (const char* kind : {"latency", "staleness"})
        CHECK(why_not(std::string(R"("kind": ")") + kind + R"(", "of": "sensor:*")") ==
              R"(: a bound is wanted: "p50", "p90", "p95", "p99", "p99.9" or "max")");
}

TEST_CASE("a formula may be about a fault that changes the sensors' links") {
    const ExpectationPlan plan =
        plan_for(R"("kind": "analytic", "formula": "sn-qos1", "of": "sensor:PT@PS-01-*", "during": "L")");
    CHECK(plan.fault == 2);
    CHECK(why_not(R"("kind": "analytic", "formula": "sn-qos1", "of": "sensor:*", "during": "L")") ==
          R"(/during: the fault does not change the link of "PT@PS-02-1")");
    CHECK(why_not(R"("kind": "analytic", "formula": "sn-qos1", "of": "sensor:*", "during": "F")") ==
          R"(/during: a fault that changes links is wanted, "do": "link")");
    CHECK(why_not(R"("kind": "analytic", "formula": "sn-qos2", "of": "sensor:*")") ==
          R"(/of: the formula is about MQTT-SN and QoS 2; "PT@PS-01-1" has 1)");
    CHECK(why_not(R"("kind": "analytic", "formula": "gilbert-elliott", "of": "sensor:*")")
              .starts_with("/of: the formula is about bursts by time in which all is lost"));
    CHECK(why_not(R"("kind": "analytic", "formula": "will-time", "of": "sensor:*", "during": "F")") ==
          R"(/of: sensors with a will are wanted; "PT@PS-01-1" is none)");
}

TEST_CASE("a leak is located by sensors on both sides that couple with the pressure") {
    CHECK(why_not(R"("kind": "leak-located", "fault": "F", "error_km": {"max": 1}, "within": "1m")") ==
          R"(/fault: a leak is wanted, "do": "leak")");
    std::string text = expecting(
        R"("kind": "leak-located", "fault": "K", "error_km": {"max": 2.5}, "within": "2m", "threshold": 0.1)");
    const auto replace = [&text](std::string_view before, std::string_view after) {
        text.replace(text.find(before), before.size(), after);
    };
    replace(R"("stations": [)",
            R"("pipeline": {"length_km": 100, "fluid": "water", "wave_mps": 1200, "flow_m3h": 900}, "stations": [)");
    replace(R"("repeat": {"n": [1, 2]})", R"("repeat": {"n": [1, 2], "km": {"from": 20, "step": 40}})");
    replace(R"("faults": [)", R"("faults": [{"id": "K", "at": "5m", "do": "leak", "at_km": 30, "rate_m3h": 50},)");
    CHECK(refusal(text).find("on both sides of the leak") != std::string::npos);
    replace(R"("unit": "bar")", R"("unit": "bar", "couples": "hydraulics")");
    const ExpectationPlan plan = plan_of(text).expectations.at(0);
    CHECK(plan.kind == ExpectationPlan::Kind::leak_located);
    CHECK(plan.sensors.size() == 4);
    CHECK(plan.error_at_most == 2500.0);
    CHECK(plan.within == 2min);
    CHECK(plan.threshold == 0.1);
    replace(R"("at_km": 30)", R"("at_km": 70)");
    CHECK(refusal(text).find("on both sides of the leak") != std::string::npos);
}

TEST_CASE("a script is commands at their times, and answers that are expected") {
    const Scenario plan = plan_of(scripted(
        R"({"at": "2m", "publish": {"topic": "cmd", "payload": "close", "qos": 2}, "await": {"topic": "pos/1", "payload": "closed", "within": "90s"}},
           {"at": "4m", "publish": {"topic": "cmd", "payload": "open"}})"));
    const ActorPlan& operator_ = plan.actors[0];
    REQUIRE(operator_.publications.size() == 2);
    CHECK(operator_.publications[0].at == 3min);
    CHECK(operator_.publications[0].qos == 2);
    REQUIRE(operator_.answers.size() == 1);
    CHECK(operator_.answers[0].publication == 0);
    CHECK(operator_.answers[0].topic == "pos/1");
    CHECK(operator_.answers[0].within == 90s);
    // It hears what it waits for.
    REQUIRE(operator_.subscriptions.size() == 2);
    CHECK(operator_.subscriptions[1].filter == "pos/1");
    REQUIRE(plan.expectations.size() == 1);
    CHECK(plan.expectations[0].id == "scada.script");
    CHECK(plan.expectations[0].kind == ExpectationPlan::Kind::answered);
    CHECK(plan_of(scripted(R"({"at": "4m", "publish": {"topic": "cmd", "payload": "open"}})")).expectations.empty());
}

TEST_CASE("broken scenario: scripts that cannot be") {
    CHECK(refusal(scripted("")) == "f.json:24: /actors/0/script: from 1 to 1000 commands are wanted, got 0");
    CHECK(refusal(scripted(R"({"at": "2m"})")) == R"(f.json:24: /actors/0/script/0: the key "publish" is missing)");
    CHECK(
        refusal(scripted(
            R"({"at": "10m", "publish": {"topic": "c", "payload": "x"}, "await": {"topic": "p", "payload": "y", "within": "3m"}})")) ==
        "f.json:24: /actors/0/script/0/await/within: a time that ends within the run is wanted; it would end at 14m of "
        "13m");
    CHECK(
        refusal(scripted(
            R"({"at": "1m", "publish": {"topic": "c", "payload": "x"}, "await": {"topic": "p/+", "payload": "y", "within": "3m"}})")) ==
        R"(f.json:24: /actors/0/script/0/await/topic: a topic without wildcards (+, #) is wanted, got "p/+")");
}

TEST_CASE("actors that share a subscription are a team, of which the first stands for all") {
    const Scenario plan = plan_of(unjudged(with_actor(
        R"({"id": "hist", "count": 3, "protocol": "mqtt5", "link": "fiber", "subscribe": [{"filter": "$share/h/line/#", "qos": 1}]})")));
    REQUIRE(plan.actors.size() == 4);
    CHECK(plan.actors[0].id == "hist-1");
    CHECK(plan.actors[2].id == "hist-3");
    CHECK(plan.actors[2].team == 0);
    CHECK(plan.actors[2].owed_name() == "hist");
    CHECK(plan.actors[2].subscriptions[0].text() == "$share/h/line/#");
    CHECK(plan.actors[2].subscriptions[0].filter == "line/#");
    CHECK(!plan.actors[3].team);
}

TEST_CASE("broken scenario: what a team cannot be") {
    const auto why = [](std::string_view actor) {
        const std::string line = refusal(unjudged(with_actor(actor)));
        return line.substr(line.find("/actors"));
    };
    CHECK(why(R"({"id": "hist", "protocol": "mqtt", "link": "fiber", "subscribe": [{"filter": "$share/h/line/#"}]})") ==
          R"(/actors/0/subscribe/0: shared subscriptions exist in MQTT 5 only; "protocol": "mqtt5" is wanted with it)");
    CHECK(
        why(R"({"id": "hist", "count": 2, "protocol": "mqtt5", "link": "fiber", "subscribe": [{"filter": "line/#"}]})") ==
        R"(/actors/0/count: it is for actors with a shared subscription, "$share/NAME/filter"; leave it out)");
    CHECK(
        why(R"({"id": "hist", "protocol": "mqtt5", "link": "fiber", "subscribe": [{"filter": "$share/h/line/#"}, {"filter": "x"}]})")
            .starts_with("/actors/0/subscribe/1: subscriptions that are all shared under one name, or none"));
    const std::string twice =
        R"({"id": "a", "protocol": "mqtt5", "link": "fiber", "subscribe": [{"filter": "$share/h/line/#"}]},
           {"id": "b", "protocol": "mqtt5", "link": "fiber", "subscribe": [{"filter": "$share/h/line/#"}]})";
    CHECK(why(twice) == R"(/actors/1/subscribe: "a" shares under this name already; more members are its "count")");
}
