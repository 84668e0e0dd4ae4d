// "links": how each kind of link treats a packet. Words and meanings are those of netem.

#include <algorithm>
#include <array>

#include "simulator/scenario/draft.hpp"
#include "simulator/scenario/link_presets.hpp"
#include "simulator/scenario/quantities.hpp"
#include "simulator/scenario/suggestion.hpp"

namespace trunkline::sim::reading {

namespace {

constexpr Duration longest_base = std::chrono::minutes(10);
// A second copy of a QoS 0 reading is recognized for a minute (oracle/books.hpp).
constexpr Duration longest_held_back = std::chrono::minutes(1);

DelayDistribution distribution_of(const Field& dist) {
    constexpr std::array<std::string_view, 4> available = {"uniform", "normal", "exp", "pareto"};
    constexpr std::array<std::string_view, 1> later = {"paretonormal"};
    const std::string word = dist.word(available, later);
    const auto place = std::find(available.begin(), available.end(), word) - available.begin();
    return static_cast<DelayDistribution>(place);
}

/// `"4ms"`, or {"base": "25ms", "jitter": "20ms", "dist": "uniform"} laid over what the link has.
void read_delay(const Field& delay, LinkProfile& link) {
    if (!delay.is_object()) {
        link.delay = delay.duration(Duration::zero(), longest_base);
        link.jitter = Duration::zero();
        return;
    }
    constexpr std::array<Key, 5> keys = {{{"base"}, {"jitter"}, {"dist"}, {"correlation"}, {"keep_order"}}};
    delay.allow(keys);
    const bool has_base = link.delay > Duration::zero() || delay.find("base");
    if (const auto base = has_base ? delay.find("base") : delay.need("base"))
        link.delay = base->duration(Duration::zero(), longest_base);
    if (const auto dist = delay.find("dist")) link.distribution = distribution_of(*dist);
    // A packet cannot arrive before it was sent: of the others, what would be is cut off.
    const bool is_symmetric = link.distribution == DelayDistribution::uniform;
    const Duration widest = is_symmetric ? link.delay : longest_held_back;
    if (const auto jitter = delay.find("jitter")) link.jitter = jitter->duration(Duration::zero(), widest);
    else if (link.jitter > widest) delay.complain("a jitter of at most the base is wanted with \"dist\": \"uniform\"");
    if (const auto correlation = delay.find("correlation")) link.delay_correlation = correlation->number(0.0, 0.999);
    if (const auto keep_order = delay.find("keep_order")) link.keeps_order = keep_order->boolean();
}

/// Bursts that come and go with time or with packets (plan/link_profile.hpp).
Bursts read_bursts(const Field& loss) {
    constexpr std::array<Key, 6> by_time = {{{"model"}, {"step"}, {"good"}, {"bad"}, {"p_good"}, {"p_bad"}}};
    constexpr std::array<Key, 8> by_packet = {
        {{"model"}, {"step"}, {"p"}, {"r"}, {"p_good"}, {"p_bad"}, {"h", false}, {"k", false}}};
    constexpr std::array<std::string_view, 2> steps = {"time", "packet"};
    const bool is_by_time = loss.need("step").word(steps) == "time";
    if (is_by_time) loss.allow(by_time);
    else loss.allow(by_packet);
    const auto good = loss.find("p_good");
    const auto bad = loss.find("p_bad");
    const double loss_good = good ? good->probability() : 0.0;
    const double loss_bad = bad ? bad->probability() : 1.0;
    if (!is_by_time)
        return BurstsByPacket{loss.need("p").probability(), loss.need("r").probability(), loss_good, loss_bad};
    const auto sojourn = [&loss](const char* key) {
        return loss.need(key).duration(std::chrono::milliseconds(1), std::chrono::hours(24 * 366));
    };
    return BurstsByTime{sojourn("good"), sojourn("bad"), loss_good, loss_bad};
}

/// {"model": "bernoulli", "p": 0.2}, or another model: always named, so that none has to be guessed.
void read_loss(const Field& loss, LinkProfile& link) {
    constexpr std::array<Key, 2> keys = {{{"model"}, {"p"}}};
    constexpr std::array<std::string_view, 2> available = {"bernoulli", "gilbert-elliott"};
    constexpr std::array<std::string_view, 1> later = {"state"};
    if (!loss.is_object()) loss.refuse("a loss model is wanted, like {\"model\": \"bernoulli\", \"p\": 0.2}");
    // The model first: the keys of another model are best explained by its name.
    link.loss = 0.0;
    link.bursts.reset();
    if (loss.need("model").word(available, later) == "gilbert-elliott") {
        link.bursts = read_bursts(loss);
        return;
    }
    loss.allow(keys);
    link.loss = loss.need("p").probability();
}

/// `"9600bit"` both ways, or {"up": "64kbit", "down": "256kbit"} laid over what the link has.
void read_link_rate(const Field& rate, LinkProfile& link) {
    if (!rate.is_object()) {
        link.rate_up = link.rate_down = read_rate(rate);
        return;
    }
    constexpr std::array<Key, 2> keys = {{{"up"}, {"down"}}};
    rate.allow(keys);
    if (const auto up = rate.find("up")) link.rate_up = read_rate(*up);
    if (const auto down = rate.find("down")) link.rate_down = read_rate(*down);
}

/// 0.002, or {"p": 0.002, "lag": "200ms"}.
void read_duplicate(const Field& duplicate, LinkProfile& link) {
    link.duplicate_lag = Duration::zero();
    if (!duplicate.is_object()) {
        link.duplicate = duplicate.probability();
        return;
    }
    constexpr std::array<Key, 2> keys = {{{"p"}, {"lag"}}};
    duplicate.allow(keys);
    link.duplicate = duplicate.need("p").probability();
    if (const auto lag = duplicate.find("lag")) link.duplicate_lag = lag->duration(Duration::zero(), longest_held_back);
}

/// {"p": 0.005, "by": "200ms"}.
void read_reorder(const Field& reorder, LinkProfile& link) {
    constexpr std::array<Key, 2> keys = {{{"p"}, {"by"}}};
    reorder.allow(keys);
    link.reorder = reorder.need("p").probability();
    link.reorder_by = reorder.need("by").duration(Duration::zero(), longest_held_back);
}

/// What does not go together.
void check_whole(const Field& keys, const LinkProfile& link) {
    const auto queue = keys.find("queue");
    if (queue && !link.has_rate()) queue->complain("a queue forms before a \"rate\" only, and this link has none");
    if (link.half_duplex && (link.rate_up == 0 || link.rate_up != link.rate_down))
        keys.complain("\"half_duplex\" is one channel: one \"rate\" for both ways is wanted with it");
    if (link.keeps_order && link.reorder > 0.0)
        keys.complain("\"reorder\" and \"keep_order\" contradict each other; one of them is wanted");
}

void read_keys(const Field& link_keys, LinkProfile& link, bool may_extend) {
    const std::array<Key, 11> keys = {{{"delay"},
                                       {"loss"},
                                       {"rate"},
                                       {"queue"},
                                       {"half_duplex"},
                                       {"duplicate"},
                                       {"reorder"},
                                       {"extends", may_extend},
                                       {"mtu", false},
                                       {"corrupt", false},
                                       {"phy", false}}};
    link_keys.allow(keys);
    if (const auto delay = link_keys.find("delay")) read_delay(*delay, link);
    if (const auto loss = link_keys.find("loss")) read_loss(*loss, link);
    if (const auto rate = link_keys.find("rate")) read_link_rate(*rate, link);
    if (const auto queue = link_keys.find("queue")) link.queue_octets = read_octets(*queue);
    if (const auto half = link_keys.find("half_duplex")) link.half_duplex = half->boolean();
    if (const auto duplicate = link_keys.find("duplicate")) read_duplicate(*duplicate, link);
    if (const auto reorder = link_keys.find("reorder")) read_reorder(*reorder, link);
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
