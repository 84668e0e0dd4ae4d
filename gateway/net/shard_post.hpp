#pragma once
// Datagrams on their way from the shard that has received them to the one that answers for their sensor.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/core/forwarded_nodes.hpp"
#include "gateway/core/shard_routes.hpp"
#include "gateway/core/ways.hpp"
#include "protocol/base/datagram_batch.hpp"
#include "protocol/base/instant.hpp"
#include "runtime/transport/event_loop.hpp"
#include "runtime/transport/handover.hpp"

namespace trunkline::gateway {

/// A name whose DTLS a shard has from that time on, and no other.
struct ShardClaim {
    Way way = 0;
    std::string name;
    Instant since{};
};

/// What one shard has for another, in order.
struct ShardMail {
    ShardIndex sender = 0;
    DatagramBatch arrived;           // for the core
    std::vector<std::string> names;  // of their senders, empty for most
    DatagramBatch leaving;           // for sensors whose DTLS the receiver of the mail has
    std::vector<ShardClaim> claims;
    std::vector<TakenPlace> places;  // where clients of the sender have come to be

    bool empty() const { return arrived.empty() && leaving.empty() && claims.empty() && places.empty(); }
    std::size_t octets() const { return arrived.octets() + leaving.octets(); }
    void clear() {
        arrived.clear();
        names.clear();
        leaving.clear();
        claims.clear();
        places.clear();
    }
};

/// CONNECTs over plain UDP, which may be a flood of strangers': they wait behind all mail, as at a side door.
struct ShardConnects {
    DatagramBatch arrived;

    void clear() { arrived.clear(); }
};

/// The boxes of all shards; outlives their threads.
class ShardBoxes {
public:
    /// The loops outlive it.
    explicit ShardBoxes(const std::vector<std::unique_ptr<runtime::EventLoop>>& loops);

    std::size_t size() const { return boxes_.size(); }
    /// From any thread. False: the receiver has more waiting than is good, and the mail is lost as datagrams are in a
    /// full queue of the network.
    bool give(ShardIndex to, ShardMail& mail);
    bool give(ShardIndex to, ShardConnects& connects);
    /// Calls use(mail) for all that waits for this shard. From its own thread.
    template <typename Use>
    void take_each(ShardIndex own, Use use) {
        boxes_[own]->mail.take_each(use);
    }
    template <typename Use>
    void take_connects(ShardIndex own, Use use) {
        boxes_[own]->connects.take_each(use);
    }

private:
    static constexpr std::size_t limit_octets = 4U << 20U;
    static constexpr std::size_t connects_limit_octets = 256U << 10U;  // some ten thousand of them
    struct Box {
        runtime::EventLoop* loop = nullptr;
        runtime::Handover<ShardMail> mail;
        runtime::Handover<ShardConnects> connects;
    };
    std::vector<std::unique_ptr<Box>> boxes_;
};

/// One shard's side of it; belongs to the shard's thread.
class ShardPost {
public:
    /// `capacity`: sensors that it remembers the shards of. The boxes outlive it.
    ShardPost(ShardBoxes& boxes, ShardIndex own, std::size_t capacity, std::uint64_t hash_key,
              std::vector<Network> forwarders = {});

    /// A sensor of another shard is there, from before a restart; as for ShardRoutes.
    void know(const Address& at, ByteView wireless_node_id, ShardIndex owner) {
        routes_.know(at, wireless_node_id, owner);
    }

    /// A datagram has come by a socket of this shard. True: it is another's, and leaves with send().
    bool forwards(const Address& from, std::string_view name, ByteView datagram);
    /// The core has this for a sensor with DTLS. True: another shard has the sensor's session, as above.
    bool returns(const Address& to, ByteView datagram);
    /// A sensor has shaken hands with this shard: all others are told.
    void claims(Way way, std::string_view name, Instant now);
    /// A client of this shard has come to be there: all others are told.
    void taken(const TakenPlace& taken);
    /// To all shards what there is for them, at the end of a round.
    void send();
    /// arrived(from, name, datagram) for the core, leaving(to, datagram) for this shard's sessions of DTLS,
    /// claimed(claim) for those that have come to their end, vacated(taken) for the core. Of CONNECTs a few, behind
    /// everything else.
    template <typename Arrived, typename Leaving, typename Claimed, typename Vacated>
    void take_each(Arrived arrived, Leaving leaving, Claimed claimed, Vacated vacated) {
        boxes_.take_each(own_, [&](const ShardMail& mail) {
            for (const TakenPlace& taken : mail.places) vacated(taken);  // before what comes from there now
            for (std::size_t at = 0; at < mail.arrived.size(); ++at) {
                const Address& from = mail.arrived.to(at);
                if (!is_plain(from)) holders_.put_settled(from, mail.sender);
                arrived(from, mail.names[at], mail.arrived.datagram(at));
            }
            for (std::size_t at = 0; at < mail.leaving.size(); ++at)
                leaving(mail.leaving.to(at), mail.leaving.datagram(at));
            for (const ShardClaim& claim : mail.claims) claimed(claim);
        });
        take_connects(arrived);
    }
    /// More CONNECTs are to be taken, whether or not anything else comes.
    bool has_waiting() const { return next_connect_ < connects_.size(); }

    /// Datagrams that a full box did not take.
    std::uint64_t lost() const { return lost_; }

private:
    static constexpr std::size_t connects_per_round = 8;  // as many as are taken from a socket's side door

    template <typename Arrived>
    void take_connects(Arrived arrived) {
        empty_connects_box();
        for (std::size_t taken = 0; taken < connects_per_round && has_waiting(); ++taken, ++next_connect_)
            arrived(connects_.to(next_connect_), std::string_view(), connects_.datagram(next_connect_));
        empty_connects_box();  // whoever fills it has woken this shard already, and does not do so again
    }
    /// When those that were in it before have been taken: its bound holds for what waits.
    void empty_connects_box();
    void send_connects(ShardIndex to);

    ShardBoxes& boxes_;
    ShardIndex own_;
    ShardRoutes routes_;
    ShardsByAddress holders_;                       // of the sessions of sensors with DTLS
    std::vector<ShardMail> outgoing_;               // by shard
    std::vector<ShardConnects> outgoing_connects_;  // by shard
    DatagramBatch connects_;                        // taken from the box, for the core
    std::size_t next_connect_ = 0;                  // of those
    std::uint64_t lost_ = 0;
};

}  // namespace trunkline::gateway
