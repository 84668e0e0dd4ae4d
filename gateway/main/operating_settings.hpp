#pragma once
// Who is let in, what each may do and how much, and what operators see.

#include <array>
#include <optional>
#include <string>

#include "gateway/core/settings.hpp"
#include "gateway/net/sensor_files.hpp"
#include "runtime/http/http_settings.hpp"
#include "runtime/settings/given.hpp"
#include "runtime/settings/key_table.hpp"

namespace trunkline::gateway {

/// For the program's table.
inline constexpr auto operating_keys = std::to_array<runtime::Key>({
    {.name = "predefined",
     .argument = "ID[@CLIENTID]=TOPIC",
     .text = "A topic id, 1 to 65534, that all sensors, or the one named, know without registering it.",
     .repeats = true},
    {.name = "predefined_file",
     .argument = "FILE",
     .text = "More of them, lines CLIENTID,TOPIC,ID with * for all sensors, as Paho's gateway has them."},
    {.name = "allow_list",
     .argument = "FILE",
     .text = "ClientIds that are let in, one a line, with * and ? as wildcards; without it all are."},
    {.name = "acl_file",
     .argument = "FILE",
     .text = "What sensors may publish and receive, in Mosquitto's format; a sensor's user name there is its\n"
             "ClientId. These three, and the settings file, are read again when they change and on SIGHUP."},
    {.name = "sensor_rate",
     .kind = runtime::ValueKind::number,
     .argument = "N",
     .otherwise = "0",
     .text = "Messages a second from one sensor; those beyond hear congestion. 0: any number."},
    {.name = "address_rate",
     .kind = runtime::ValueKind::number,
     .argument = "N",
     .otherwise = "0",
     .text = "The same from one IPv4 address or one IPv6 network of 64 bits, whatever the port."},
    {.name = "sensors_per_address",
     .kind = runtime::ValueKind::number,
     .argument = "N",
     .otherwise = "0",
     .text = "Sensors connected from one of these; those beyond hear congestion. 0: any number."},
    {.name = "connecting_sensors",
     .kind = runtime::ValueKind::number,
     .argument = "N",
     .otherwise = "10000",
     .text = "Sensors between CONNECT and CONNACK; half of them in equal shares for all addresses."},
    {.name = "newcomers",
     .kind = runtime::ValueKind::number,
     .argument = "N",
     .otherwise = "10000",
     .text = "Sensors that have said CONNECT over plain UDP and nothing since: such a CONNECT may be forged. Of those\n"
             "beyond, each takes the place of one that was silent for 10 s, or hears congestion."},
    {.name = "stranger_answers",
     .kind = runtime::ValueKind::number,
     .argument = "N",
     .otherwise = "20000",
     .text =
         "Answers a second to addresses where no sensor is: refusals, and of each listener with DTLS the first ones\n"
         "to ClientHello; what is beyond gets none."},
    runtime::http_key,
    runtime::http_token_file_key,
    {.name = "trace",
     .argument = "CLIENTID",
     .text = "Log what this sensor says and is told, on both sides, decoded and without payloads."},
});

/// Throws runtime::UsageError.
SensorFileSettings sensor_file_settings(const runtime::Given& given);
void read_limits(const runtime::Given& given, Settings& core);
/// Nothing: none is to be traced from the start.
std::optional<std::string> traced_sensor(const runtime::Given& given);

/// Keys whose values in the settings file differ between the two although a reload does not heed them: "listen,data".
std::string keys_that_need_restart(const runtime::Program& program, const runtime::Given& before,
                                   const runtime::Given& after);

}  // namespace trunkline::gateway
