// What holds a link's packets up: "rate", "slot", "phy".

#include <algorithm>
#include <array>

#include "simulator/scenario/link_keys.hpp"
#include "simulator/scenario/quantities.hpp"

namespace trunkline::sim::reading {

namespace {

constexpr std::int64_t most_overhead = 65'535;

std::int32_t octets_more_or_less(const Field& field) {
    const double octets = field.number(-static_cast<double>(most_overhead), static_cast<double>(most_overhead));
    if (octets != static_cast<double>(static_cast<std::int32_t>(octets))) field.refuse("whole octets are wanted");
    return static_cast<std::int32_t>(octets);
}

/// netem's PACKETOVERHEAD, CELLSIZE and CELLOVERHEAD.
void read_overhead(const Field& rate, LinkProfile& link) {
    if (const auto overhead = rate.find("overhead")) link.overhead.packet_octets = octets_more_or_less(*overhead);
    if (const auto cell = rate.find("cell"))
        link.overhead.cell_octets = static_cast<std::uint32_t>(cell->natural(1, most_overhead));
    const auto cell_overhead = rate.find("cell_overhead");
    if (!cell_overhead) return;
    if (link.overhead.cell_octets == 0)
        cell_overhead->complain("there are no cells without \"cell\", how many octets one of them carries");
    link.overhead.cell_overhead_octets = octets_more_or_less(*cell_overhead);
}

/// Bandwidths of the SX127x.
std::uint32_t bandwidth_of(const Field& bw) {
    constexpr std::array<std::string_view, 6> words = {"31.25kHz", "41.7kHz", "62.5kHz", "125kHz", "250kHz", "500kHz"};
    constexpr std::array<std::uint32_t, 6> hertz = {31'250, 41'700, 62'500, 125'000, 250'000, 500'000};
    const std::string word = bw.word(words);
    return hertz[static_cast<std::size_t>(std::find(words.begin(), words.end(), word) - words.begin())];
}

unsigned coding_rate_of(const Field& cr) {
    constexpr std::array<std::string_view, 4> words = {"4/5", "4/6", "4/7", "4/8"};
    const std::string word = cr.word(words);
    return static_cast<unsigned>(std::find(words.begin(), words.end(), word) - words.begin()) + 1;
}

}  // namespace

/// `"9600bit"` both ways, or {"up": "64kbit", "down": "256kbit"} laid over what the link has.
void read_link_rate(const Field& rate, LinkProfile& link) {
    if (link.lora) rate.complain("\"phy\" says how fast this link is; leave one of them out");
    if (!rate.is_object()) {
        link.rate_up = link.rate_down = read_rate(rate);
        return;
    }
    constexpr std::array<Key, 5> keys = {{{"up"}, {"down"}, {"overhead"}, {"cell"}, {"cell_overhead"}}};
    rate.allow(keys);
    if (const auto up = rate.find("up")) link.rate_up = read_rate(*up);
    if (const auto down = rate.find("down")) link.rate_down = read_rate(*down);
    if (!link.has_rate()) rate.complain("\"up\" or \"down\" is wanted: an overhead is nothing without a rate");
    read_overhead(rate, link);
}

namespace {

/// How far slots are apart: "min" and "max", or "dist" about "delay".
void read_distance(const Field& slot, SlotPlan& plan) {
    const auto dist = slot.find("dist");
    for (const char* const key : {"delay", "jitter"}) {
        const auto given = slot.find(key);
        if (given && !dist) given->complain("it goes with \"dist\"; \"min\" and \"max\" are wanted, or \"dist\" too");
    }
    if (!dist) {
        plan.shortest = slot.need("min").duration(Duration::zero(), longest_held_back);
        plan.longest = plan.shortest;
        if (const auto longest = slot.find("max")) plan.longest = longest->duration(plan.shortest, longest_held_back);
        return;
    }
    for (const char* const key : {"min", "max"}) {
        if (const auto given = slot.find(key)) given->complain("\"dist\" says how far slots are apart; leave it out");
    }
    plan.distribution = distribution_of(*dist);
    plan.shortest = slot.need("delay").duration(Duration::zero(), longest_held_back);
    plan.jitter = slot.need("jitter").duration(Duration::zero(), longest_held_back);
}

}  // namespace

/// {"min": "2ms", "max": "8ms", "packets": 4, "bytes": "1500B"}, or {"delay": "5ms", "jitter": "1ms", "dist":
/// "normal"}.
void read_slot(const Field& slot, LinkProfile& link) {
    constexpr std::array<Key, 7> keys = {{{"min"}, {"max"}, {"packets"}, {"bytes"}, {"dist"}, {"delay"}, {"jitter"}}};
    slot.allow(keys);
    SlotPlan plan;
    read_distance(slot, plan);
    if (const auto packets = slot.find("packets"))
        plan.packets = static_cast<std::uint32_t>(packets->natural(1, 1'000'000));
    if (const auto octets = slot.find("bytes")) plan.octets = read_octets(*octets);
    link.slots = plan;
}

/// {"kind": "lora", "sf": 10, "bw": "125kHz", "duty": 0.01}.
void read_phy(const Field& phy, LinkProfile& link) {
    constexpr std::array<Key, 7> keys = {{{"kind"}, {"sf"}, {"bw"}, {"cr"}, {"preamble"}, {"duty"}, {"overhead"}}};
    constexpr std::array<std::string_view, 1> kinds = {"lora"};
    phy.allow(keys);
    phy.need("kind").word(kinds);
    if (link.has_rate()) phy.complain("\"phy\" has a rate of its own; leave out \"rate\"");
    LoraPlan plan = link.lora.value_or(LoraPlan{});
    const auto small = [](const Field& field, std::uint64_t from, std::uint64_t to) {
        return static_cast<unsigned>(field.natural(from, to));
    };
    if (const auto sf = link.lora ? phy.find("sf") : phy.need("sf")) plan.spreading_factor = small(*sf, 7, 12);
    if (const auto bw = phy.find("bw")) plan.bandwidth = bandwidth_of(*bw);
    if (const auto cr = phy.find("cr")) plan.coding_rate = coding_rate_of(*cr);
    if (const auto preamble = phy.find("preamble")) plan.preamble = small(*preamble, 6, 65'535);
    if (const auto duty = phy.find("duty")) plan.duty_cycle = duty->number(0.0001, 1.0);
    if (const auto overhead = phy.find("overhead")) plan.frame_octets = small(*overhead, 0, 128);
    link.lora = plan;
}

}  // namespace trunkline::sim::reading
