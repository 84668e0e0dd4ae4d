// "loss": which packets are lost (netem "loss random", "loss state", "loss gemodel").

#include <array>

#include "simulator/scenario/link_keys.hpp"

namespace trunkline::sim::reading {

namespace {

double probability_of(const Field& loss, std::string_view key, double otherwise) {
    const auto field = loss.find(key);
    return field ? field->probability() : otherwise;
}

/// By netem's name or by ours, which says the same.
double loss_in_state(const Field& loss, std::string_view netem, std::string_view ours, double otherwise) {
    const auto by_netem = loss.find(netem);
    if (by_netem && loss.find(ours))
        by_netem->complain('"' + std::string(netem) + "\" and \"" + std::string(ours) +
                           "\" are the same; one of them is wanted");
    return by_netem ? by_netem->probability() : probability_of(loss, ours, otherwise);
}

Bursts read_bursts_by_time(const Field& loss) {
    constexpr std::array<Key, 6> keys = {{{"model"}, {"step"}, {"good"}, {"bad"}, {"p_good"}, {"p_bad"}}};
    loss.allow(keys);
    const auto sojourn = [&loss](const char* key) {
        return loss.need(key).duration(std::chrono::milliseconds(1), std::chrono::hours(24 * 366));
    };
    return BurstsByTime{sojourn("good"), sojourn("bad"), probability_of(loss, "p_good", 0.0),
                        probability_of(loss, "p_bad", 1.0)};
}

/// Defaults are netem's: r = 1 - p, 1-h = 1, 1-k = 0.
Bursts read_bursts_by_packet(const Field& loss) {
    constexpr std::array<Key, 8> keys = {{{"model"}, {"step"}, {"p"}, {"r"}, {"1-h"}, {"1-k"}, {"p_good"}, {"p_bad"}}};
    loss.allow(keys);
    const double p = loss.need("p").probability();
    return BurstsByPacket{p, probability_of(loss, "r", 1.0 - p), loss_in_state(loss, "1-k", "p_good", 0.0),
                          loss_in_state(loss, "1-h", "p_bad", 1.0)};
}

Bursts read_gilbert_elliott(const Field& loss) {
    constexpr std::array<std::string_view, 2> steps = {"time", "packet"};
    return loss.need("step").word(steps) == "time" ? read_bursts_by_time(loss) : read_bursts_by_packet(loss);
}

/// Defaults are netem's: p31 = 1 - p13, p32 = 0, p23 = 1, p14 = 0.
Bursts read_four_states(const Field& loss) {
    constexpr std::array<Key, 6> keys = {{{"model"}, {"p13"}, {"p31"}, {"p32"}, {"p23"}, {"p14"}}};
    loss.allow(keys);
    FourStates four;
    four.p13 = loss.need("p13").probability();
    four.p31 = probability_of(loss, "p31", 1.0 - four.p13);
    four.p32 = probability_of(loss, "p32", 0.0);
    four.p23 = probability_of(loss, "p23", 1.0);
    four.p14 = probability_of(loss, "p14", 0.0);
    if (four.p13 + four.p14 > 1.0)
        loss.complain("\"p13\" and \"p14\" of at most 1 together are wanted: both leave state 1");
    if (four.p31 + four.p32 > 1.0)
        loss.complain("\"p31\" and \"p32\" of at most 1 together are wanted: both leave state 3");
    return four;
}

}  // namespace

/// Always with its model named, so that none has to be guessed.
void read_loss(const Field& loss, LinkProfile& link) {
    constexpr std::array<Key, 3> keys = {{{"model"}, {"p"}, {"correlation"}}};
    constexpr std::array<std::string_view, 3> models = {"bernoulli", "gilbert-elliott", "state"};
    if (!loss.is_object()) loss.refuse("a loss model is wanted, like {\"model\": \"bernoulli\", \"p\": 0.2}");
    // The model first: the keys of another model are best explained by its name.
    const std::string model = loss.need("model").word(models);
    link.loss = 0.0;
    link.loss_correlation = 0.0;
    link.bursts.reset();
    if (model == "gilbert-elliott") {
        link.bursts = read_gilbert_elliott(loss);
    } else if (model == "state") {
        link.bursts = read_four_states(loss);
    } else {
        loss.allow(keys);
        link.loss = loss.need("p").probability();
        if (const auto correlation = loss.find("correlation")) link.loss_correlation = correlation->number(0.0, 0.999);
    }
}

}  // namespace trunkline::sim::reading
