#pragma once
// Whose reading is it? From the topic of a message to the sensor that publishes there.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/base/bring_near.hpp"
#include "protocol/base/flat_table.hpp"
#include "protocol/base/hashed_text.hpp"
#include "simulator/plan/scenario.hpp"

namespace trunkline::sim {

/// The scenario outlives it; no two sensors share a topic.
class TopicIndex {
public:
    explicit TopicIndex(const Scenario& scenario);

    /// The sensor's topic is about to be looked up, here and elsewhere. In two steps (bring_near.hpp); its plan is
    /// near.
    void expect(std::size_t sensor, unsigned step) const {
        if (step == 0) sensors_.expect(key_of(sensor));
        if (step == 1) bring_beginning_near(key_of(sensor).text.data());
    }
    HashedText key_of(std::size_t sensor) const {
        HashedText key;
        key.hash = hashes_[sensor];
        key.text = scenario_.sensors[sensor].topic;
        return key;
    }
    /// Index into Scenario::sensors.
    std::optional<std::size_t> sensor_of(std::string_view topic) const;
    /// Whether an actor publishes there: such a message is no reading, and nobody's surprise.
    bool is_published_by_actors(std::string_view topic) const;

private:
    FlatTable<HashedText, std::optional<std::uint32_t>, HashedTextHash> sensors_;
    std::vector<std::string_view> of_actors_;
    const Scenario& scenario_;
    std::vector<std::size_t> hashes_;  // of topics, by sensor
};

}  // namespace trunkline::sim
