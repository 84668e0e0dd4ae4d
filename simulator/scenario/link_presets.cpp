#include "simulator/scenario/link_presets.hpp"

#include <array>

namespace trunkline::sim::reading {

namespace {

constexpr std::array<LinkPreset, 5> presets = {{
    {"vsat",
     R"({"delay": {"base": "290ms", "jitter": "15ms", "dist": "normal"},
 "rate": {"up": "64kbit", "down": "256kbit"}, "queue": "64KiB",
 "loss": {"model": "gilbert-elliott", "step": "time", "good": "95s", "bad": "5s", "p_good": 0.001, "p_bad": 0.9}})"},
    {"uhf-radio",
     R"({"delay": {"base": "50ms", "jitter": "30ms", "dist": "exp"},
 "rate": "9600bit", "queue": "8KiB", "half_duplex": true,
 "loss": {"model": "bernoulli", "p": 0.03}})"},
    {"cellular",
     R"({"delay": {"base": "45ms", "jitter": "20ms", "dist": "pareto"},
 "rate": {"up": "1mbit", "down": "5mbit"}, "queue": "128KiB",
 "loss": {"model": "gilbert-elliott", "step": "packet", "p": 0.005, "r": 0.3}})"},
    {"nb-iot",
     R"({"delay": {"base": "400ms", "jitter": "600ms", "dist": "exp"},
 "rate": "16kbit", "queue": "16KiB", "half_duplex": true,
 "loss": {"model": "bernoulli", "p": 0.02}})"},
    {"lora-mesh",
     R"({"delay": {"base": "300ms", "jitter": "200ms", "dist": "exp"},
 "rate": "600bit", "queue": "1KiB", "half_duplex": true,
 "loss": {"model": "bernoulli", "p": 0.08}, "duplicate": {"p": 0.01, "lag": "5s"}})"},
}};

}  // namespace

std::span<const LinkPreset> link_presets() { return presets; }

}  // namespace trunkline::sim::reading
