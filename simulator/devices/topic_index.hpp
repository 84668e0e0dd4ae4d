#pragma once
// Whose reading is it? From the topic of a message to the sensor that publishes there.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/base/flat_table.hpp"
#include "protocol/base/hashed_text.hpp"
#include "simulator/plan/scenario.hpp"

namespace trunkline::sim {

/// The scenario outlives it; no two sensors share a topic.
class TopicIndex {
public:
    explicit TopicIndex(const Scenario& scenario);

    /// Index into Scenario::sensors.
    std::optional<std::size_t> sensor_of(std::string_view topic) const;
    /// Whether an actor publishes there: such a message is no reading, and nobody's surprise.
    bool is_published_by_actors(std::string_view topic) const;

private:
    FlatTable<HashedText, std::optional<std::uint32_t>, HashedTextHash> sensors_;
    std::vector<std::string_view> of_actors_;
};

}  // namespace trunkline::sim
