// "links": how each kind of link treats a packet. Words and meanings are those of netem.

#include <array>

#include "simulator/scenario/draft.hpp"

namespace trunkline::sim::reading {

namespace {

constexpr Duration longest_delay = std::chrono::minutes(10);

/// `"4ms"`, or {"base": "25ms", "jitter": "20ms", "dist": "uniform"}.
void read_delay(const Field& delay, LinkProfile& link) {
    if (!delay.is_object()) {
        link.delay = delay.duration(Duration::zero(), longest_delay);
        return;
    }
    constexpr std::array<Key, 3> keys = {{{"base"}, {"jitter"}, {"dist"}}};
    constexpr std::array<std::string_view, 1> available = {"uniform"};
    constexpr std::array<std::string_view, 4> later = {"normal", "pareto", "paretonormal", "exp"};
    delay.allow(keys);
    link.delay = delay.need("base").duration(Duration::zero(), longest_delay);
    if (const auto dist = delay.find("dist")) dist->word(available, later);
    // A packet cannot arrive before it was sent.
    if (const auto jitter = delay.find("jitter")) link.jitter = jitter->duration(Duration::zero(), link.delay);
}

/// {"model": "bernoulli", "p": 0.2}: the only form, so that a model never has to be guessed.
void read_loss(const Field& loss, LinkProfile& link) {
    constexpr std::array<Key, 11> keys = {{{"model"},
                                           {"p"},
                                           {"r", false},
                                           {"h", false},
                                           {"k", false},
                                           {"step", false},
                                           {"good", false},
                                           {"bad", false},
                                           {"p_good", false},
                                           {"p_bad", false},
                                           {"enter_bad", false}}};
    constexpr std::array<std::string_view, 1> available = {"bernoulli"};
    constexpr std::array<std::string_view, 2> later = {"gilbert-elliott", "state"};
    if (!loss.is_object()) loss.refuse("a loss model is wanted, like {\"model\": \"bernoulli\", \"p\": 0.2}");
    // The model first: the keys of another model are best explained by its name.
    loss.need("model").word(available, later);
    loss.allow(keys);
    link.loss = loss.need("p").probability();
}

}  // namespace

void read_links(const Field& links, Draft& draft) {
    constexpr std::array<Key, 11> keys = {{{"delay"},
                                           {"loss"},
                                           {"rate", false},
                                           {"queue", false},
                                           {"half_duplex", false},
                                           {"mtu", false},
                                           {"duplicate", false},
                                           {"reorder", false},
                                           {"corrupt", false},
                                           {"phy", false},
                                           {"extends", false}}};
    for (const Field::Named& named : links.members()) {
        named.field.check_name(named.key);
        named.field.allow(keys);
        draft.link_names.add(named.field, named.key);
        LinkProfile link;
        link.id = named.key;
        if (const auto delay = named.field.find("delay")) read_delay(*delay, link);
        if (const auto loss = named.field.find("loss")) read_loss(*loss, link);
        draft.plan.links.push_back(std::move(link));
    }
}

}  // namespace trunkline::sim::reading
