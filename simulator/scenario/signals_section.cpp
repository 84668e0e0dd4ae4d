// "signals": what is measured.

#include <algorithm>
#include <array>
#include <span>

#include "simulator/scenario/draft.hpp"

namespace trunkline::sim::reading {

namespace {

// Values travel in thousandths, in 64 bits.
constexpr double largest_value = 1e12;
constexpr std::size_t longest_unit = 24;
constexpr Duration shortest_period = std::chrono::milliseconds(1);
constexpr Duration longest_period = std::chrono::hours(24 * 366);

/// A unit stands in each reading as it is, without escapes.
void read_unit(const Field& unit, SignalPlan& signal) {
    signal.unit = unit.text();
    const bool plain = std::all_of(signal.unit.begin(), signal.unit.end(), [](char character) {
        return static_cast<unsigned char>(character) >= 0x20 && character != 0x7f && character != '"' &&
               character != '\\';
    });
    if (!plain || signal.unit.size() > longest_unit)
        unit.refuse("a unit of at most " + std::to_string(longest_unit) +
                    " octets without quotes and backslashes is wanted");
}

double value(const Field& field) { return field.number(-largest_value, largest_value); }
Duration time(const Field& field) { return field.duration(shortest_period, longest_period); }

void read_sigma(const Field& model, SignalPlan& signal) {
    if (const auto sigma = model.find("sigma")) signal.sigma = sigma->number(0.0, largest_value);
}

void read_wander(const Field& model, SignalPlan& signal) {
    constexpr std::array<Key, 6> keys = {{{"model"}, {"unit"}, {"mean"}, {"sigma"}, {"tau"}, {"couples", false}}};
    model.allow(keys);
    signal.model = SignalModel::wander;
    signal.mean = value(model.need("mean"));
    read_sigma(model, signal);
    signal.tau = std::chrono::minutes(1);
    if (const auto tau = model.find("tau")) signal.tau = time(*tau);
}

void read_wave(const Field& model, SignalPlan& signal) {
    constexpr std::array<Key, 7> keys = {
        {{"model"}, {"unit"}, {"mean"}, {"amp"}, {"period"}, {"sigma"}, {"couples", false}}};
    model.allow(keys);
    signal.model = SignalModel::wave;
    signal.mean = value(model.need("mean"));
    signal.amplitude = model.need("amp").number(0.0, largest_value);
    signal.period = time(model.need("period"));
    read_sigma(model, signal);
}

void read_actuator(const Field& model, SignalPlan& signal) {
    constexpr std::array<Key, 5> keys = {{{"model"}, {"unit"}, {"travel"}, {"every"}, {"states", false}}};
    model.allow(keys);
    signal.model = SignalModel::actuator;
    signal.travel = time(model.need("travel"));
    if (const auto every = model.find("every")) signal.every = time(*every);
}

void read_step(const Field& model, SignalPlan& signal) {
    constexpr std::array<Key, 6> keys = {{{"model"}, {"unit"}, {"low"}, {"high"}, {"every"}, {"sigma"}}};
    model.allow(keys);
    signal.model = SignalModel::step;
    signal.low = value(model.need("low"));
    signal.high = value(model.need("high"));
    signal.every = time(model.need("every"));
    read_sigma(model, signal);
}

void read_counter(const Field& model, SignalPlan& signal) {
    constexpr std::array<Key, 3> keys = {{{"model"}, {"unit"}, {"per_hour"}}};
    model.allow(keys);
    signal.model = SignalModel::counter;
    // So that the count stays exact in thousandths for the longest_period run.
    signal.per_hour = model.need("per_hour").number(0.0, 1e8);
}

struct Model {
    std::string_view name;
    void (*read)(const Field& model, SignalPlan& signal);
};
constexpr std::array<Model, 5> models = {{{"ou", read_wander},
                                          {"sine+noise", read_wave},
                                          {"actuator", read_actuator},
                                          {"step", read_step},
                                          {"counter", read_counter}}};

}  // namespace

void read_signals(const Field& signals, Draft& draft) {
    constexpr std::array<std::string_view, 1> later = {"replay"};
    std::array<std::string_view, models.size()> names;
    for (std::size_t at = 0; at < models.size(); ++at) names[at] = models[at].name;
    for (const Field::Named& named : signals.members()) {
        named.field.check_name(named.key);
        const std::string word = named.field.need("model").word(names, later);
        const auto model =
            std::find_if(models.begin(), models.end(), [&word](const Model& each) { return each.name == word; });
        SignalPlan signal;
        signal.id = named.key;
        model->read(named.field, signal);
        if (const auto unit = named.field.find("unit")) read_unit(*unit, signal);
        draft.signal_names.add(named.field, named.key);
        draft.plan.signals.push_back(std::move(signal));
    }
}

}  // namespace trunkline::sim::reading
