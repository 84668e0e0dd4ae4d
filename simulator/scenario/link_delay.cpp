// "delay": how long a packet is under way (netem "delay TIME JITTER CORRELATION distribution NAME").

#include <algorithm>
#include <array>
#include <charconv>

#include "simulator/scenario/link_keys.hpp"

namespace trunkline::sim::reading {

namespace {

constexpr std::size_t most_entries = 16'384;  // netem's NETEM_DIST_MAX

bool is_gap(char character) { return character == ' ' || character == '\t' || character == '\n' || character == '\r'; }

/// As tc reads its *.dist: whole numbers between gaps, in 1/8192 of the jitter; "#" begins a remark up to the end of
/// the line.
std::vector<std::int16_t> parse_table(const Field& table, std::string_view text) {
    std::vector<std::int16_t> numbers;
    while (!text.empty()) {
        if (text.front() == '#') {
            text.remove_prefix(std::min(text.size(), text.find('\n')));
            continue;
        }
        if (is_gap(text.front())) {
            text.remove_prefix(1);
            continue;
        }
        std::int16_t number = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        text.remove_prefix(static_cast<std::size_t>(end - text.data()));
        const bool is_whole = error == std::errc() && (text.empty() || is_gap(text.front()) || text.front() == '#');
        if (!is_whole)
            table.complain("a table of whole numbers from -32768 to 32767 is wanted, in 1/8192 of the jitter; number " +
                           std::to_string(numbers.size() + 1) + " is none");
        numbers.push_back(number);
    }
    if (numbers.empty() || numbers.size() > most_entries)
        table.complain("a table of 1 to " + std::to_string(most_entries) + " numbers is wanted, got " +
                       std::to_string(numbers.size()));
    // netem draws any place of the table; in order, a place is a quantile, as a correlation wants it.
    std::sort(numbers.begin(), numbers.end());
    return numbers;
}

/// What the link has, with what the object names laid over it.
void read_shape(const Field& delay, LinkProfile& link) {
    const auto dist = delay.find("dist");
    const auto table = delay.find("table");
    if (dist && table) table->complain("\"dist\" and \"table\" contradict each other; one of them is wanted");
    if (dist) link.distribution = distribution_of(*dist);
    if (!table) return;
    link.distribution = DelayDistribution::table;
    link.delay_table = parse_table(*table, table->file_beside("a table as tc has them"));
}

}  // namespace

DelayDistribution distribution_of(const Field& dist) {
    constexpr std::array<std::string_view, 5> available = {"uniform", "normal", "exp", "pareto", "paretonormal"};
    const std::string word = dist.word(available);
    const auto place = std::find(available.begin(), available.end(), word) - available.begin();
    return static_cast<DelayDistribution>(place);
}

void read_delay(const Field& delay, LinkProfile& link) {
    if (!delay.is_object()) {
        link.delay = delay.duration(Duration::zero(), longest_base);
        link.jitter = Duration::zero();
        return;
    }
    constexpr std::array<Key, 6> keys = {{{"base"}, {"jitter"}, {"dist"}, {"table"}, {"correlation"}, {"keep_order"}}};
    delay.allow(keys);
    const bool has_base = link.delay > Duration::zero() || delay.find("base");
    if (const auto base = has_base ? delay.find("base") : delay.need("base"))
        link.delay = base->duration(Duration::zero(), longest_base);
    read_shape(delay, link);
    // A packet cannot arrive before it was sent: of the others, what would be is cut off.
    const bool is_symmetric = link.distribution == DelayDistribution::uniform;
    const Duration widest = is_symmetric ? link.delay : longest_held_back;
    if (const auto jitter = delay.find("jitter")) link.jitter = jitter->duration(Duration::zero(), widest);
    else if (link.jitter > widest) delay.complain("a jitter of at most the base is wanted with \"dist\": \"uniform\"");
    if (const auto correlation = delay.find("correlation")) link.delay_correlation = correlation->number(0.0, 0.999);
    if (const auto keep_order = delay.find("keep_order")) link.keeps_order = keep_order->boolean();
}

}  // namespace trunkline::sim::reading
