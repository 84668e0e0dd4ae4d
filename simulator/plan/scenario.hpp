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
#include "protocol/base/network.hpp"
#include "simulator/plan/broker_plan.hpp"
#include "simulator/plan/chaos_plan.hpp"
#include "simulator/plan/device_plan.hpp"
#include "simulator/plan/expectation_plan.hpp"
#include "simulator/plan/fault_plan.hpp"
#include "simulator/plan/link_profile.hpp"
#include "simulator/plan/pipe_plan.hpp"
#include "simulator/plan/report_plan.hpp"
#include "simulator/plan/signal_plan.hpp"

namespace trunkline::sim {

enum class ClockMode : std::uint8_t { virtual_time, real_time };

struct RetryPlan {
    Duration interval = std::chrono::seconds(10);  // Tretry
    unsigned limit = 3;                            // Nretry
};

/// One sensor or RTU. All text is final: no placeholders.
struct SensorPlan {
    std::string id;       // "PT@PS-1-1": GROUP@STATION-n
    std::string group;    // "PT"
    std::string station;  // "PS-1"
    DeviceProtocol protocol = DeviceProtocol::mqtt_sn;
    std::size_t gateway = 0;     // index into Scenario::gateways; means nothing for an RTU
    bool is_aggregated = false;  // there it shares a connection to the broker with others
    std::size_t field_link = 0;  // index into Scenario::links: to the gateway, or an RTU's to the broker
    std::size_t signal = 0;      // index into Scenario::signals
    double metres = 0.0;         // its station's place, from the beginning of the line
    std::string topic;
    TopicKind topic_kind = TopicKind::registered;
    std::uint16_t predefined_id = 0;  // of TopicKind::predefined
    std::int8_t qos = 1;              // -1 (MQTT-SN: without a connection) to 2
    bool retain = false;
    Duration sample{};                    // it measures every so often; the first time after a draw within one interval
    std::optional<ReportingPlan> report;  // without one, each measurement is a reading
    bool clean_session = true;
    std::chrono::seconds session_expiry{0};  // MQTT 5
    std::chrono::seconds keep_alive{60};
    RetryPlan retry;
    Duration reconnect_pause = std::chrono::seconds(5);  // MQTT-SN without `backoff`: after its connection broke
    std::optional<BackoffPlan> backoff;                  // an RTU without one has the default
    std::optional<WillPlan> will;
    std::optional<SleepPlan> sleep;
    std::optional<CommandsPlan> commands;
    std::size_t store_messages =
        0;                       // readings kept while none can be sent; beyond it one goes. 0: only the newest waits
    bool keeps_oldest = false;   // which one goes: the newest, else the oldest
    std::size_t in_flight = 16;  // of an RTU: readings unacknowledged at once
};

/// Where it is not the gateway's own, by the names of its settings.
struct GatewayLimits {
    std::optional<std::size_t> uplink_window;
    std::optional<std::size_t> stored_messages;
    std::optional<std::size_t> downlink_messages;
    std::optional<std::size_t> upstream_connections;  // that sensors in aggregating mode share
    std::optional<std::size_t> buffer_messages;       // stored ones of all its sensors together

    bool are_given() const {
        return uplink_window || stored_messages || downlink_messages || upstream_connections || buffer_messages;
    }
};

/// Of the sensors whose ids the pattern means: as the gateway's option --client-mode has it.
struct ClientModePlan {
    std::string pattern;  // * any characters, ? one
    bool is_aggregating = false;
};

struct GatewayPlan {
    std::string id;
    bool is_aggregating = false;                    // its sensors share a few connections to the broker
    std::vector<ClientModePlan> client_modes = {};  // goes before; the first that means a sensor
    std::size_t broker_link = 0;
    std::chrono::seconds keep_alive{60};  // of its connections to the broker
    GatewayLimits limits = {};
    /// Of a second way to the broker, or to another node of its cluster: then the gateway has two brokers in its list,
    /// which know the same sessions.
    std::optional<std::size_t> backup_link = {};
    /// Where its sensors go on at another address without a CONNECT. IPv4.
    std::vector<Network> trusted_networks = {};
};

struct SubscriptionPlan {
    std::string filter;  // of a shared one, what stands behind the ShareName
    std::uint8_t qos = 1;
    std::string share_name = {};  // MQTT 5 §4.8.2; empty: not shared

    /// As it is sent.
    std::string text() const { return share_name.empty() ? filter : "$share/" + share_name + '/' + filter; }
};

/// What an actor publishes: commands to devices.
struct PublicationPlan {
    std::string topic;
    std::string payload;
    std::uint8_t qos = 1;  // 0 to 2
    bool retain = false;
    Duration at{};     // the first, since the run's beginning, the warm-up included
    Duration every{};  // zero: once; else until sampling ends
};

/// What an actor waits for after a command of its script.
struct AnswerPlan {
    std::size_t publication = 0;  // index into ActorPlan::publications, which is published once
    std::string topic;
    std::string payload;  // of the message, or the value of a reading as it stands there: "closed", "0"
    Duration within{};    // since the command was due
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
    std::vector<PublicationPlan> publications;
    std::vector<AnswerPlan> answers;  // in the order of their commands
    /// Of those who share their subscriptions, the first one's index: one of them is owed each message, and the first
    /// one stands for all.
    std::optional<std::size_t> team;
    std::string team_name;  // "historian" of historian-1, historian-2, …

    /// What a report calls whom the readings are owed to.
    const std::string& owed_name() const { return team ? team_name : id; }
};

/// What a run that the command line made shorter than the file's has no time for, by id.
struct LeftOut {
    std::vector<std::string> faults;
    std::vector<std::string> expectations;  // about these faults, or about more than is left

    bool is_nothing() const { return faults.empty() && expectations.empty(); }
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
    std::optional<PipePlan> pipeline;
    std::vector<SignalPlan> signals;
    BrokerPlan broker;
    std::vector<GatewayPlan> gateways;
    std::vector<SensorPlan> sensors;
    std::vector<ActorPlan> actors;
    std::vector<FaultPlan> faults;  // by the file's order; those that chaos has drawn follow
    std::optional<ChaosPlan> chaos;
    std::vector<ExpectationPlan> expectations;
    LeftOut left_out;
    ReportPlan report;

    Duration length() const { return warmup + run + drain; }
    Duration sampling_ends() const { return warmup + run; }
    /// Of a scenario with chaos: everything has to have converged.
    Duration settled_at() const { return sampling_ends() + chaos->settle; }
};

}  // namespace trunkline::sim
