#include "gateway/net/metrics_page.hpp"

#include <string_view>

#include "protocol/mqttsn/message_table.hpp"
#include "runtime/http/metrics_text.hpp"
#include "runtime/http/process_metrics.hpp"

namespace trunkline::gateway {

namespace {

using runtime::MetricRow;
using runtime::MetricsText;

constexpr MetricRow<Counters> counter_rows[] = {
    {"trunkline_gateway_datagrams_received_total", &Counters::datagrams_received, "Datagrams from sensors."},
    {"trunkline_gateway_datagrams_sent_total", &Counters::datagrams_sent, "Datagrams to sensors."},
    {"trunkline_gateway_malformed_datagrams_total", &Counters::malformed,
     "Datagrams that are no MQTT-SN message, or too large."},
    {"trunkline_gateway_unexpected_messages_total", &Counters::unexpected,
     "Messages that mean nothing in their sender's state."},
    {"trunkline_gateway_unsupported_requests_total", &Counters::unsupported, "Requests that are not served."},
    {"trunkline_gateway_too_fast_total", &Counters::too_fast,
     "Messages of sensors and addresses that send more than they may."},
    {"trunkline_gateway_strangers_unanswered_total", &Counters::strangers_unanswered,
     "Messages from addresses where no sensor is that were too many to be answered."},
    {"trunkline_gateway_newcomers_displaced_total", &Counters::newcomers_displaced,
     "Sensors that had said nothing but CONNECT and whose places others got."},
    {"trunkline_gateway_retransmissions_total", &Counters::retransmissions,
     "REGISTER, PUBLISH and PUBREL to sensors that were sent again."},
    {"trunkline_gateway_publish_dup_received_total", &Counters::publish_dup_received,
     "PUBLISH from sensors that carried DUP."},
    {"trunkline_gateway_searches_total", &Counters::searches, "SEARCHGW."},
    {"trunkline_gateway_answers_dropped_total", &Counters::answers_dropped,
     "Answers to a sensor that were too many while the disk was away."},
    {"trunkline_gateway_publish_received_total", &Counters::publish_received,
     "PUBLISH from sensors, retransmissions included."},
    {"trunkline_gateway_publish_forwarded_total", &Counters::publish_forwarded, "PUBLISH to the broker."},
    {"trunkline_gateway_publish_repeated_total", &Counters::publish_repeated,
     "PUBLISH from sensors whose first copy was still under way."},
    {"trunkline_gateway_publish_stored_total", &Counters::publish_stored,
     "PUBLISH acknowledged in the broker's place while it was away."},
    {"trunkline_gateway_publish_refused_total", &Counters::publish_refused,
     "Of these, messages that the broker never took."},
    {"trunkline_gateway_publish_denied_total", &Counters::publish_denied, "PUBLISH that access rules do not allow."},
    {"trunkline_gateway_subscribe_denied_total", &Counters::subscribe_denied,
     "SUBSCRIBE that access rules do not allow."},
    {"trunkline_gateway_wills_denied_total", &Counters::wills_denied, "Wills that access rules do not allow."},
    {"trunkline_gateway_congestion_answers_total", &Counters::congestion_answers, "Answers \"rejected: congestion\"."},
    {"trunkline_gateway_invalid_topic_ids_total", &Counters::invalid_topic_ids,
     "Answers \"rejected: invalid topic id\"."},
    {"trunkline_gateway_downlink_received_total", &Counters::downlink_received, "PUBLISH from the broker."},
    {"trunkline_gateway_downlink_sent_total", &Counters::downlink_sent,
     "Messages sent to sensors, retransmissions not counted."},
    {"trunkline_gateway_downlink_left_total", &Counters::downlink_left,
     "Messages that stay with the broker, because as much waits for their sensor here as may."},
    {"trunkline_gateway_subscriptions_lost_total", &Counters::subscriptions_lost,
     "Subscriptions that could not be made again after the broker had lost a session."},
    {"trunkline_gateway_wills_published_total", &Counters::wills_published, "Wills that were published."},
    {"trunkline_gateway_wills_refused_total", &Counters::wills_refused,
     "Wills that the broker did not take when they were due."},
    {"trunkline_gateway_upstream_opens_total", &Counters::upstream_opens, "Connections to the broker that were begun."},
    {"trunkline_gateway_broker_changes_total", &Counters::broker_changes, "Times that another broker was chosen."},
    {"trunkline_gateway_upstream_losses_total", &Counters::upstream_losses,
     "Connections to the broker that were lost."},
    {"trunkline_gateway_spare_connections_taken_total", &Counters::spares_taken,
     "Connections to the broker that were open before a sensor needed them."},
    {"trunkline_gateway_spare_connections_lost_total", &Counters::spares_lost,
     "Spare connections that the broker has closed before a sensor had an answer on them."},
    {"trunkline_gateway_store_failures_total", &Counters::store_failures, "Batches that had to be stored again."},
    {"trunkline_gateway_operator_disconnects_total", &Counters::operator_disconnects,
     "Sensors disconnected or deleted over HTTP."},
};

constexpr MetricRow<Gauges> gauge_rows[] = {
    {"trunkline_gateway_upstream_connected_sensors", &Gauges::upstream_connected,
     "Sensors whose connection to the broker is up."},
    {"trunkline_gateway_upstream_connections", &Gauges::upstream_connections,
     "Connections to the broker, open, being opened or being closed."},
    {"trunkline_gateway_spare_connections", &Gauges::spare_connections, "Of these, those that no sensor has yet."},
    {"trunkline_gateway_unsent_bytes", &Gauges::unsent_octets,
     "What these have for the broker and its sockets have not taken."},
    {"trunkline_gateway_shared_connections", &Gauges::shared_connections,
     "Of these, those that sensors in aggregating mode share and that are up."},
    {"trunkline_gateway_shared_filters", &Gauges::shared_filters, "Topic filters that these are subscribed to."},
    {"trunkline_gateway_shared_uplink_messages", &Gauges::shared_uplink,
     "Messages of QoS 1 and 2 that the broker has not acknowledged on these."},
    {"trunkline_gateway_waiting_messages", &Gauges::waiting_messages, "Messages that wait for sensors."},
    {"trunkline_gateway_waiting_bytes", &Gauges::waiting_octets, "Their topics and payloads."},
    {"trunkline_gateway_stored_messages", &Gauges::stored_messages,
     "Messages of sensors that are stored until the broker has them."},
    {"trunkline_gateway_stored_bytes", &Gauges::stored_octets, "Their topics and payloads."},
    {"trunkline_gateway_unstored_operations", &Gauges::unstored_operations, "What waits for the disk."},
};

void add_messages(MetricsText& metrics, const Counters& counters) {
    const auto add = [&](const MessageCounts& counts, std::string_view direction) {
        for (std::size_t type = 0; type < counts.size(); ++type) {
            metrics.sample(counts[type], {{"direction", direction}, {"type", mqttsn::message_table[type].name}});
        }
    };
    metrics.counter("trunkline_gateway_messages_total", "MQTT-SN messages, by type, from and to sensors.");
    add(counters.received_by_type, "received");
    add(counters.sent_by_type, "sent");
}

void add_causes(MetricsText& metrics, const Counters& counters) {
    metrics.counter("trunkline_gateway_dropped_total",
                    "Messages that did not arrive though nobody was told to send them again, by cause.");
    for (std::size_t cause = 0; cause < drop_cause_count; ++cause)
        metrics.sample(counters.dropped_for[cause], {{"cause", name_of(static_cast<DropCause>(cause))}});
    metrics.counter("trunkline_gateway_sensors_refused_total", "CONNECTs that were not accepted, by cause.");
    for (std::size_t cause = 0; cause < SensorRefused::cause_count; ++cause)
        metrics.sample(counters.refused_for[cause], {{"cause", name_of(static_cast<SensorRefused::Cause>(cause))}});
}

/// Of several shards each has its own opinion, and they are added up.
void add_brokers(MetricsText& metrics, const std::vector<BrokerFigures>& brokers) {
    metrics.gauge("trunkline_gateway_broker_chosen", "Shards that make sensors' connections to this broker.");
    for (const BrokerFigures& broker : brokers) metrics.sample(broker.is_chosen, {{"broker", broker.name}});
    metrics.gauge("trunkline_gateway_broker_well", "Shards that this broker has answered when it was last asked.");
    for (const BrokerFigures& broker : brokers) metrics.sample(broker.is_well, {{"broker", broker.name}});
}

}  // namespace

std::string metrics_page(const Figures& figures, const SocketFigures& sockets) {
    const Counters& counters = figures.counters;
    const Gauges& gauges = figures.gauges;
    MetricsText metrics;
    metrics.counters(counter_rows, counters);
    metrics.gauges(gauge_rows, gauges);
    metrics.gauge("trunkline_gateway_sensors", "Sensors with a session here, by state.");
    for (std::size_t state = 0; state < sensor_state_count; ++state)
        metrics.sample(gauges.sensors[state], {{"state", name_of(static_cast<SensorState>(state))}});
    add_messages(metrics, counters);
    add_causes(metrics, counters);
    add_brokers(metrics, figures.brokers);
    metrics.gauge("trunkline_gateway_store_failing", "1 while the store does not take batches.")
        .sample(gauges.is_store_failing ? 1 : 0);
    metrics.histogram("trunkline_gateway_sensor_round_trip_seconds",
                      "From REGISTER, PUBLISH or PUBREL to the sensor's answer, if the first copy was answered.",
                      figures.sensor_round_trips);
    metrics.histogram("trunkline_gateway_broker_round_trip_seconds",
                      "From PUBLISH of QoS 1 to the broker to its PUBACK.", figures.broker_round_trips);
    add_socket_metrics(metrics, sockets);
    add_process_metrics(metrics);
    return metrics.text();
}

}  // namespace trunkline::gateway
