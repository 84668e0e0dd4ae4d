#pragma once
// Broken promises, as they are noticed.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "protocol/base/instant.hpp"
#include "simulator/oracle/verdict.hpp"

namespace trunkline::sim {

/// Names one reading: which sensor (index into Scenario::sensors) and its number, from 1. It travels in the payload.
struct ReadingKey {
    std::size_t sensor = 0;
    std::uint64_t sequence = 0;

    friend bool operator==(const ReadingKey&, const ReadingKey&) = default;
};

struct Finding {
    Violation::Promise promise{};
    std::size_t sensor = no_sensor;
    std::uint64_t sequence = 0;  // 0: not about one reading
    std::size_t actor = no_actor;
    Instant at{};
    std::string text;  // what happened, and the events that it follows from
};

/// Findings while the run goes on. Beyond a bound they are counted only: a broken system breaks a promise a million
/// times.
class Findings {
public:
    void add(Finding finding) {
        ++count_;
        if (first_.size() < most) first_.push_back(std::move(finding));
    }
    const std::vector<Finding>& first() const { return first_; }
    std::uint64_t count() const { return count_; }

private:
    static constexpr std::size_t most = 1'000;
    std::vector<Finding> first_;
    std::uint64_t count_ = 0;
};

}  // namespace trunkline::sim
