#pragma once
// Carries one observer in the world.

#include <optional>

#include "simulator/devices/observer.hpp"
#include "simulator/devices/topic_index.hpp"
#include "simulator/world/surroundings.hpp"

namespace trunkline::sim {

/// The observer's driver: its stream to the broker, and its facts to the oracle.
class ActorHost {
public:
    /// `index`: into Scenario::actors.
    ActorHost(Surroundings surroundings, std::uint32_t index, const TopicIndex& topics);

    void start() { round(Instant{}); }
    void wake(Instant now);
    /// Also called for a stream that it has closed and whose last bytes are still under way.
    void stream_moved(StreamIndex stream, Instant now);

    /// Away: it says DISCONNECT, or drops a connection that is not open yet, and stays away. Absences that overlap all
    /// have to end.
    void set_away(bool is_away, Instant now);

    /// Stalled: it leaves what comes in the connection, and says nothing. Overlapping ones all have to end.
    void set_stalled(bool is_stalled, Instant now);

    /// Its connection ends, if it has one, and it comes back by itself.
    void disconnect(FaultPlan::Goodbye how, Instant now);

    const Observer& observer() const { return observer_; }

private:
    void round(Instant now);
    void close_stream(Instant now);

    Surroundings world_;
    std::uint32_t index_;
    const TopicIndex& topics_;
    Observer observer_;
    Channel channel_;
    std::optional<StreamIndex> stream_;
    Wakeup wakeup_;
    unsigned absences_ = 0;
    unsigned stalls_ = 0;
};

}  // namespace trunkline::sim
