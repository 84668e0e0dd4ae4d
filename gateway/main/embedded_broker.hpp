#pragma once
// A broker in the gateway's own process, for a small site.

#include <exception>
#include <filesystem>
#include <optional>
#include <string>
#include <thread>

#include "broker/program/running_broker.hpp"
#include "broker/program/settings.hpp"
#include "runtime/log/log.hpp"
#include "runtime/settings/given.hpp"
#include "runtime/settings/key_table.hpp"
#include "runtime/transport/event_loop.hpp"
#include "runtime/transport/url.hpp"

namespace trunkline::gateway {

/// For the program's table.
inline constexpr auto embedded_keys = std::to_array<runtime::Key>({
    {.name = "embedded_broker",
     .kind = runtime::ValueKind::flag,
     .text = "Run a trunkline-broker in this process, in the place of --broker: it listens on\n"
             "mqtt://127.0.0.1:1883 and stores in the directory broker of --data. Of its own options it\n"
             "takes those that --broker-config names."},
    {.name = "broker_config",
     .argument = "FILE",
     .text = "Settings of the embedded broker, as of trunkline-broker --config: listeners, passwords, access\n"
             "rules, limits, http and all the others but log_level, which is the gateway's."},
});

/// Nothing: none is wanted. Throws runtime::UsageError.
std::optional<broker::ProgramSettings> embedded_broker_settings(const runtime::Given& given);

/// Has a thread and a loop of its own; the gateway reaches it by a Unix socket that nobody else can open.
class EmbeddedBroker {
public:
    /// Reads its store and listens; throws runtime::StartError. If it ends by itself, `owner` is asked to stop. Both
    /// outlive it.
    EmbeddedBroker(broker::ProgramSettings settings, runtime::EventLoop& owner, const runtime::Log& log);
    ~EmbeddedBroker();

    /// Where the gateway connects to.
    const runtime::Url& url() const { return url_; }
    void start();
    /// A clean end. Throws what the broker has ended by.
    void stop();

private:
    /// A Unix socket that has no name any more once the broker listens: only this process finds it, by its own
    /// descriptors, and nothing is left of it when the process is killed.
    class WayIn {
    public:
        WayIn();
        ~WayIn();
        WayIn(const WayIn&) = delete;
        WayIn& operator=(const WayIn&) = delete;
        /// In a folder that only this user can open.
        runtime::Url to_listen() const;
        /// The broker listens: takes folder and name away. Where it is to be found from then on.
        runtime::Url hidden();

    private:
        std::filesystem::path name_;  // of the folder, while it has one
        int folder_ = -1;             // what the broker unlinks at its end is in no other one
        int socket_ = -1;
    };

    WayIn way_in_;
    runtime::EventLoop& owner_;
    runtime::EventLoop loop_;
    broker::RunningBroker broker_;
    runtime::Url url_;
    std::exception_ptr failure_;
    std::thread thread_;
};

}  // namespace trunkline::gateway
