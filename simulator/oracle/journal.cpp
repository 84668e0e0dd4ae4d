#include "simulator/oracle/journal.hpp"

namespace trunkline::sim {

std::string_view name_of(RunEvent::Kind kind) {
    constexpr std::array<std::string_view, event_kind_count> names = {
        "sensor_connected", "sensor_lost",      "sensor_left",
        "sensor_sleeps",    "sensor_session",   "supervision_ended",
        "actor_connected",  "actor_lost",       "will",
        "broker_down",      "broker_up",        "gateway_down",
        "gateway_up",       "partition_begins", "partition_ends",
        "gave_up",          "rejected",         "delivered",
        "delivered_again",  "undelivered"};
    return names[static_cast<std::size_t>(kind)];
}

}  // namespace trunkline::sim
