#pragma once
// When TCP sends a segment again, and when it despairs.

#include "protocol/base/instant.hpp"
#include "simulator/plan/link_profile.hpp"

namespace trunkline::sim {

/// Retransmission time-outs of a thin stream: fewer than three segments follow, so only the time-out repairs a loss
/// (RFC 6298; no fast retransmit). The time-out doubles with each loss of the same segment (RFC 6298 §5.5), up to the
/// longest. The mean extra delay of a segment is then initial * p / (1 - 2p), and P(extra >= (2^k - 1) initial) = p^k.
struct RetransmissionTimeouts {
    Duration initial = std::chrono::milliseconds(200);
    Duration longest = std::chrono::seconds(120);  // Linux TCP_RTO_MAX
    unsigned limit = 15;                           // Linux tcp_retries2: one more and the connection is broken

    /// The time-out after the `losses`-th loss of the same segment in a row (from 1).
    Duration after_loss(unsigned losses) const;
};

/// As Linux settles on a steady link: the round trip plus four mean deviations of it, these at least 200 ms
/// (tcp_rtt_estimator; RFC 6298 §2.3 with TCP_RTO_MIN).
RetransmissionTimeouts steady_timeouts(const LinkProfile& profile);

/// Before any round trip has been measured (SYN): 1 s (RFC 6298 §2.1), six retries (Linux tcp_syn_retries).
RetransmissionTimeouts handshake_timeouts();

}  // namespace trunkline::sim
