#pragma once
// What chosen devices say and are told, packet by packet, as lines for people.

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/mqtt/codec.hpp"
#include "simulator/capture/shared_packets.hpp"
#include "simulator/links/packet_listener.hpp"
#include "simulator/plan/scenario.hpp"

namespace trunkline::sim {

/// One line for each packet, when it is put on the link, decoded, with what becomes of it:
///
///     00:00:05.123  ●────────▶│         │  PT@PS-1-1  PUBLISH topic_id=7 qos=1 msg_id=3 bytes=12   +62.1 ms
///     00:00:05.186  │         ●────────▶│  PT@PS-1-1  PUBLISH topic=line/1 qos=1 packet_id=3 bytes=12   +4.0 ms
///     00:00:05.194  │◀────────✗         │  PT@PS-1-1  PUBACK topic_id=7 msg_id=3 …   lost: on the link
///
/// On the left the device, then its gateway, then the broker. Beginnings and ends of faults stand between. Of a
/// connection that chosen sensors share with others, packets about them are shown, under the connection's name.
class Ladder : public PacketListener {
public:
    /// The scenario outlives it.
    Ladder(const Scenario& scenario, PacketSelection selection);

    void began(WallTime) override {}  // its times are the run's
    void sent(const SentDatagram& datagram) override;
    void opened(const OpenedStream& stream) override;
    void sent(std::uint64_t stream, LinkWay way, const SentSegment& segment) override;
    void ended(std::uint64_t stream) override;

    /// The lines so far, each with its end, that were not taken yet.
    std::string take_lines();
    /// Faults until then, too.
    void finish(Instant end) { tell_faults(end); }
    std::size_t packets() const { return packets_; }

private:
    enum class Rung : std::uint8_t { device_gateway, gateway_broker, device_broker };
    struct Stream {
        Rung rung{};
        std::string name;
        mqtt::ProtocolVersion version;
        std::array<mqtt::FrameStream, 2> frames;                         // by way
        std::array<std::map<std::uint64_t, std::string>, 2> lost_words;  // by way and offset: said again when repeated
        std::optional<SharedPackets> shared;                             // what of it is shown; nothing: everything
    };
    struct FaultMoment {
        Instant at{};
        std::string text;
    };
    void line(Instant at, Rung rung, LinkWay way, std::string_view name, std::string_view words,
              const std::string& fate);
    void tell_faults(Instant until);
    bool is_shared(const OpenedStream& stream) const;
    /// Nothing to show: empty.
    static std::string words_of(Stream& stream, LinkWay way, const SentSegment& segment);
    static std::string new_words(Stream& stream, LinkWay way, const SentSegment& segment);

    const Scenario& scenario_;
    PacketSelection selection_;
    std::set<std::string, std::less<>> topics_;  // of the sensors that are selected
    std::map<std::uint64_t, Stream> streams_;
    std::vector<FaultMoment> faults_;  // by time
    std::size_t next_fault_ = 0;
    std::size_t packets_ = 0;
    std::string lines_;
};

}  // namespace trunkline::sim
