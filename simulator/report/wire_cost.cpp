#include "simulator/report/wire_cost.hpp"

#include <algorithm>

#include "simulator/report/figures.hpp"
#include "simulator/report/html_table.hpp"

namespace trunkline::sim {

namespace {

std::uint64_t value_of(std::span<const RunCounter> counters, std::string_view name) {
    const auto found = std::find_if(counters.begin(), counters.end(),
                                    [name](const RunCounter& counter) { return counter.name == name; });
    return found == counters.end() ? 0 : found->value;
}

std::string per(std::uint64_t count, std::uint64_t readings) {
    if (readings == 0) return "–";
    return decimal(static_cast<double>(count) / static_cast<double>(readings), 1);
}

}  // namespace

std::string wire_cost_table(const History& history, std::span<const RunCounter> counters) {
    std::uint64_t readings = 0;
    for (const HistoryStep& step : history.steps) readings += step.offered;
    HtmlTable table(1);
    table.head({"links", "packets", "lost", "octets", "packets a reading", "octets a reading"});
    bool is_empty = true;
    const auto add = [&](const char* links, const std::string& packets, std::string_view octets_name) {
        const std::uint64_t sent = value_of(counters, packets);
        const std::uint64_t octets = value_of(counters, octets_name);
        if (sent == 0) return;
        is_empty = false;
        table.row({links, grouped(sent), grouped(value_of(counters, packets + "_lost")), grouped(octets),
                   per(sent, readings), per(octets, readings)});
    };
    add("datagrams of MQTT-SN, between devices and gateways", "datagrams", "datagram_octets");
    add("segments of TCP, to and from the broker", "segments", "segment_octets");
    return is_empty ? std::string() : table.text("Wire cost");
}

}  // namespace trunkline::sim
