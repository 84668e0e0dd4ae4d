#pragma once
// A small scenario whose lines are known, to break one of them at a time.

#include <algorithm>
#include <stdexcept>
#include <string>
#include <string_view>

#include "simulator/scenario/scenario_reader.hpp"

namespace trunkline::sim {

constexpr std::string_view small_scenario = R"({
  "trunkline": 1,
  "name": "small",
  "seed": 7,
  "clock": {"mode": "virtual", "start": "2026-01-15T06:00:00Z"},
  "phases": {"warmup": "1m", "run": "10m", "drain": "2m"},
  "vars": {"p": 0.2, "count": 2},
  "broker": {"use": "embedded"},
  "links": {
    "fiber": {"delay": "4ms"},
    "radio": {"delay": {"base": "50ms", "jitter": "20ms", "dist": "uniform"}, "loss": {"model": "bernoulli", "p": "$p"}}
  },
  "stations": [{"id": "PS-{n:02}", "repeat": {"n": [1, 2]}, "field": "radio"}],
  "signals": {"pressure": {"model": "ou", "mean": 62.0, "sigma": 0.4, "tau": "90s", "unit": "bar"}},
  "gateways": [{"id": "gw-1", "mode": "transparent", "serves": "station:*", "broker_link": "fiber"}],
  "sensors": [
    {"id": "PT", "at": "station:PS-*", "count": "$count", "signal": "pressure", "protocol": "mqtt-sn", "qos": 1,
     "topic": "line/{station}/pt/{n:02}", "topic_kind": "registered", "payload": "json", "sample": "15s",
     "session": {"clean": false, "keepalive": "90s"}, "retry": {"t": "8s", "n": 4},
     "store": {"messages": 20, "drop": "oldest"}}
  ],
  "actors": [
    {"id": "scada", "protocol": "mqtt5", "link": "fiber", "session": {"clean": false, "expiry": "1h", "keepalive": "30s"},
     "subscribe": [{"filter": "line/#", "qos": 1}]}
  ],
  "expect": [
    {"id": "E1", "kind": "delivery", "of": "sensor:*", "to": "actor:scada", "qos": 1, "lost": 0, "unexpected": 0, "dup_ratio": {"max": 0.5}},
    {"id": "E2", "kind": "analytic", "formula": "sn-qos1", "of": "sensor:PT@PS-01-*", "confidence": 0.99}
  ]
}
)";

/// The small scenario with `before`, which must stand there once, replaced.
inline std::string with(std::string_view before, std::string_view after) {
    std::string text(small_scenario);
    const std::size_t at = text.find(before);
    if (at == std::string::npos || text.find(before, at + 1) != std::string::npos)
        throw std::logic_error("does not stand there once: " + std::string(before));
    return text.replace(at, before.size(), after);
}

/// Without its expectations.
inline std::string unjudged(std::string text) {
    return text.replace(text.find(",\n  \"expect\": ["), std::string::npos, "\n}\n");
}

inline Scenario plan_of(std::string_view text) { return read_scenario(text, "f.json"); }

/// The line for what is wrong.
inline std::string refusal(std::string_view text) {
    try {
        plan_of(text);
    } catch (const ScenarioError& error) {
        return error.what();
    }
    return "it is taken";
}

}  // namespace trunkline::sim
