#pragma once
// What the sockets of sensors count, beside the core.

#include <cstdint>

#include "runtime/http/metrics_text.hpp"
#include "runtime/transport/dtls_peers.hpp"
#include "runtime/transport/udp_socket.hpp"

namespace trunkline::gateway {

/// Of one shard, or of several together.
struct SocketFigures {
    runtime::UdpCounters udp;    // of all listeners
    runtime::DtlsCounters dtls;  // the same
    std::uint64_t dtls_peers = 0;
    std::uint64_t handover_lost = 0;  // between shards

    void add(const SocketFigures& other) {
        udp += other.udp;
        dtls += other.dtls;
        dtls_peers += other.dtls_peers;
        handover_lost += other.handover_lost;
    }
};

void add_socket_metrics(runtime::MetricsText& metrics, const SocketFigures& figures);

}  // namespace trunkline::gateway
