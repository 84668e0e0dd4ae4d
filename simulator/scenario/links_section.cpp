// "links": how each kind of link treats a packet. Words and meanings are those of netem.

#include <array>

#include "simulator/scenario/draft.hpp"

namespace trunkline::sim::reading {

namespace {

constexpr Duration longest_delay = std::chrono::minutes(10);

/// `"4ms"`, or {"base": "25ms", "jitter": "20ms", "dist": "uniform"}.
void read_delay(const Field& delay, LinkProfile& link) {
    link.jitter = Duration::zero();
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

}  // namespace

void read_link(const Field& link_keys, LinkProfile& link) {
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
    link_keys.allow(keys);
    if (const auto delay = link_keys.find("delay")) read_delay(*delay, link);
    if (const auto loss = link_keys.find("loss")) read_loss(*loss, link);
}

void read_links(const Field& links, Draft& draft) {
    for (const Field::Named& named : links.members()) {
        named.field.check_name(named.key);
        draft.link_names.add(named.field, named.key);
        LinkProfile link;
        link.id = named.key;
        read_link(named.field, link);
        draft.plan.links.push_back(std::move(link));
    }
}

}  // namespace trunkline::sim::reading
