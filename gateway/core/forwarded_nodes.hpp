#pragma once
// Clients behind forwarders (MQTT-SN 1.2 §5.5): an address inside the gateway for each of them.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <iterator>
#include <map>
#include <optional>
#include <unordered_map>
#include <vector>

#include "protocol/base/address.hpp"
#include "protocol/base/bytes.hpp"
#include "protocol/base/instant.hpp"

namespace trunkline::gateway {

/// Where a client's datagrams come from and go to.
struct Origin {
    Address address;                          // the client's, or its forwarder's
    std::vector<std::byte> wireless_node_id;  // none: not behind a forwarder
};

/// A client has come to be there, at that time.
struct TakenPlace {
    Origin place;
    Instant since{};
};

/// The gateway knows a client by its Address alone. One that comes through a forwarder has an address that stands for
/// forwarder and Wireless Node Id together, out of 100::/64, from where no datagram comes (RFC 6666). None is used
/// twice: what is said to a node that was forgotten reaches nobody.
class ForwardedNodes {
public:
    /// Nodes that no client is at: those that were heard last are remembered, for the answers to them.
    static constexpr std::size_t idle_limit = 1'024;

    /// One out of 100::/64.
    static bool is_node(const Address& address) {
        static constexpr std::uint8_t prefix[8] = {1};
        return std::equal(std::begin(prefix), std::end(prefix), address.ip.begin());
    }

    /// The node's address, a new one if it has none.
    Address address_of(const Address& forwarder, ByteView wireless_node_id);
    /// Nothing: it has none.
    std::optional<Address> known(const Address& forwarder, ByteView wireless_node_id) const;
    /// Null: it was forgotten. Requires is_node().
    const Origin* find(const Address& node) const;

    /// A client is at this node, until release().
    void keep(const Address& node);
    void release(const Address& node);

    std::size_t size() const { return by_number_.size(); }

private:
    struct OriginView {
        const Address& address;
        ByteView wireless_node_id;
    };
    struct Less {
        using is_transparent = void;
        static OriginView view(const Origin& origin) { return {origin.address, origin.wireless_node_id}; }
        static OriginView view(const OriginView& origin) { return origin; }
        template <typename Left, typename Right>
        bool operator()(const Left& left, const Right& right) const {
            return is_less(view(left), view(right));
        }
        static bool is_less(const OriginView& left, const OriginView& right);
    };
    struct Entry {
        const Origin* node = nullptr;  // the key in numbers_
        bool is_kept = false;
        std::uint64_t idle_since = 0;  // the last of its places in idle_
    };
    struct Idle {
        std::uint64_t number = 0;
        std::uint64_t since = 0;
    };

    void become_idle(std::uint64_t number, Entry& entry);

    std::map<Origin, std::uint64_t, Less> numbers_;
    std::unordered_map<std::uint64_t, Entry> by_number_;  // looked up, never walked through
    std::deque<Idle> idle_;                               // from the one that was idle first
    std::uint64_t last_number_ = 0;
    std::uint64_t idle_count_ = 0;
};

}  // namespace trunkline::gateway
