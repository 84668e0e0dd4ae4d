#pragma once
// What an operator waits for after a command.

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "simulator/plan/scenario.hpp"

namespace trunkline::sim {

/// The answers that one actor waits for. A command is due when it is due, whether the actor is connected or not; what
/// comes before is no answer, nor what comes late.
class Answers {
public:
    /// The plan, which is one of a scenario, outlives it. `start`: the run's beginning.
    Answers(const ActorPlan& plan, Instant start);

    /// A command of the script is due, as its plan says.
    void command_due(std::size_t publication);
    /// The next answer that this message is, by its index; of several the first one. To be called until there is none.
    std::optional<std::size_t> take_answered(std::string_view topic, std::string_view payload, Instant now);
    /// How long after its command.
    Duration after(std::size_t answer, Instant now) const { return now - *waiting_since_[answer]; }

private:
    bool is_answer(const AnswerPlan& answer, std::string_view topic, std::string_view payload) const;

    const ActorPlan& plan_;
    Instant start_;
    std::vector<std::optional<Instant>> waiting_since_;  // by answer
    std::vector<bool> is_answered_;
};

}  // namespace trunkline::sim
