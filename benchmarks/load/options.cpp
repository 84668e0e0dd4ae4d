#include "benchmarks/load/options.hpp"

#include <array>
#include <charconv>
#include <stdexcept>
#include <string_view>

namespace trunkline::load {

const char* const usage =
    "broker_load flow|queue|connect|drain|stall --port N --target PID [OPTION...]\n"
    "\n"
    "  flow        publishers and subscribers, as fast as windows allow or at a rate\n"
    "  queue       messages for subscribers that are away, who then return\n"
    "  connect     connections that do nothing\n"
    "  drain       latency of some at a rate, calm and while a deep queue drains to another\n"
    "  stall       latency of some at a rate, calm and beside a subscriber that does not read\n"
    "\n"
    "  --publishers N, --subscribers N, --qos 0|1|2, --payload OCTETS\n"
    "  --window N        messages of one publisher that are not done\n"
    "  --rate N          messages a second of all publishers, instead of windows\n"
    "  --absent 0|1      flow: the subscribers have sessions and are away\n"
    "  --times 0|1       flow: latencies as well\n"
    "  --warm-up SECONDS, --seconds SECONDS\n"
    "  --messages N      queue, drain: how many\n"
    "  --connections N   connect: how many\n"
    "\n"
    "Prints what it has measured as JSON.\n";

namespace {

using Set = void (*)(Options&, double);
struct Option {
    std::string_view name;
    double least;
    double most;
    Set set;
};

std::size_t whole(double value) { return static_cast<std::size_t>(value); }

constexpr std::array<Option, 14> known{{
    {"--port", 1, 65'535, [](Options& o, double v) { o.plan.port = static_cast<std::uint16_t>(v); }},
    {"--target", 1, 4'194'304, [](Options& o, double v) { o.target = static_cast<long>(v); }},
    {"--publishers", 1, 100'000, [](Options& o, double v) { o.plan.publishers = whole(v); }},
    {"--subscribers", 0, 100'000, [](Options& o, double v) { o.plan.subscribers = whole(v); }},
    {"--qos", 0, 2, [](Options& o, double v) { o.plan.qos = static_cast<mqtt::QoS>(whole(v)); }},
    {"--payload", least_payload, 65'536, [](Options& o, double v) { o.plan.payload = whole(v); }},
    {"--window", 1, 32'768, [](Options& o, double v) { o.plan.window = whole(v); }},
    {"--rate", 1, 1'000'000, [](Options& o, double v) { o.plan.rate = whole(v); }},
    {"--absent", 0, 1, [](Options& o, double v) { o.absent = v != 0; }},
    {"--times", 0, 1, [](Options& o, double v) { o.plan.times_everything = v != 0; }},
    {"--warm-up", 0, 600, [](Options& o, double v) { o.warm_up = v; }},
    {"--seconds", 0.01, 600, [](Options& o, double v) { o.seconds = v; }},
    {"--messages", 1, 100'000'000, [](Options& o, double v) { o.messages = whole(v); }},
    {"--connections", 1, 1'000'000, [](Options& o, double v) { o.connections = whole(v); }},
}};

const Option& find(std::string_view name) {
    for (const Option& option : known) {
        if (option.name == name) return option;
    }
    throw std::invalid_argument(std::string(name) + ": unknown; see --help");
}

}  // namespace

Options read_options(std::span<char* const> arguments) {
    Options options;
    if (arguments.empty()) throw std::invalid_argument("flow, queue, connect, drain or stall is wanted; see --help");
    options.run = arguments[0];
    for (std::size_t at = 1; at < arguments.size(); at += 2) {
        const Option& option = find(arguments[at]);
        const std::string_view text = at + 1 < arguments.size() ? arguments[at + 1] : "";
        double value = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (error != std::errc() || end != text.data() + text.size() || value < option.least || value > option.most)
            throw std::invalid_argument(std::string(option.name) + ": a number from " + std::to_string(option.least) +
                                        " to " + std::to_string(option.most) + " is wanted");
        option.set(options, value);
    }
    if (options.plan.port == 0 || options.target == 0) throw std::invalid_argument("--port and --target are wanted");
    return options;
}

}  // namespace trunkline::load
