#pragma once
// The limits of the core as settings: names, ranges and defaults.

#include <array>

#include "broker/core/settings.hpp"
#include "runtime/settings/given.hpp"
#include "runtime/settings/key_table.hpp"

namespace trunkline::broker {

/// For the program's table.
inline constexpr std::array<runtime::Key, 13> limit_keys{{
    {.name = "max_clients",
     .kind = runtime::ValueKind::number,
     .argument = "N",
     .otherwise = "100000",
     .text = "Clients at once; one more is refused: CONNACK 0x89, 3.1.1: 0x03."},
    {.name = "max_subscriptions",
     .kind = runtime::ValueKind::number,
     .argument = "N",
     .otherwise = "10000",
     .text = "Of one session; one more is refused: SUBACK 0x97, 3.1.1: 0x80."},
    {.name = "max_packet_size",
     .kind = runtime::ValueKind::number,
     .argument = "OCTETS",
     .otherwise = "2000000",
     .text = "The largest packet that is taken; a larger one ends its connection: 0x95."},
    {.name = "receive_maximum",
     .kind = runtime::ValueKind::number,
     .argument = "N",
     .otherwise = "100",
     .text = "QoS 1 and 2 messages from one client that are not acknowledged yet."},
    {.name = "max_inflight",
     .kind = runtime::ValueKind::number,
     .argument = "N",
     .otherwise = "100",
     .text = "QoS 1 and 2 messages to one client that are not acknowledged yet."},
    {.name = "max_session_expiry",
     .kind = runtime::ValueKind::number,
     .argument = "SECONDS",
     .otherwise = "1209600",
     .text = "How long a session may outlive its connection."},
    {.name = "max_queued_messages",
     .kind = runtime::ValueKind::number,
     .argument = "N",
     .otherwise = "100000",
     .text = "Messages that wait for one session."},
    {.name = "max_queued_octets",
     .kind = runtime::ValueKind::number,
     .argument = "OCTETS",
     .otherwise = "67108864",
     .text = "Their memory."},
    {.name = "queue_policy",
     .kind = runtime::ValueKind::choice,
     .argument = "drop-newest|drop-oldest",
     .otherwise = "drop-newest",
     .text = "Which message gives way when a session's queue is full."},
    {.name = "max_retained_messages",
     .kind = runtime::ValueKind::number,
     .argument = "N",
     .otherwise = "1000000",
     .text = "Topics with a retained message; further ones are delivered and not retained."},
    {.name = "max_output_octets",
     .kind = runtime::ValueKind::number,
     .argument = "OCTETS",
     .otherwise = "1048576",
     .text = "What waits for one client's socket; QoS 0 beyond it is dropped."},
    {.name = "connect_timeout",
     .kind = runtime::ValueKind::number,
     .argument = "SECONDS",
     .otherwise = "10",
     .text = "How long a new connection may take to send CONNECT."},
    {.name = "will_grace",
     .kind = runtime::ValueKind::number,
     .argument = "SECONDS",
     .otherwise = "60",
     .text = "After a crash, how long clients have to come back before their wills are published."},
}};

/// Lays what was given over the defaults. Throws runtime::UsageError for a number that is out of range.
void apply_limits(const runtime::Given& given, Settings& settings);

}  // namespace trunkline::broker
