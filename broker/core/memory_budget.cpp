#include "broker/core/memory_budget.hpp"

namespace trunkline::broker {

namespace {

// In percent of the limit, by Pressure: from where on it holds, and down to where it goes on. What is under way when a
// stage sets in (the rest of a read, a fan-out) still finds room before the limit.
constexpr std::array<std::size_t, 5> sets_in_at{0, 75, 80, 85, 90};
constexpr std::size_t ends_below = 5;  // percent lower

Pressure pressure_at(std::size_t percent) {
    std::size_t stage = sets_in_at.size() - 1;
    while (percent < sets_in_at[stage]) --stage;
    return static_cast<Pressure>(stage);
}

}  // namespace

std::string_view name_of(Pressure pressure) {
    switch (pressure) {
        case Pressure::none:
            return "none";
        case Pressure::refusing:
            return "refusing";
        case Pressure::holding:
            return "holding";
        case Pressure::dropping:
            return "dropping";
        case Pressure::full:
            return "full";
    }
    return "unknown";
}

bool MemoryBudget::rises_to(std::size_t used) {
    if (limit_ == 0) return false;
    const Pressure reached = pressure_at(used * 100 / limit_);
    if (reached <= pressure_) return false;
    pressure_ = reached;
    return true;
}

bool MemoryBudget::falls_to(std::size_t used) {
    if (limit_ == 0) return false;
    const Pressure left = pressure_at(used * 100 / limit_ + ends_below);
    if (left >= pressure_) return false;
    pressure_ = left;
    return true;
}

}  // namespace trunkline::broker
