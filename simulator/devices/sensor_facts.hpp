#pragma once
// What happens to sensors and RTUs, in order. Readings go by their number.

#include <cstdint>
#include <string>
#include <variant>

#include "protocol/base/instant.hpp"

namespace trunkline::sim {

/// Why a device let go of a reading that it had not handed to its client.
enum class DropReason : std::uint8_t { not_connected, replaced_by_newer, store_full };

struct ReadingOffered {
    std::uint64_t sequence = 0;
    Instant intended{};  // when it was due: latency counts from here, also if the device was late
};
struct ReadingSent {  // PUBLISH, or REGISTER before it, is under way
    std::uint64_t sequence = 0;
};
struct ReadingLeft {  // QoS 0 and -1: PUBLISH left, and nothing will be heard of it
    std::uint64_t sequence = 0;
};
/// `transmissions`: PUBLISH datagrams that left for it in the exchange that has ended; of an RTU, the connections on
/// which it may have left.
struct ReadingAcknowledged {
    std::uint64_t sequence = 0;
    unsigned transmissions = 0;
};
struct ReadingGivenUp {
    std::uint64_t sequence = 0;
    unsigned transmissions = 0;
};
struct ReadingRejected {
    std::uint64_t sequence = 0;
    unsigned transmissions = 0;
};
struct ReadingInterrupted {  // the connection ended during its exchange: it waits again, or is dropped if there is no
                             // room
    std::uint64_t sequence = 0;
    unsigned transmissions = 0;
};
struct ReadingDropped {
    std::uint64_t sequence = 0;
    DropReason reason{};
};
struct SessionAsked {};   // an RTU's CONNECT leaves
struct SessionAnswered {  // its CONNACK came; SensorConnected follows
    bool session_present = false;
};
struct SensorConnected {};
struct SensorLost {};
struct SensorLeft {};          // its connection ended with DISCONNECT
struct SensorSlept {};         // the gateway keeps its messages from now on
struct SensorWoke {};          // out of sleep, to send: it was connected all the time
struct CommandsSubscribed {};  // SUBACK: from now on it hears commands
struct CommandsRefused {};
/// A message on the device's commands topic. The client acknowledges it as its QoS asks.
struct CommandReceived {
    std::string payload;
    std::uint8_t qos = 0;
    bool retain = false;
    bool dup = false;
};
using SensorFact =
    std::variant<ReadingOffered, ReadingSent, ReadingLeft, ReadingAcknowledged, ReadingGivenUp, ReadingRejected,
                 ReadingInterrupted, ReadingDropped, SessionAsked, SessionAnswered, SensorConnected, SensorLost,
                 SensorLeft, SensorSlept, SensorWoke, CommandsSubscribed, CommandsRefused, CommandReceived>;

}  // namespace trunkline::sim
