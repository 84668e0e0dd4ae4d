#pragma once
// One direction of a link as a pure model: a packet of so many octets at such an instant, and what becomes of it.

#include <cstddef>
#include <cstdint>
#include <optional>

#include "protocol/base/instant.hpp"
#include "protocol/base/random.hpp"
#include "simulator/links/delay.hpp"
#include "simulator/links/loss.hpp"
#include "simulator/plan/scenario.hpp"

namespace trunkline::sim {

/// Octets of headers around the payload: what a link with a rate carries besides.
constexpr std::size_t udp_ip_octets = 28;  // RFC 768, RFC 791
constexpr std::size_t tcp_ip_octets = 40;  // RFC 9293 without options, RFC 791

/// Why a packet did not get through.
enum class PacketLoss : std::uint8_t {
    random,  // by the link's own loss
    cut,     // nothing passes at present
};

/// What becomes of one packet: an instant of arrival, or the cause of its loss.
struct Transit {
    std::optional<Instant> arrives;
    PacketLoss lost_by{};  // meaningful without an arrival only
};

/// Draws from its own random stream only: what another link or the other direction does changes nothing here.
/// Packets may reorder; who needs an order (StreamDirection) makes it.
class LinkDirection {
public:
    LinkDirection(const LinkProfile& profile, Random random);

    /// `octets` with all headers.
    Transit send(std::size_t octets, Instant now);

    /// From now on packets fare as this profile says. What is under way arrives as it was going to.
    void change(const LinkProfile& profile);
    /// While cut, nothing that is sent arrives.
    void cut(bool is_cut) { is_cut_ = is_cut; }

    std::uint64_t packets() const { return packets_; }
    std::uint64_t packets_lost() const { return packets_lost_; }

private:
    Random random_;
    PacketLossModel loss_;
    UniformDelay delay_;
    bool is_cut_ = false;
    std::uint64_t packets_ = 0;
    std::uint64_t packets_lost_ = 0;
};

}  // namespace trunkline::sim
