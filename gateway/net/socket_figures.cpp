#include "gateway/net/socket_figures.hpp"

#include <string_view>

namespace trunkline::gateway {

namespace {

using runtime::DtlsCounters;
using runtime::UdpCounters;

template <typename Counts>
struct SocketRow {
    std::string_view name;
    std::uint64_t Counts::*value;
    std::string_view help;
};
constexpr SocketRow<UdpCounters> udp_rows[] = {
    {"trunkline_gateway_udp_truncated_total", &UdpCounters::truncated, "Datagrams that were too large to be read."},
    {"trunkline_gateway_udp_refused_total", &UdpCounters::refused, "Datagrams that the system would not send."},
    {"trunkline_gateway_udp_dropped_total", &UdpCounters::dropped,
     "Datagrams that waited for a full socket in too large a number."},
};
constexpr SocketRow<DtlsCounters> dtls_rows[] = {
    {"trunkline_gateway_dtls_hellos_total", &DtlsCounters::hellos,
     "Beginnings of handshakes, of whoever, with a cookie or without."},
    {"trunkline_gateway_dtls_unanswered_total", &DtlsCounters::unanswered,
     "Of these, those without a cookie that were too many to be answered."},
    {"trunkline_gateway_dtls_handshakes_total", &DtlsCounters::handshakes, "Handshakes that were completed."},
    {"trunkline_gateway_dtls_resumed_total", &DtlsCounters::resumed, "Of these, by a ticket."},
    {"trunkline_gateway_dtls_failed_total", &DtlsCounters::failed, "Handshakes that failed or were given up."},
    {"trunkline_gateway_dtls_refused_total", &DtlsCounters::refused,
     "Handshakes that were not begun, because there are as many peers or handshakes as may be."},
    {"trunkline_gateway_dtls_moved_total", &DtlsCounters::moved, "Sensors that came from another address."},
    {"trunkline_gateway_dtls_forgotten_total", &DtlsCounters::forgotten, "Peers that were silent for too long."},
    {"trunkline_gateway_dtls_expelled_total", &DtlsCounters::expelled,
     "Peers whose key or certificate was not good any more when files had been read again."},
    {"trunkline_gateway_dtls_unknown_total", &DtlsCounters::unknown, "Datagrams of no peer that begin no handshake."},
    {"trunkline_gateway_dtls_unsent_total", &DtlsCounters::unsent, "Datagrams to who is no peer any more."},
};

}  // namespace

void add_socket_metrics(runtime::MetricsText& metrics, const SocketFigures& figures) {
    for (const auto& row : udp_rows) metrics.counter(row.name, row.help).sample(figures.udp.*row.value);
    for (const auto& row : dtls_rows) metrics.counter(row.name, row.help).sample(figures.dtls.*row.value);
    metrics.gauge("trunkline_gateway_dtls_peers", "Peers of DTLS, those that shake hands included.")
        .sample(figures.dtls_peers);
    metrics.counter("trunkline_gateway_handover_lost_total", "Datagrams between shards, of which one did not get on.")
        .sample(figures.handover_lost);
}

}  // namespace trunkline::gateway
