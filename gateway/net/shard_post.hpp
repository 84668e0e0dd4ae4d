#pragma once
// Datagrams on their way from the shard that has received them to the one that answers for their sensor.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "gateway/core/shard_routes.hpp"
#include "protocol/base/datagram_batch.hpp"
#include "runtime/transport/event_loop.hpp"
#include "runtime/transport/handover.hpp"

namespace trunkline::gateway {

/// What one shard has for another, in order.
struct ShardMail {
    ShardIndex sender = 0;
    DatagramBatch arrived;           // for the core
    std::vector<std::string> names;  // of their senders, empty for most
    DatagramBatch leaving;           // for sensors whose DTLS the receiver of the mail has

    bool empty() const { return arrived.empty() && leaving.empty(); }
    std::size_t octets() const { return arrived.octets() + leaving.octets(); }
    void clear() {
        arrived.clear();
        names.clear();
        leaving.clear();
    }
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
    /// Calls use(mail) for all that waits for this shard. From its own thread.
    template <typename Use>
    void take_each(ShardIndex own, Use use) {
        boxes_[own]->mail.take_each(use);
    }

private:
    static constexpr std::size_t limit_octets = 4U << 20U;
    struct Box {
        runtime::EventLoop* loop = nullptr;
        runtime::Handover<ShardMail> mail;
    };
    std::vector<std::unique_ptr<Box>> boxes_;
};

/// One shard's side of it; belongs to the shard's thread.
class ShardPost {
public:
    /// `capacity`: sensors that it remembers the shards of. The boxes outlive it.
    ShardPost(ShardBoxes& boxes, ShardIndex own, std::size_t capacity, std::uint64_t hash_key,
              std::vector<Network> forwarders = {});

    /// A datagram has come by a socket of this shard. True: it is another's, and leaves with send().
    bool forwards(const Address& from, std::string_view name, ByteView datagram);
    /// The core has this for a sensor with DTLS. True: another shard has the sensor's session, as above.
    bool returns(const Address& to, ByteView datagram);
    /// To all shards what there is for them, at the end of a round.
    void send();
    /// arrived(from, name, datagram) for the core, leaving(to, datagram) for this shard's sessions of DTLS.
    template <typename Arrived, typename Leaving>
    void take_each(Arrived arrived, Leaving leaving) {
        boxes_.take_each(own_, [&](const ShardMail& mail) {
            for (std::size_t at = 0; at < mail.arrived.size(); ++at) {
                note(mail.arrived.to(at), mail.sender);
                arrived(mail.arrived.to(at), mail.names[at], mail.arrived.datagram(at));
            }
            for (std::size_t at = 0; at < mail.leaving.size(); ++at)
                leaving(mail.leaving.to(at), mail.leaving.datagram(at));
        });
    }

    /// Datagrams that a full box did not take.
    std::uint64_t lost() const { return lost_; }

private:
    void note(const Address& from, ShardIndex holder);

    ShardBoxes& boxes_;
    ShardIndex own_;
    std::size_t capacity_;
    ShardRoutes routes_;
    std::unordered_map<Address, ShardIndex, AddressHash> holders_;  // of the sessions of sensors with DTLS
    std::deque<Address> in_order_;                                  // of those
    std::vector<ShardMail> outgoing_;                               // by shard
    std::uint64_t lost_ = 0;
};

}  // namespace trunkline::gateway
