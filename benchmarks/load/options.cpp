#include "benchmarks/load/options.hpp"

#include <array>
#include <stdexcept>

#include "benchmarks/load/option_table.hpp"

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

constexpr std::array<NumberOption<Options>, 14> known{{
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

}  // namespace

Options read_options(std::span<char* const> arguments) {
    Options options;
    read_numbers<Options>(options, known, arguments);
    if (options.plan.port == 0 || options.target == 0) throw std::invalid_argument("--port and --target are wanted");
    return options;
}

}  // namespace trunkline::load
