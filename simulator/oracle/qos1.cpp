#include "simulator/oracle/qos1.hpp"

#include <cassert>

namespace trunkline::sim {

LossCause cause_of_loss(const OpenReading& reading, std::size_t slot, Instant run_end) {
    assert(!reading.is_delivered_to(slot));
    switch (reading.stage) {
        case OpenReading::Stage::waiting:
        case OpenReading::Stage::under_way:
            return LossCause::run_ended;
        case OpenReading::Stage::gave_up:
            return LossCause::retries_exhausted;
        case OpenReading::Stage::rejected:
            return LossCause::rejected;
        case OpenReading::Stage::dropped:
            return reading.drop_cause;
        case OpenReading::Stage::acknowledged:
            break;
    }
    // A server owes a message to the sessions that exist when it accepts it, and keeps it only as long as they do.
    if (reading.is_excused(slot)) return LossCause::subscriber_absent;
    if (reading.ended_at + delivery_grace > run_end) return LossCause::run_ended;
    return LossCause::unexplained;
}

}  // namespace trunkline::sim
