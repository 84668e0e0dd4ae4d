// Expectations about how long readings take, and how old what is known of them is.

#include <array>

#include "simulator/scenario/expectation_fields.hpp"

namespace trunkline::sim::reading {

namespace {

struct PercentileKey {
    std::string_view name;
    std::uint32_t of_100_000;
};
constexpr std::array<PercentileKey, 6> percentile_keys = {
    {{"p50", 50'000}, {"p90", 90'000}, {"p95", 95'000}, {"p99", 99'000}, {"p99.9", 99'900}, {"max", 100'000}}};

/// At least one.
void read_percentiles(const Field& expectation, ExpectationPlan& plan) {
    for (const PercentileKey& key : percentile_keys) {
        const auto bound = expectation.find(key.name);
        if (!bound) continue;
        plan.percentiles.push_back(
            {key.name, key.of_100_000, bound->duration(std::chrono::microseconds(1), std::chrono::hours(24 * 31))});
    }
    if (plan.percentiles.empty())
        expectation.complain("a bound is wanted: \"p50\", \"p90\", \"p95\", \"p99\", \"p99.9\" or \"max\"");
}

}  // namespace

void read_latency(const Field& expectation, const Draft& draft, ExpectationPlan& plan) {
    constexpr std::array<Key, 14> keys = {{{"id"},
                                           {"kind"},
                                           {"of"},
                                           {"to"},
                                           {"clock"},
                                           {"phase"},
                                           {"during"},
                                           {"after"},
                                           {"p50"},
                                           {"p90"},
                                           {"p95"},
                                           {"p99"},
                                           {"p99.9"},
                                           {"max"}}};
    constexpr std::array<std::string_view, 3> clocks = {"intended", "sending", "sent"};
    expectation.allow(keys);
    read_sensors_of(expectation, draft, false, plan);
    plan.actor = actor_of_to(expectation, draft);
    check_subscribed(expectation, draft, plan);
    if (const auto clock = expectation.find("clock")) plan.from_intended = clock->word(clocks) == "intended";
    read_span(expectation, draft, plan);
    read_percentiles(expectation, plan);
}

void read_staleness(const Field& expectation, const Draft& draft, ExpectationPlan& plan) {
    constexpr std::array<Key, 13> keys = {{{"id"},
                                           {"kind"},
                                           {"of"},
                                           {"to"},
                                           {"phase"},
                                           {"during"},
                                           {"after"},
                                           {"p50"},
                                           {"p90"},
                                           {"p95"},
                                           {"p99"},
                                           {"p99.9"},
                                           {"max"}}};
    expectation.allow(keys);
    read_sensors_of(expectation, draft, false, plan);
    plan.actor = actor_of_to(expectation, draft);
    check_subscribed(expectation, draft, plan);
    read_span(expectation, draft, plan);
    read_percentiles(expectation, plan);
}

}  // namespace trunkline::sim::reading
