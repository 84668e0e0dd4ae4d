// "stations" along the line, and the "gateways" that serve them.

#include <array>

#include "simulator/scenario/draft.hpp"
#include "simulator/scenario/placeholders.hpp"
#include "simulator/scenario/quantities.hpp"

namespace trunkline::sim::reading {

namespace {

constexpr std::size_t most_stations = 100'000;
constexpr std::size_t most_gateways = 1'000;

struct Repeat {
    std::uint64_t from = 1;
    std::uint64_t to = 1;
    std::optional<Field> km;
};

/// Kilometres along the line, which end with the pipe if there is one.
double read_km(const Field& km, const Draft& draft) {
    constexpr double longest = 100'000.0;
    return km.number(0.0, draft.plan.pipeline ? draft.plan.pipeline->length / metres_in_km : longest);
}

/// Where the station stands: `km`, or in a row from `from`, `step` apart.
std::optional<double> km_of(const Field& station, const Repeat& range, std::uint64_t n, const Draft& draft) {
    constexpr std::array<Key, 2> keys = {{{"from"}, {"step"}}};
    const auto km = station.find("km");
    if (km && range.km) km->complain("\"repeat\" says where the stations are; leave it out");
    if (km) return read_km(*km, draft);
    if (!range.km) return std::nullopt;
    range.km->allow(keys);
    const double from = read_km(range.km->need("from"), draft);
    const double step = read_km(range.km->need("step"), draft);
    const double at = from + step * static_cast<double>(n - range.from);
    if (draft.plan.pipeline && at * metres_in_km > draft.plan.pipeline->length)
        range.km->complain("stations within the pipe's length_km are wanted; number " + std::to_string(n) +
                           " would stand beyond it");
    return at;
}

Repeat read_repeat(const Field& repeat) {
    constexpr std::array<Key, 2> keys = {{{"n"}, {"km"}}};
    repeat.allow(keys);
    const Field n = repeat.need("n");
    const std::vector<Field> bounds = n.items();
    if (bounds.size() != 2) n.complain("the first and the last number are wanted, like [1, 6]");
    Repeat range;
    range.from = bounds[0].natural(0, 999'999);
    range.to = bounds[1].natural(range.from, 999'999);
    range.km = repeat.find("km");
    return range;
}

void read_station(const Field& station, Draft& draft) {
    constexpr std::array<Key, 6> keys = {{{"id"}, {"repeat"}, {"field"}, {"uplink"}, {"kind"}, {"km"}}};
    station.allow(keys);
    const Field id = station.need("id");
    StationDraft place;
    place.field_link = draft.link_names.index_of(station.need("field"));
    if (const auto uplink = station.find("uplink")) place.uplink = draft.stream_link(*uplink);
    if (const auto kind = station.find("kind")) kind->name();  // for people
    const auto repeat = station.find("repeat");
    const Repeat range = repeat ? read_repeat(*repeat) : Repeat{};
    const std::uint64_t count = draft.stations.size() + (range.to - range.from + 1);
    if (count > most_stations)
        station.complain("at most " + std::to_string(most_stations) + " stations are wanted in all, got " +
                         std::to_string(count));
    for (std::uint64_t n = range.from; n <= range.to; ++n) {
        const Placeholder number{.name = "n", .text = {}, .number = n, .is_number = true};
        const auto known = repeat ? std::span(&number, 1) : std::span<const Placeholder>();
        const auto expanded = expand(id.text(), known);
        if (!expanded) id.complain(expanded.error().text);
        id.check_name(*expanded);
        draft.station_names.add(id, *expanded);
        place.km = km_of(station, range, n, draft);
        draft.stations.push_back(place);
    }
}

void read_limits(const Field& set, GatewayLimits& limits) {
    constexpr std::array<Key, 4> keys = {
        {{"uplink_window"}, {"stored_messages"}, {"downlink_messages"}, {"upstream_connections"}}};
    set.allow(keys);
    if (const auto window = set.find("uplink_window")) limits.uplink_window = window->natural(1, 1'000);
    if (const auto messages = set.find("stored_messages")) limits.stored_messages = messages->natural(0, 1'000'000);
    if (const auto messages = set.find("downlink_messages")) limits.downlink_messages = messages->natural(1, 65'535);
    if (const auto count = set.find("upstream_connections")) limits.upstream_connections = count->natural(1, 64);
}

/// What is acknowledged is kept: there is no "oldest".
void read_buffer(const Field& buffer, GatewayLimits& limits) {
    constexpr std::array<Key, 2> keys = {{{"messages"}, {"drop"}}};
    constexpr std::array<std::string_view, 1> policies = {"newest"};
    buffer.allow(keys);
    limits.buffer_messages = buffer.need("messages").natural(0, 1'000'000);
    const auto drop = buffer.find("drop");
    if (drop && drop->is_text() && drop->text() == "oldest")
        drop->complain(
            "\"newest\" is wanted, got \"oldest\": the gateway has acknowledged what it keeps; whom it has no "
            "room for hears of congestion");
    if (drop) drop->word(policies);
}

/// "PATTERN=MODE", as the gateway's option has it.
ClientModePlan read_client_mode(const Field& rule) {
    const std::string text = rule.text();
    const std::size_t sign = text.rfind('=');
    const std::string_view mode =
        sign == std::string::npos ? std::string_view() : std::string_view(text).substr(sign + 1);
    constexpr std::string_view allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.@*?";
    const bool is_pattern = sign != 0 && text.find_first_not_of(allowed) == sign;
    if (!is_pattern || (mode != "transparent" && mode != "aggregating"))
        rule.refuse("a pattern of sensors' ids and their mode is wanted, like \"FQ@*=aggregating\"");
    return {text.substr(0, sign), mode == "aggregating"};
}

}  // namespace

void read_stations(const Field& stations, Draft& draft) {
    for (const Field& station : stations.items()) read_station(station, draft);
}

void read_gateways(const Field& gateways, Draft& draft) {
    constexpr std::array<Key, 10> keys = {{{"id"},
                                           {"mode"},
                                           {"client_mode"},
                                           {"serves"},
                                           {"broker_link"},
                                           {"backup_link"},
                                           {"keepalive"},
                                           {"set"},
                                           {"buffer"},
                                           {"trusted_network"}}};
    constexpr std::array<std::string_view, 2> modes = {"transparent", "aggregating"};
    const std::vector<Field> all = gateways.items();
    if (all.size() > most_gateways)
        gateways.complain("at most " + std::to_string(most_gateways) + " gateways are wanted, got " +
                          std::to_string(all.size()));
    for (const Field& gateway : all) {
        gateway.allow(keys);
        GatewayPlan plan;
        const Field id = gateway.need("id");
        plan.id = id.name();
        draft.gateway_names.add(id, plan.id);
        if (const auto mode = gateway.find("mode")) plan.is_aggregating = mode->word(modes) == "aggregating";
        if (const auto rules = gateway.find("client_mode")) {
            for (const Field& rule : rules->items()) plan.client_modes.push_back(read_client_mode(rule));
        }
        if (const auto keep_alive = gateway.find("keepalive"))
            plan.keep_alive = keep_alive->whole_seconds(std::chrono::seconds(1), std::chrono::seconds(65'535));
        plan.broker_link = draft.stream_link(gateway.need("broker_link"));
        if (const auto backup = gateway.find("backup_link")) plan.backup_link = draft.stream_link(*backup);
        if (const auto set = gateway.find("set")) read_limits(*set, plan.limits);
        if (const auto buffer = gateway.find("buffer")) read_buffer(*buffer, plan.limits);
        if (const auto trusted = gateway.find("trusted_network")) {
            for (const Field& network : trusted->items()) plan.trusted_networks.push_back(read_network(network));
        }
        const Field serves = gateway.need("serves");
        for (const std::size_t at : draft.station_names.select(serves)) {
            StationDraft& station = draft.stations[at];
            if (station.gateway)
                serves.complain("station \"" + draft.station_names[at] + "\" is served by gateway \"" +
                                draft.gateway_names[*station.gateway] + "\" already; one gateway each is wanted");
            station.gateway = draft.plan.gateways.size();
        }
        draft.plan.gateways.push_back(std::move(plan));
    }
}

}  // namespace trunkline::sim::reading
