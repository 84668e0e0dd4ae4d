#pragma once
// Where the broker is, and how to get in. Where Mosquitto's clients have the option, its name is theirs behind
// "broker_".

#include <array>
#include <string_view>

#include "gateway/net/broker_credentials.hpp"
#include "gateway/net/broker_dialler.hpp"
#include "runtime/settings/given.hpp"
#include "runtime/settings/key_table.hpp"

namespace trunkline::gateway {

inline constexpr std::string_view default_broker = "mqtt://127.0.0.1:1883";

/// For the program's table.
inline constexpr std::array<runtime::Key, 22> broker_keys{{
    {.name = "broker",
     .argument = "URL",
     .otherwise = default_broker,
     .text = "The MQTT broker, mqtt://HOST:PORT, or mqtts://HOST:PORT over TLS. Several: the first of them that\n"
             "is there.",
     .repeats = true},
    {.name = "broker_cafile",
     .argument = "FILE",
     .text = "PEM: whose signature makes the broker's certificate good, or that certificate itself;\n"
             "without it: those that this system trusts."},
    {.name = "broker_cert",
     .argument = "FILE",
     .text = "PEM: this gateway's own certificate, for a broker that asks for one."},
    {.name = "broker_key", .argument = "FILE", .text = "PEM: the key to it, without a passphrase."},
    {.name = "broker_server_name",
     .argument = "NAME",
     .text = "The name that the broker is asked for and whose certificate must have, if it is not the\n"
             "address's HOST."},
    {.name = "broker_username",
     .argument = "USER",
     .text = "The user name that sensors' connections to the broker have; %c in it stands for the ClientId."},
    {.name = "broker_password_file", .argument = "FILE", .text = "Its first line is the password to that."},
    {.name = "broker_credentials",
     .argument = "FILE",
     .text = "Lines CLIENTID:USER:PASSWORD for sensors that have their own; read again when it changes."},
    {.name = "broker_connect_timeout",
     .kind = runtime::ValueKind::number,
     .argument = "SECONDS",
     .otherwise = "10",
     .text = "How long a connection to the broker, TLS included, may take to open."},
    {.name = "broker_source",
     .argument = "ADDRESS",
     .text = "An address of this machine that connections to the broker come from; several take turns: one address\n"
             "has some 28,000 ports.",
     .repeats = true},
    {.name = "broker_watch_interval",
     .kind = runtime::ValueKind::number,
     .argument = "SECONDS",
     .otherwise = "1",
     .text = "How often each of several brokers is asked for a sign of life; after two intervals without one\n"
             "the next broker takes over."},
    {.name = "broker_return_after",
     .kind = runtime::ValueKind::number,
     .argument = "SECONDS",
     .otherwise = "60",
     .text = "How long an earlier one of several brokers has to be well before connections move back to it."},
    {.name = "broker_connect_rate",
     .kind = runtime::ValueKind::number,
     .argument = "N",
     .otherwise = "2000",
     .text = "Connections to brokers that are made again or moved in a second, of all sensors together."},
    {.name = "broker_backoff",
     .kind = runtime::ValueKind::number,
     .argument = "SECONDS",
     .otherwise = "60",
     .text = "How long a lost connection to the broker waits at the most before it is tried again: each wait is drawn\n"
             "from 0 to a bound that doubles from 1 s to this one."},
    {.name = "spare_connections",
     .kind = runtime::ValueKind::number,
     .argument = "N",
     .otherwise = "0",
     .text = "Connections to the broker, TLS included, that are open before sensors need them, so that many that\n"
             "connect at once, as after a power cut, are served sooner. They count as open files, and 4 KiB of memory\n"
             "are held ready for each."},
    {.name = "spare_connection_age",
     .kind = runtime::ValueKind::number,
     .argument = "SECONDS",
     .otherwise = "8",
     .text = "How long one of them waits before it is replaced: less than the broker waits for CONNECT."},
    {.name = "topic_aliases",
     .kind = runtime::ValueKind::number,
     .argument = "N",
     .otherwise = "0",
     .text = "Topics of one connection to a broker of MQTT 5 that are said in two bytes from the second time on."},
    {.name = "broker_patience",
     .kind = runtime::ValueKind::number,
     .argument = "SECONDS",
     .otherwise = "8",
     .text = "After the loss of a broker, how long SUBSCRIBE and, without --data, PUBLISH wait unanswered for\n"
             "the next connection; those that come later hear congestion."},
    {.name = "stored_bytes_per_sensor",
     .kind = runtime::ValueKind::number,
     .argument = "N",
     .otherwise = "1048576",
     .text = "Bytes of one sensor's messages that are stored for the broker, with --data; congestion beyond."},
    {.name = "stored_messages_in_all",
     .kind = runtime::ValueKind::number,
     .argument = "N",
     .otherwise = "500000",
     .text = "Such messages of all sensors together; the same beyond."},
    {.name = "unsent_bytes",
     .kind = runtime::ValueKind::number,
     .argument = "N",
     .otherwise = "1048576",
     .text = "Bytes that one connection may have for a broker that takes them too slowly; QoS 0 beyond is dropped."},
    {.name = "unsent_bytes_in_all",
     .kind = runtime::ValueKind::number,
     .argument = "N",
     .otherwise = "67108864",
     .text = "The same of all connections together."},
}};

/// Throws runtime::UsageError.
BrokerAddresses broker_addresses(const runtime::Given& given);
/// The same. The names of the brokers, and what happens while none is there.
void read_brokers(const runtime::Given& given, Settings& core);
CredentialSettings broker_credentials(const runtime::Given& given);

}  // namespace trunkline::gateway
