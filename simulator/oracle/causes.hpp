#pragma once
// Why a reading that was offered did not reach an actor.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace trunkline::sim {

/// Every undelivered reading has exactly one.
enum class LossCause : std::uint8_t {
    not_connected,      // the sensor had no connection and no room to keep it
    replaced_by_newer,  // waited in the sensor until a newer one took its place
    retries_exhausted,  // sent, never acknowledged, and no copy came through
    rejected,           // the gateway refused it
    subscriber_absent,  // acknowledged, but the actor's session did not exist the whole time
    run_ended,          // still waiting or under way when the run ended
    unexplained,        // acknowledged and nowhere: a broken promise
};
constexpr std::size_t loss_cause_count = 7;
using CauseCounts = std::array<std::uint64_t, loss_cause_count>;

/// As reports print it: "replaced_by_newer".
std::string_view name_of(LossCause cause);
/// For people: "a newer reading took its place".
std::string_view text_of(LossCause cause);

}  // namespace trunkline::sim
