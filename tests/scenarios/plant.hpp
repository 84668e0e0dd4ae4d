#pragma once
// A defect for one run, and what it has done so far.

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "simulator/world/planted_defects.hpp"

namespace trunkline::sim {

struct Plant {
    Plant() = default;
    Plant(broker::BrokerPromise promise, std::uint64_t every) : broker(std::in_place, promise, every) {}
    Plant(gateway::GatewayPromise promise, std::uint64_t every) : gateway(std::in_place, promise, every) {}

    /// Refers to this plant.
    PlantedDefects defects() {
        return {broker ? &*broker : nullptr, gateway ? &*gateway : nullptr, write_behind, &unwritten};
    }
    const std::vector<Lapse>& lapses() const {
        if (broker) return broker->lapses();
        return gateway ? gateway->lapses() : unwritten;
    }

    std::optional<broker::BrokerDefect> broker;
    std::optional<gateway::GatewayDefect> gateway;
    Duration write_behind{};
    std::vector<Lapse> unwritten;
};

}  // namespace trunkline::sim
