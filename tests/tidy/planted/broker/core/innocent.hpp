#pragma once
// What looks like a breach and is none: no line of this file may be found.

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <unordered_map>

namespace trunkline::broker {

/// A core is told the time: std::chrono::steady_clock::now() stands in a comment, and rand() and getenv() too.
class Innocent {
public:
    explicit Innocent(int operand) : wall_time_{operand}, names_{{"rand()", 1}, {"std::cout", 2}} {}
    int time() const { return wall_time_; }
    int lifetime(int now) const { return now - wall_time_; }
    int from_member(const Innocent& other) const { return other.time(); }
    const char* text() const { return "for (auto& x : sessions_) std::time(nullptr)"; }
    std::size_t hash(int value) const { return std::hash<int>{}(value); }

private:
    int wall_time_;
    std::map<std::string, int> names_;
    std::unordered_map<int, int> sessions_;
};

}  // namespace trunkline::broker
