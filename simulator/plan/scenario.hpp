#pragma once
// A scenario after expansion, as plain structs: what devices, world, live driver, oracle and reports stand on.
// simulator/scenario makes it from JSON; nothing here is checked again.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/base/instant.hpp"

namespace trunkline::sim {

/// How a link treats one packet. Names and meanings are netem's where it has the word.
struct LinkProfile {
    std::string id;
    Duration delay{};  // one way
    Duration
        jitter{};  // uniform in delay +- jitter (netem "distribution uniform"); at most delay. May reorder datagrams.
    double loss = 0.0;  // probability that a packet is lost, independent (Bernoulli), each way
};

enum class ClockMode : std::uint8_t { virtual_time, real_time };

/// What the sensor measures: an Ornstein-Uhlenbeck process, rounded to the payload's resolution.
struct SignalPlan {
    std::string id;
    double mean = 0.0;
    double sigma = 0.0;  // of the stationary distribution
    Duration tau{};      // relaxation time
    std::string unit;
};

struct RetryPlan {
    Duration interval = std::chrono::seconds(10);  // Tretry
    unsigned limit = 3;                            // Nretry
};

/// One MQTT-SN sensor. All text is final: no placeholders.
struct SensorPlan {
    std::string id;              // "PT@PS-1-1": GROUP@STATION-n
    std::string group;           // "PT"
    std::string station;         // "PS-1"
    std::size_t gateway = 0;     // index into Scenario::gateways
    std::size_t field_link = 0;  // index into Scenario::links
    std::size_t signal = 0;      // index into Scenario::signals
    std::string topic;
    std::uint8_t qos = 1;
    Duration sample{};  // a reading is offered every so often; the first after a draw within one interval
    bool clean_session = true;
    std::chrono::seconds keep_alive{60};
    RetryPlan retry;
    Duration reconnect_pause = std::chrono::seconds(5);  // after its connection broke
    std::size_t store_messages =
        0;  // readings kept while none can be sent; beyond it the oldest goes. 0: only the newest waits
};

struct GatewayPlan {
    std::string id;
    std::size_t broker_link = 0;
};

struct SubscriptionPlan {
    std::string filter;
    std::uint8_t qos = 1;
};

/// A subscriber with its own habits (an observer, in the protocol's sense any client).
struct ActorPlan {
    std::string id;
    bool is_mqtt_5 = true;
    std::size_t link = 0;
    bool clean_session = true;
    std::chrono::seconds session_expiry{0};
    std::chrono::seconds keep_alive{60};
    std::vector<SubscriptionPlan> subscriptions;
};

/// Confidences for which the oracle knows the normal quantile.
constexpr double known_confidences[] = {0.9, 0.95, 0.99, 0.999, 0.9999};

/// "delivery": of the acknowledged readings of `sensors`, how they reached `actor`.
/// "analytic": shares of delivered and acknowledged readings against formula 6.1 (stop-and-wait, bounded retries).
struct ExpectationPlan {
    enum class Kind : std::uint8_t { delivery, analytic };
    std::string id;
    Kind kind{};
    std::vector<std::size_t> sensors;  // indexes, ascending
    std::size_t actor = 0;
    std::uint64_t lost_at_most = 0;                   // acknowledged, but not delivered
    std::optional<std::uint64_t> unexpected_at_most;  // messages at the actor that no sensor sent
    std::optional<double> duplicate_ratio_at_most;
    double confidence = 0.999;  // of an analytic expectation's Wilson interval
};

struct Scenario {
    std::string name;
    std::string file;  // for messages, as given on the command line
    std::uint64_t seed = 1;
    ClockMode clock = ClockMode::virtual_time;
    WallTime start{};   // calendar time of the virtual clock's zero
    Duration warmup{};  // excluded from figures
    Duration run{};
    Duration drain{};  // no new readings; queues empty before the ledger closes
    std::vector<LinkProfile> links;
    std::vector<SignalPlan> signals;
    std::vector<GatewayPlan> gateways;
    std::vector<SensorPlan> sensors;
    std::vector<ActorPlan> actors;
    std::vector<ExpectationPlan> expectations;

    Duration length() const { return warmup + run + drain; }
    Duration sampling_ends() const { return warmup + run; }
};

}  // namespace trunkline::sim
