#include "simulator/devices/answers.hpp"

#include "simulator/devices/reading.hpp"

namespace trunkline::sim {

Answers::Answers(const ActorPlan& plan, Instant start)
    : plan_(plan), start_(start), waiting_since_(plan.answers.size()), is_answered_(plan.answers.size(), false) {}

void Answers::command_due(std::size_t publication) {
    for (std::size_t answer = 0; answer < plan_.answers.size(); ++answer) {
        if (plan_.answers[answer].publication == publication)
            waiting_since_[answer] = start_ + plan_.publications[publication].at;
    }
}

std::optional<std::size_t> Answers::take_answered(std::string_view topic, std::string_view payload, Instant now) {
    for (std::size_t answer = 0; answer < plan_.answers.size(); ++answer) {
        if (!waiting_since_[answer] || is_answered_[answer]) continue;
        if (now - *waiting_since_[answer] > plan_.answers[answer].within) continue;
        if (!is_answer(plan_.answers[answer], topic, payload)) continue;
        is_answered_[answer] = true;
        return answer;
    }
    return std::nullopt;
}

bool Answers::is_answer(const AnswerPlan& answer, std::string_view topic, std::string_view payload) const {
    return answer.topic == topic && (answer.payload == payload || answer.payload == value_shown_in(payload));
}

}  // namespace trunkline::sim
