#pragma once
// What the queues of all sessions hold together.

#include <cstddef>

namespace trunkline::broker {

/// Kept by the queues themselves. It outlives them.
struct QueueTally {
    std::size_t messages = 0;
    std::size_t bytes = 0;  // footprints, each as often as it is queued
    std::size_t room = 0;   // entries that the queues have memory for
    std::size_t messages_on_disk = 0;
    std::size_t bytes_on_disk = 0;  // footprints that they will have
};

/// A number that counts in a total as long as it lives.
class Tallied {
public:
    /// It outlives this.
    explicit Tallied(std::size_t& total) : total_(total) {}
    ~Tallied() { total_ -= value_; }
    Tallied(const Tallied&) = delete;
    Tallied& operator=(const Tallied&) = delete;

    Tallied& operator=(std::size_t value) {
        total_ += value - value_;
        value_ = value;
        return *this;
    }
    Tallied& operator+=(std::size_t more) { return *this = value_ + more; }
    Tallied& operator-=(std::size_t less) { return *this = value_ - less; }
    Tallied& operator++() { return *this += 1; }
    Tallied& operator--() { return *this -= 1; }
    operator std::size_t() const { return value_; }

private:
    std::size_t& total_;
    std::size_t value_ = 0;
};

}  // namespace trunkline::broker
