#include "benchmarks/sensors/options.hpp"

#include <array>
#include <stdexcept>

#include "benchmarks/load/option_table.hpp"

namespace trunkline::load {

const char* const sensor_usage =
    "sensor_load flow|connect|sleep|restart|flood --gateway PORT --upstream PORT --target PID [OPTION...]\n"
    "\n"
    "Sensors in front of a gateway on 127.0.0.1, and the broker behind it, which listens on the second port.\n"
    "\n"
    "  flow        sensors publish, with one message in flight each, or at a rate\n"
    "  connect     sensors connect, and do nothing else\n"
    "  sleep       sensors subscribe and fall asleep; messages come for them, and they wake and take them\n"
    "  restart     sensors publish at a rate, while the gateway is killed and started again: that is asked for by a "
    "line\n"
    "              \"restart\" on standard output, and done when the new process is said on standard input\n"
    "  flood       sensors publish at a rate, then the same while strangers connect\n"
    "\n"
    "  --sensors N, --qos 0|1, --payload OCTETS\n"
    "  --at-once N       sensors that are connecting\n"
    "  --rate N          messages a second of all sensors, instead of one in flight each\n"
    "  --messages N      for each sleeper, up to 32\n"
    "  --flood N         CONNECTs a second of strangers, from as many addresses, in flood; with --dtls ClientHellos\n"
    "  --prepare SECONDS the target has before the first sensor connects, in connect\n"
    "  --dtls 0|1        sensors speak DTLS, as sensor-N with a key of 16 zero octets\n"
    "  --warm-up SECONDS, --seconds SECONDS\n"
    "\n"
    "Prints what it has measured as JSON.\n";

namespace {

using Option = NumberOption<SensorOptions>;
std::uint16_t port(double value) { return static_cast<std::uint16_t>(value); }

constexpr std::array<Option, 14> sensor_options{{
    {"--gateway", 1, 65'535, [](SensorOptions& o, double v) { o.plan.gateway = port(v); }},
    {"--upstream", 1, 65'535, [](SensorOptions& o, double v) { o.plan.upstream = port(v); }},
    {"--target", 1, 4'194'304, [](SensorOptions& o, double v) { o.target = static_cast<long>(v); }},
    {"--sensors", 1, 1'000'000, [](SensorOptions& o, double v) { o.plan.sensors = whole(v); }},
    {"--at-once", 1, 1'000'000, [](SensorOptions& o, double v) { o.plan.at_once = whole(v); }},
    {"--qos", 0, 1, [](SensorOptions& o, double v) { o.plan.qos = static_cast<unsigned>(v); }},
    {"--payload", 24, 1'300, [](SensorOptions& o, double v) { o.plan.payload = whole(v); }},
    {"--rate", 1, 1'000'000, [](SensorOptions& o, double v) { o.plan.rate = whole(v); }},
    {"--messages", 1, 32, [](SensorOptions& o, double v) { o.plan.messages = whole(v); }},
    {"--flood", 1, 10'000'000, [](SensorOptions& o, double v) { o.plan.flood = whole(v); }},
    {"--dtls", 0, 1, [](SensorOptions& o, double v) { o.plan.dtls = v != 0; }},
    {"--prepare", 0, 600, [](SensorOptions& o, double v) { o.prepare = v; }},
    {"--warm-up", 0, 600, [](SensorOptions& o, double v) { o.warm_up = v; }},
    {"--seconds", 0.01, 600, [](SensorOptions& o, double v) { o.seconds = v; }},
}};

}  // namespace

SensorOptions read_sensor_options(std::span<char* const> arguments) {
    SensorOptions options;
    read_numbers<SensorOptions>(options, sensor_options, arguments);
    if (options.plan.gateway == 0 || options.plan.upstream == 0 || options.target == 0)
        throw std::invalid_argument("--gateway, --upstream and --target are wanted");
    return options;
}

}  // namespace trunkline::load
