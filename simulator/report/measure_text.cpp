#include "simulator/report/measure_text.hpp"

#include "simulator/report/figures.hpp"

namespace trunkline::sim {

std::string measure_text(const Measure& measure) {
    std::string text = measure.name + ' ' + shortest(measure.measured);
    if (measure.expected)
        return measure.name + ' ' + decimal(measure.measured, 5) + ", formula " + decimal(*measure.expected, 5) +
               " between " + decimal(measure.from.value_or(0.0), 5) + " and " + decimal(measure.to.value_or(1.0), 5);
    if (measure.from) text += " (at least " + shortest(*measure.from) + ')';
    if (measure.to) text += " (at most " + shortest(*measure.to) + ')';
    return text;
}

}  // namespace trunkline::sim
