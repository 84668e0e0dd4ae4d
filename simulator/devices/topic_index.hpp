#pragma once
// Whose reading is it? From the topic of a message to the sensor that publishes there.

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "simulator/plan/scenario.hpp"

namespace trunkline::sim {

/// Sorted, so that thousands of sensors cost a few comparisons. The scenario outlives it; no two sensors share a topic.
class TopicIndex {
public:
    explicit TopicIndex(const Scenario& scenario);

    /// Index into Scenario::sensors.
    std::optional<std::size_t> sensor_of(std::string_view topic) const;
    /// Whether an actor publishes there: such a message is no reading, and nobody's surprise.
    bool is_published_by_actors(std::string_view topic) const;

private:
    struct Entry {
        std::string_view topic;
        std::size_t sensor = 0;
    };
    std::vector<Entry> entries_;
    std::vector<std::string_view> of_actors_;
};

}  // namespace trunkline::sim
