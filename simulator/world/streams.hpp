#pragma once
// The virtual TCP connections of a world.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "protocol/base/bring_near.hpp"
#include "simulator/links/packet_listener.hpp"
#include "simulator/links/stream_connection.hpp"
#include "simulator/links/stream_owner.hpp"
#include "simulator/plan/scenario.hpp"
#include "simulator/world/event_queue.hpp"

namespace trunkline::sim {

/// Names a stream while it lives; used again afterwards.
enum class StreamIndex : std::uint32_t {};

/// The table. Whoever has used a stream settles it, so that it is woken when its next segment is due and freed when
/// both ends have done with it.
class Streams {
public:
    /// `listener` is told of every segment; nullptr: nobody listens. Both outlive the table.
    Streams(EventQueue& queue, std::uint64_t seed, PacketListener* listener = nullptr)
        : queue_(queue), seed_(seed), listener_(listener) {}

    /// Starts to open. `owner_name` and the number of its connections so far name the two random streams, so that what
    /// others open changes nothing for it.
    /// The channel is that of all streams over this link from this place, and outlives them.
    StreamIndex open(const LinkProfile& link, Channel& channel, StreamOwner owner, std::string_view owner_name,
                     Instant now);
    StreamConnection& at(StreamIndex stream) { return *slot(stream).connection; }
    /// False for one that has been freed since its wake-up was entered.
    bool exists(StreamIndex stream) const { return slots_[static_cast<std::size_t>(stream)]->connection.has_value(); }
    /// It is going to move: what that needs is brought near. In three steps (bring_near.hpp).
    void expect(StreamIndex stream, unsigned step) const {
        const auto& slot = slots_[static_cast<std::size_t>(stream)];
        if (step == 0) return bring_near(slot);
        if (step == 1) return bring_near(*slot);
        if (step == 2 && slot->connection) slot->connection->expect();
    }
    const StreamOwner& owner(StreamIndex stream) { return slot(stream).owner; }
    /// While cut, nothing passes between this owner and the broker, or nothing one way: on open streams, and on those
    /// that it opens.
    void cut(StreamOwner::Kind kind, std::uint32_t index, bool is_cut,
             FaultPlan::Direction direction = FaultPlan::Direction::both,
             FaultPlan::BrokerWay way = FaultPlan::BrokerWay::all);
    /// The owner breaks it off (RST): the broker hears of it in this moment.
    void reset(StreamIndex stream, Instant now);
    /// Streams are numbered from 0 to this.
    std::uint32_t size() const { return static_cast<std::uint32_t>(slots_.size()); }
    /// The broker is gone: all streams close at its end, and further ones are refused.
    void broker_leaves(Instant now);
    void broker_returns();
    /// The owner is gone: all its streams close at its end.
    void owner_leaves(StreamOwner::Kind kind, std::uint32_t index, Instant now);
    void woken(StreamIndex stream, Instant at) { slot(stream).wakeup.woken(at); }
    void settle(StreamIndex stream);

    std::size_t open_count() const { return slots_.size() - free_.size(); }
    std::uint64_t opened() const { return opened_; }
    /// Of all streams that there were.
    PacketCounts segments() const;

private:
    struct Slot {
        std::optional<StreamConnection> connection;
        StreamOwner owner;
        Wakeup wakeup;
        std::uint64_t number = 0;  // among all that there were, from 1
    };
    Slot& slot(StreamIndex stream) { return *slots_[static_cast<std::size_t>(stream)]; }

    struct Cut {
        StreamOwner::Kind kind{};
        std::uint32_t index = 0;
        FaultPlan::Direction direction{};
        FaultPlan::BrokerWay way{};

        bool is_on_way_of(const StreamOwner& owner) const {
            return way == FaultPlan::BrokerWay::all || (way == FaultPlan::BrokerWay::backup) == owner.is_backup;
        }
        friend bool operator==(const Cut&, const Cut&) = default;
    };
    bool is_cut(const StreamOwner& owner, LinkWay way) const;
    void cut_or_heal(Slot& touched) const;
    void close(StreamIndex stream, StreamEnd end, Instant now);
    void tell_sent(Slot& slot);

    EventQueue& queue_;
    std::uint64_t seed_;
    PacketListener* listener_;
    std::vector<Cut> cuts_;                     // that last
    std::vector<std::unique_ptr<Slot>> slots_;  // a stream stays where it is when another one is opened
    std::vector<StreamIndex> free_;
    std::unordered_map<std::string, std::uint64_t> opened_by_;  // by the owner's name; looked up, never walked through
    bool is_broker_there_ = true;
    std::uint64_t opened_ = 0;
    PacketCounts segments_of_freed_;
};

}  // namespace trunkline::sim
