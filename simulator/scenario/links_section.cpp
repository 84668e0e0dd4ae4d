// "links": how each kind of link treats a packet. Words and meanings are those of netem.

#include <algorithm>
#include <array>

#include "simulator/scenario/link_keys.hpp"
#include "simulator/scenario/link_presets.hpp"
#include "simulator/scenario/quantities.hpp"
#include "simulator/scenario/suggestion.hpp"

namespace trunkline::sim::reading {

namespace {

/// The keys of single packets, which may differ for the way down.
constexpr std::array<Key, 7> packet_keys = {
    {{"delay"}, {"loss"}, {"duplicate"}, {"reorder"}, {"corrupt"}, {"slot"}, {"mtu"}}};

/// LoRa carries a datagram without the headers of UDP and IP, and at most so much of it.
std::uint32_t most_octets(const LinkProfile& link) {
    return link.lora ? longest_lora_frame - link.lora->frame_octets : 65'535;
}

void read_mtu(const Field& mtu, LinkProfile& link) {
    // RFC 791: every IP link carries 68 octets.
    link.mtu_octets = static_cast<std::uint32_t>(mtu.natural(link.lora ? 1 : 68, most_octets(link)));
}

void read_packet_keys(const Field& link_keys, LinkProfile& link) {
    if (const auto delay = link_keys.find("delay")) read_delay(*delay, link);
    if (const auto loss = link_keys.find("loss")) read_loss(*loss, link);
    if (const auto duplicate = link_keys.find("duplicate")) read_duplicate(*duplicate, link);
    if (const auto reorder = link_keys.find("reorder")) read_reorder(*reorder, link);
    if (const auto corrupt = link_keys.find("corrupt")) read_corrupt(*corrupt, link);
    if (const auto slot = link_keys.find("slot")) read_slot(*slot, link);
    if (const auto mtu = link_keys.find("mtu")) read_mtu(*mtu, link);
}

void check_order(const Field& keys, const LinkProfile& link) {
    if (link.keeps_order && link.reorder > 0.0)
        keys.complain("\"reorder\" and \"keep_order\" contradict each other; one of them is wanted");
    if (link.reorder > 0.0 && link.reorder_skips_delay && link.delay == Duration::zero())
        keys.complain("a packet that is reordered overtakes those that are delayed: a \"delay\" is wanted with it");
}

/// {"down": {"loss": …}}: as the other way, but for this.
void read_down(const Field& down, LinkProfile& link) {
    down.allow(packet_keys);
    LinkProfile differs = link;
    differs.down_differs.clear();
    if (!link.down_differs.empty()) differs = link.down_differs.front();
    read_packet_keys(down, differs);
    check_order(down, differs);
    link.down_differs = {differs};
}

/// What does not go together.
void check_whole(const Field& keys, const LinkProfile& link) {
    const auto queue = keys.find("queue");
    if (queue && !link.has_rate() && !link.lora)
        queue->complain("a queue forms before a \"rate\" only, and this link has none");
    if (link.half_duplex && (link.rate_up == 0 || link.rate_up != link.rate_down))
        keys.complain("\"half_duplex\" is one channel: one \"rate\" for both ways is wanted with it");
    check_order(keys, link);
}

void read_keys(const Field& link_keys, LinkProfile& link, bool may_extend) {
    const std::array<Key, 14> keys = {{{"delay"},
                                       {"loss"},
                                       {"rate"},
                                       {"queue"},
                                       {"half_duplex"},
                                       {"duplicate"},
                                       {"reorder"},
                                       {"extends", may_extend},
                                       {"mtu"},
                                       {"corrupt"},
                                       {"slot"},
                                       {"limit"},
                                       {"down"},
                                       {"phy", may_extend}}};
    link_keys.allow(keys);
    if (const auto phy = link_keys.find("phy")) read_phy(*phy, link);
    if (const auto rate = link_keys.find("rate")) read_link_rate(*rate, link);
    if (const auto queue = link_keys.find("queue")) link.queue_octets = read_octets(*queue);
    if (const auto limit = link_keys.find("limit"))
        link.limit_packets = static_cast<std::uint32_t>(limit->natural(1, 1'000'000));
    if (const auto half = link_keys.find("half_duplex")) link.half_duplex = half->boolean();
    read_packet_keys(link_keys, link);
    for (LinkProfile& down : link.down_differs) read_packet_keys(link_keys, down);
    if (link.lora && link.mtu_octets == 0) link.mtu_octets = most_octets(link);
    // What is laid over a link holds both ways; then comes what differs on the way down.
    if (const auto down = link_keys.find("down")) read_down(*down, link);
    check_whole(link_keys, link);
}

LinkProfile preset_of(const Field& extends, std::string_view name) {
    std::vector<std::string_view> names;
    for (const LinkPreset& preset : link_presets()) {
        names.push_back(preset.name);
        if (preset.name != name) continue;
        const Node root = parse_document(preset.keys, "preset");
        const Source source{"preset:" + std::string(name), nullptr};
        LinkProfile link;
        read_keys(Field(source, root, ""), link, false);
        return link;
    }
    extends.complain("no preset is called \"" + std::string(name) + '"' + suggestion(name, names));
}

/// "preset:vsat", or a link that stands above.
LinkProfile link_below(const Field& extends, const Draft& draft) {
    constexpr std::string_view kind = "preset:";
    const std::string text = extends.text();
    if (text.starts_with(kind)) return preset_of(extends, std::string_view(text).substr(kind.size()));
    return draft.plan.links[draft.link_names.index_of(extends)];
}

}  // namespace

std::size_t Draft::stream_link(const Field& link) const {
    const std::size_t index = link_names.index_of(link);
    check_carries_streams(link, index);
    return index;
}

void Draft::check_carries_streams(const Field& field, std::size_t link) const {
    if (plan.links[link].lora)
        field.complain("\"phy\" of \"" + plan.links[link].id +
                       "\" carries MQTT-SN's datagrams only; a link for TCP is wanted here");
}

void read_link(const Field& keys, LinkProfile& link) { read_keys(keys, link, false); }

void read_links(const Field& links, Draft& draft) {
    for (const Field::Named& named : links.members()) {
        named.field.check_name(named.key);
        LinkProfile link;
        if (const auto extends = named.field.find("extends")) link = link_below(*extends, draft);
        draft.link_names.add(named.field, named.key);
        link.id = named.key;
        read_keys(named.field, link, true);
        draft.plan.links.push_back(std::move(link));
    }
}

}  // namespace trunkline::sim::reading
