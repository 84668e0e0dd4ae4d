#pragma once
// One direction of a link as a pure model: a packet of so many octets at such an instant, and what becomes of it.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "protocol/base/instant.hpp"
#include "protocol/base/random.hpp"
#include "simulator/links/channel.hpp"
#include "simulator/links/delay.hpp"
#include "simulator/links/loss.hpp"
#include "simulator/plan/link_profile.hpp"

namespace trunkline::sim {

/// Octets of headers around the payload: what a link with a rate carries besides.
constexpr std::size_t udp_ip_octets = 28;  // RFC 768, RFC 791
constexpr std::size_t tcp_ip_octets = 40;  // RFC 9293 without options, RFC 791

/// Why a packet did not get through.
enum class PacketLoss : std::uint8_t {
    random,         // by the link's own loss
    cut,            // nothing passes at present
    queue_full,     // no room where it had to wait, or as many packets under way as the link lets in
    damaged,        // a bit was flipped, and the receiver's checksum found it
    too_large,      // for the link's MTU
    other_address,  // the device has another address by now (SensorAddresses)
};

/// What becomes of one packet: an instant of arrival, or the cause of its loss.
struct Transit {
    std::optional<Instant> arrives;
    std::optional<Instant> copy_arrives;  // once more, not before
    PacketLoss lost_by{};                 // meaningful without an arrival only
    /// It arrives with one bit flipped, and nobody notices: which one, as a share of its bits, from 0 to below 1. Its
    /// copy is whole.
    std::optional<double> damage = std::nullopt;
};

/// Flips that bit. Nothing to flip in a datagram without octets.
void damage(std::span<std::byte> datagram, double share);

struct PacketCounts {
    std::uint64_t sent = 0;
    std::uint64_t lost = 0;  // whatever the cause
    std::uint64_t queue_full = 0;
    std::uint64_t duplicated = 0;
    std::uint64_t damaged = 0;  // whether they arrived or not
    std::uint64_t too_large = 0;
    std::uint64_t octets = 0;  // sent, with all headers

    PacketCounts& operator+=(const PacketCounts& other) {
        sent += other.sent;
        lost += other.lost;
        queue_full += other.queue_full;
        duplicated += other.duplicated;
        damaged += other.damaged;
        too_large += other.too_large;
        octets += other.octets;
        return *this;
    }
};

/// Draws from its own random stream only: what another link or the other direction does changes nothing here, but for
/// the room on a channel that they share. Packets may reorder; who needs an order (StreamDirection) makes it.
class LinkDirection {
public:
    /// `channel`, which outlives it and is changed by whoever owns it, has the rate, the limit and what is on the air;
    /// without one there is none of these. The profile is that of both ways.
    LinkDirection(const LinkProfile& profile, Random random, Channel* channel = nullptr, LinkWay way = LinkWay::up);
    LinkDirection(LinkDirection&&) noexcept;
    LinkDirection& operator=(LinkDirection&&) noexcept;
    ~LinkDirection();

    /// `octets` with all headers. First the packet waits for the rate, then it may be lost on its way.
    Transit send(std::size_t octets, Instant now);

    /// From now on packets fare as this profile says. What is under way arrives as it was going to.
    void change(const LinkProfile& profile);
    /// While cut, nothing that is sent arrives.
    void cut(bool is_cut) { is_cut_ = is_cut; }
    /// What is damaged does not arrive, whatever the profile says: who sends has a checksum.
    void discard_damaged() { discards_damaged_ = true; }

    const PacketCounts& counts() const { return counts_; }

private:
    struct Rare;
    /// Two of the draws of one packet: all that counts on most links.
    struct Luck {
        bool is_lost = false;
        Duration under_way{};
    };
    struct RareLuck;

    Luck draw();
    Transit send_with_care(std::size_t octets, Instant now);
    std::optional<Instant> leave(std::size_t octets, Instant now);
    Transit arrive(const RareLuck& luck, Instant leaves, std::size_t octets, Instant now);
    Instant arrive_at(Instant at);
    Transit lose(PacketLoss cause);

    // In the order in which a packet needs them, in two lines of memory.
    Random random_;
    double loss_ = 0.0;  // of packets independent of each other
    Duration delay_{};   // with uniform jitter
    Duration jitter_{};
    Instant latest_{};  // arrival so far
    Channel* channel_;
    std::unique_ptr<Rare> rare_;  // what few links have: then it has the loss and the delay too
    LinkWay way_;
    bool is_cut_ = false;
    bool discards_damaged_ = false;
    bool keeps_order_ = false;
    PacketCounts counts_;
};

}  // namespace trunkline::sim
