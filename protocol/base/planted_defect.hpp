#pragma once
// A promise that a core can be made to break, for tests of whoever has to notice.

#include <cassert>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/bytes.hpp"
#include "protocol/base/instant.hpp"

namespace trunkline {

/// One time that the promise was broken, and what it was about.
struct Lapse {
    Instant at{};
    std::string client_id;
    std::string topic;
    std::string payload;
};

/// Breaks one promise at every so-manieth occasion, counted and not drawn, so that the same run breaks it at the same
/// moments, and remembers when. Only tests make one: no program, option or scenario does.
template <typename Promise>
class PlantedDefect {
public:
    PlantedDefect(Promise promise, std::uint64_t every) : promise_(promise), every_(every) { assert(every > 0); }

    /// An occasion to keep this promise: whether it is to be broken. Then note() follows.
    bool strikes(Promise promise) { return promise == promise_ && ++occasions_ % every_ == 0; }
    void note(std::string_view client_id, std::string_view topic, ByteView payload, Instant now) {
        lapses_.push_back({now, std::string(client_id), std::string(topic), std::string(as_text(payload))});
    }
    const std::vector<Lapse>& lapses() const { return lapses_; }

private:
    Promise promise_;
    std::uint64_t every_;
    std::uint64_t occasions_ = 0;
    std::vector<Lapse> lapses_;
};

}  // namespace trunkline
