// "signals": what is measured.

#include <algorithm>
#include <array>
#include <span>

#include "simulator/plan/durations.hpp"
#include "simulator/scenario/draft.hpp"
#include "simulator/scenario/replay_file.hpp"

namespace trunkline::sim::reading {

namespace {

// Values travel in thousandths, in 64 bits.
constexpr double largest_value = 1e12;
constexpr std::size_t longest_unit = 24;
constexpr Duration shortest_period = std::chrono::milliseconds(1);
constexpr Duration longest_period = std::chrono::hours(24 * 366);

constexpr std::string_view plain_text_wanted = "a text of at most 24 octets without quotes and backslashes is wanted";

/// Units and states stand in each reading as they are, without escapes.
bool is_plain(const std::string& text) {
    return text.size() <= longest_unit && std::all_of(text.begin(), text.end(), [](char character) {
               return static_cast<unsigned char>(character) >= 0x20 && character != 0x7f && character != '"' &&
                      character != '\\';
           });
}

void read_unit(const Field& unit, SignalPlan& signal) {
    signal.unit = unit.text();
    if (!is_plain(signal.unit))
        unit.refuse("a unit of at most " + std::to_string(longest_unit) +
                    " octets without quotes and backslashes is wanted");
}

/// "hydraulics" is the pressure; the others are said with their name.
void read_coupling(const Field& couples, const Draft& draft, SignalPlan& signal) {
    constexpr std::array<std::string_view, 3> quantities = {"hydraulics", "hydraulics:flow", "hydraulics:pig"};
    const std::string word = couples.word(quantities);
    if (!draft.plan.pipeline) couples.complain("a section \"pipeline\" is wanted with it, whose hydraulics these are");
    if (word == quantities[0]) signal.couples = PipeQuantity::pressure;
    else signal.couples = word == quantities[1] ? PipeQuantity::flow : PipeQuantity::pig;
}

double value(const Field& field) { return field.number(-largest_value, largest_value); }
Duration time(const Field& field) { return field.duration(shortest_period, longest_period); }

void read_sigma(const Field& model, SignalPlan& signal) {
    if (const auto sigma = model.find("sigma")) signal.sigma = sigma->number(0.0, largest_value);
}

void read_wander(const Field& model, SignalPlan& signal) {
    constexpr std::array<Key, 6> keys = {{{"model"}, {"unit"}, {"mean"}, {"sigma"}, {"tau"}, {"couples"}}};
    model.allow(keys);
    signal.model = SignalModel::wander;
    signal.mean = value(model.need("mean"));
    read_sigma(model, signal);
    signal.tau = std::chrono::minutes(1);
    if (const auto tau = model.find("tau")) signal.tau = time(*tau);
}

void read_wave(const Field& model, SignalPlan& signal) {
    constexpr std::array<Key, 7> keys = {{{"model"}, {"unit"}, {"mean"}, {"amp"}, {"period"}, {"sigma"}, {"couples"}}};
    model.allow(keys);
    signal.model = SignalModel::wave;
    signal.mean = value(model.need("mean"));
    signal.amplitude = model.need("amp").number(0.0, largest_value);
    signal.period = time(model.need("period"));
    read_sigma(model, signal);
}

/// Three names, and perhaps a fourth that the device does not say itself, like the payload of its will.
void read_states(const Field& states, SignalPlan& signal) {
    const std::vector<Field> names = states.items();
    if (names.size() != 3 && names.size() != 4)
        states.refuse("the names of open, under way and closed are wanted, like [\"open\", \"moving\", \"closed\"]");
    for (const Field& name : names) {
        if (!is_plain(name.text())) name.refuse(plain_text_wanted);
        signal.states.push_back(name.text());
    }
}

void read_actuator(const Field& model, SignalPlan& signal) {
    constexpr std::array<Key, 5> keys = {{{"model"}, {"unit"}, {"travel"}, {"every"}, {"states"}}};
    model.allow(keys);
    signal.model = SignalModel::actuator;
    signal.travel = time(model.need("travel"));
    if (const auto every = model.find("every")) signal.every = time(*every);
    if (const auto states = model.find("states")) read_states(*states, signal);
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

void read_replay(const Field& model, SignalPlan& signal) {
    constexpr std::array<Key, 7> keys = {
        {{"model"}, {"unit"}, {"file"}, {"column"}, {"between"}, {"repeats"}, {"couples"}}};
    constexpr std::array<std::string_view, 2> ways = {"linear", "hold"};
    model.allow(keys);
    signal.model = SignalModel::replay;
    const Field file = model.need("file");
    const auto column = model.find("column");
    signal.points = read_replay_file(file, column ? column->natural(2, 1000) : 2);
    if (const auto between = model.find("between")) signal.holds_values = between->word(ways) == "hold";
    if (const auto repeats = model.find("repeats")) {
        signal.repeats = time(*repeats);
        if (signal.repeats <= signal.points.back().at)
            repeats->complain("a time behind the last one in the file, " + duration_text(signal.points.back().at) +
                              ", is wanted");
    }
}

struct Model {
    std::string_view name;
    void (*read)(const Field& model, SignalPlan& signal);
};
constexpr std::array<Model, 6> models = {{{"ou", read_wander},
                                          {"sine+noise", read_wave},
                                          {"actuator", read_actuator},
                                          {"step", read_step},
                                          {"counter", read_counter},
                                          {"replay", read_replay}}};

}  // namespace

void read_signals(const Field& signals, Draft& draft) {
    std::array<std::string_view, models.size()> names;
    for (std::size_t at = 0; at < models.size(); ++at) names[at] = models[at].name;
    for (const Field::Named& named : signals.members()) {
        named.field.check_name(named.key);
        const std::string word = named.field.need("model").word(names);
        const auto model =
            std::find_if(models.begin(), models.end(), [&word](const Model& each) { return each.name == word; });
        SignalPlan signal;
        signal.id = named.key;
        model->read(named.field, signal);
        if (const auto unit = named.field.find("unit")) read_unit(*unit, signal);
        if (const auto couples = named.field.find("couples")) read_coupling(*couples, draft, signal);
        draft.signal_names.add(named.field, named.key);
        draft.plan.signals.push_back(std::move(signal));
    }
}

}  // namespace trunkline::sim::reading
