#pragma once
// Datagrams that a full socket did not take, in order, within a bound.

#include <cstddef>
#include <vector>

#include "runtime/transport/udp_socket.hpp"

namespace trunkline::runtime {

class UnsentDatagrams {
public:
    explicit UnsentDatagrams(std::size_t limit_bytes) : limit_bytes_(limit_bytes) {}

    /// False: no room, the datagram is lost, as it would be in a full queue of the network.
    bool keep(const Datagram& datagram) {
        if (bytes_ + datagram.octets.size() > limit_bytes_) return false;
        bytes_ += datagram.octets.size();
        kept_.push_back({datagram.to, {datagram.octets.begin(), datagram.octets.end()}});
        return true;
    }
    bool empty() const { return kept_.empty(); }
    /// All of them, to be offered again; valid until the next keep() or forget_first().
    std::vector<Datagram> views() const {
        std::vector<Datagram> datagrams;
        for (const Kept& one : kept_) datagrams.push_back({one.to, one.octets});
        return datagrams;
    }
    /// The first ones are gone: sent, or refused for good.
    void forget_first(std::size_t count) {
        for (std::size_t at = 0; at < count; ++at) bytes_ -= kept_[at].octets.size();
        kept_.erase(kept_.begin(), kept_.begin() + static_cast<std::ptrdiff_t>(count));
    }

private:
    struct Kept {
        Address to;
        std::vector<std::byte> octets;
    };
    std::size_t limit_bytes_;
    std::size_t bytes_ = 0;
    std::vector<Kept> kept_;
};

}  // namespace trunkline::runtime
