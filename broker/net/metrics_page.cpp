#include "broker/net/metrics_page.hpp"

#include <iterator>
#include <string_view>

#include "protocol/mqtt/reason_codes.hpp"
#include "runtime/http/metrics_text.hpp"
#include "runtime/http/process_metrics.hpp"

namespace trunkline::broker {

namespace {

using runtime::MetricRow;
using runtime::MetricsText;

constexpr MetricRow<Counters> counter_rows[] = {
    {"trunkline_received_bytes_total", &Counters::bytes_received, "Octets from clients."},
    {"trunkline_sent_bytes_total", &Counters::bytes_sent, "Octets given to the sockets of clients."},
    {"trunkline_packets_received_total", &Counters::packets_received, "MQTT packets from clients."},
    {"trunkline_packets_sent_total", &Counters::packets_sent, "MQTT packets to clients."},
    {"trunkline_publish_received_total", &Counters::publish_received, "PUBLISH from clients."},
    {"trunkline_publish_sent_total", &Counters::publish_sent, "PUBLISH to clients."},
    {"trunkline_publish_received_bytes_total", &Counters::publish_bytes_received, "Payloads from clients."},
    {"trunkline_publish_sent_bytes_total", &Counters::publish_bytes_sent, "Payloads to clients."},
    {"trunkline_wills_published_total", &Counters::wills_published, "Wills that were published."},
    {"trunkline_retained_refused_total", &Counters::retained_refused, "Messages not retained for want of room."},
    {"trunkline_connections_opened_total", &Counters::connections_opened, "Connections that came in."},
    {"trunkline_connections_over_limit_total", &Counters::connections_over_limit,
     "Connections that were refused because there were too many."},
    {"trunkline_clients_connected_total", &Counters::clients_connected, "CONNECTs that were accepted."},
    {"trunkline_sessions_expired_total", &Counters::sessions_expired, "Sessions whose expiry interval has passed."},
    {"trunkline_subscriptions_refused_total", &Counters::subscriptions_refused,
     "Subscriptions refused because the session has too many."},
    {"trunkline_publish_to_sys_refused_total", &Counters::publish_to_sys_refused, "PUBLISH to $SYS by clients."},
    {"trunkline_publish_denied_total", &Counters::publish_denied, "PUBLISH that access rules do not allow."},
    {"trunkline_subscribe_denied_total", &Counters::subscribe_denied, "Filters that access rules do not allow."},
    {"trunkline_publish_payload_refused_total", &Counters::publish_payload_refused,
     "PUBLISH whose payload is larger than is allowed."},
    {"trunkline_retained_denied_total", &Counters::retained_denied,
     "Retained messages not sent because their publisher may no longer publish them."},
    {"trunkline_wills_denied_total", &Counters::wills_denied, "Wills that access rules do not allow."},
    {"trunkline_authentication_failed_total", &Counters::authentication_failed,
     "Connections whose client is not who it says it is."},
    {"trunkline_connections_over_rate_total", &Counters::connections_over_rate,
     "Connections that were refused because too many came in one second."},
    {"trunkline_connections_refused_memory_total", &Counters::connections_refused_memory,
     "Connections that were refused because memory is scarce."},
    {"trunkline_publish_refused_memory_total", &Counters::publish_refused_memory,
     "PUBLISH that was not taken for want of memory."},
    {"trunkline_publishers_held_total", &Counters::publishers_held,
     "How often a publisher had to wait because memory is scarce."},
    {"trunkline_publishers_throttled_total", &Counters::publishers_throttled,
     "How often a publisher was faster than it may be."},
    {"trunkline_publishers_closed_total", &Counters::publishers_closed,
     "Publishers closed for want of memory or because they were much too fast."},
    {"trunkline_memory_pressure_risen_total", &Counters::memory_pressure_risen,
     "How often a further stage of scarce memory set in."},
    {"trunkline_protocol_errors_total", &Counters::protocol_errors, "Connections closed because of what was sent."},
    {"trunkline_store_batches_total", &Counters::batches, "Batches given to the store."},
    {"trunkline_store_operations_total", &Counters::operations_stored, "Operations in these batches."},
    {"trunkline_store_entries_fetched_total", &Counters::entries_fetched, "Messages read from queues on disk."},
    {"trunkline_store_entries_struck_total", &Counters::entries_struck,
     "Messages that were acknowledged before they had to be written."},
};

constexpr MetricRow<Gauges> gauge_rows[] = {
    {"trunkline_clients", &Gauges::clients, "Clients that are connected."},
    {"trunkline_clients_maximum", &Gauges::clients_maximum, "The most clients at once so far."},
    {"trunkline_sessions", &Gauges::sessions, "Sessions, of connected and of absent clients."},
    {"trunkline_subscriptions", &Gauges::subscriptions, "Subscriptions, the shared ones included."},
    {"trunkline_shared_subscriptions", &Gauges::shared_subscriptions, "Members of shared subscriptions."},
    {"trunkline_retained_messages", &Gauges::retained, "Topics with a retained message."},
    {"trunkline_messages", &Gauges::messages, "Messages in memory, each once."},
    {"trunkline_messages_bytes", &Gauges::message_bytes, "Their memory."},
    {"trunkline_queued_messages", &Gauges::queued_messages, "Messages in the queues of sessions."},
    {"trunkline_queued_messages_on_disk", &Gauges::queued_on_disk, "Of these, those that lie in the store alone."},
    {"trunkline_queued_bytes", &Gauges::queued_bytes, "Their octets, counted in each queue that holds them."},
    {"trunkline_output_bytes", &Gauges::output_bytes, "Octets that wait for the sockets of clients."},
    {"trunkline_memory_bytes", &Gauges::memory, "Memory that the broker accounts for."},
    {"trunkline_memory_limit_bytes", &Gauges::memory_limit, "What it may be; 0: there is no limit."},
    {"trunkline_memory_maximum_bytes", &Gauges::memory_maximum, "The most of it so far."},
};

void add_causes(MetricsText& metrics, const Counters& counters) {
    metrics.counter("trunkline_publish_dropped_total", "Messages that did not reach a subscriber, by cause.");
    for (std::size_t cause = 0; cause < drop_cause_count; ++cause)
        metrics.sample(counters.publish_dropped[cause], {{"cause", name_of(static_cast<DropCause>(cause))}});
    metrics.counter("trunkline_connections_closed_total", "Connections that have ended, by cause.");
    for (std::size_t cause = 0; cause < close_cause_count; ++cause)
        metrics.sample(counters.connections_closed[cause], {{"cause", name_of(static_cast<CloseCause>(cause))}});
}

void add_refusals(MetricsText& metrics, const Counters& counters) {
    metrics.counter("trunkline_connections_refused_total", "Connections that were refused, by reason code.");
    for (unsigned code = 0; code < std::size(counters.connections_refused_for); ++code) {
        const std::uint64_t refused = counters.connections_refused_for[code];
        if (refused == 0) continue;
        metrics.sample(refused, {{"reason", mqtt::name_of(static_cast<mqtt::ReasonCode>(code))}});
    }
}

/// The scheme and the address in labels of their own: one is added up by the other.
void add_listeners(MetricsText& metrics, const Broker& core) {
    const auto transport_of = [](const ListenerCount& one) { return one.url.substr(0, one.url.find("://")); };
    metrics.gauge("trunkline_connections", "Connections that are open, by listener.");
    for (const ListenerCount& one : core.listeners())
        metrics.sample(one.open, {{"transport", transport_of(one)}, {"listener", one.url}});
    metrics.counter("trunkline_listener_connections_opened_total", "Connections that came in, by listener.");
    for (const ListenerCount& one : core.listeners())
        metrics.sample(one.opened, {{"transport", transport_of(one)}, {"listener", one.url}});
}

}  // namespace

std::string metrics_page(const Broker& core) {
    const Counters& counters = core.counters();
    const Gauges gauges = core.gauges();
    MetricsText metrics;
    metrics.counters(counter_rows, counters);
    metrics.gauges(gauge_rows, gauges);
    add_causes(metrics, counters);
    add_refusals(metrics, counters);
    add_listeners(metrics, core);
    metrics.gauge("trunkline_store_failing", "1 while the store does not take batches.")
        .sample(gauges.is_store_failing ? 1 : 0);
    metrics.histogram("trunkline_store_batch_seconds", "From taking a batch to its being durable.",
                      core.store_latency());
    add_process_metrics(metrics);
    return metrics.text();
}

}  // namespace trunkline::broker
