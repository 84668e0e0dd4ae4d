#pragma once
// What a test may plant in a world, to see whether the oracle finds it. No scenario and no program does.

#include "broker/core/settings.hpp"
#include "gateway/core/settings.hpp"
#include "protocol/base/instant.hpp"
#include "protocol/base/planted_defect.hpp"

namespace trunkline::sim {

/// Null and zero: none. What is planted outlives the world, and serves all lives of a program.
struct PlantedDefects {
    broker::BrokerDefect* broker = nullptr;
    gateway::GatewayDefect* gateway = nullptr;
    /// The broker's disk says at once that a batch is stored, and writes it so much later.
    Duration write_behind{};
    /// Gets the messages that were acknowledged and not written when the broker's power failed.
    std::vector<Lapse>* unwritten = nullptr;
};

}  // namespace trunkline::sim
