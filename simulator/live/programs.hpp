#pragma once
// Broker and gateways of a live run: our own, started for it, or somebody else's by URL.

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runtime/transport/url.hpp"
#include "simulator/live/child_process.hpp"
#include "simulator/plan/scenario.hpp"

namespace trunkline::sim {

/// What the user has given, and where our own programs are.
struct LivePlaces {
    std::optional<runtime::Url> broker;   // mqtt://…; none: our own
    std::optional<runtime::Url> gateway;  // udp://…; none: our own, one for each gateway of the scenario
    std::filesystem::path programs;       // the folder of trunkline-broker and trunkline-gateway
};

/// Starts what is needed, waits until it is ready, and stops it at the end, gateways first.
class Programs {
public:
    /// Throws runtime::StartError. With a gateway by URL, the broker needs one too: nobody knows whose it is.
    Programs(const Scenario& scenario, const LivePlaces& places);
    ~Programs();
    Programs(const Programs&) = delete;
    Programs& operator=(const Programs&) = delete;

    const runtime::Url& broker() const { return broker_; }
    /// By index into Scenario::gateways.
    const runtime::Url& gateway(std::size_t index) const { return gateways_[index]; }
    bool broker_is_ours() const { return broker_process_ != nullptr; }
    bool gateway_is_ours() const { return !gateway_processes_.empty(); }

    /// Reads their logs on, and tells of one that has ended although nobody asked it to.
    std::optional<std::string> failure();
    /// SIGTERM to the gateways, then to the broker; waits for each. Again: nothing happens.
    void stop();

private:
    runtime::Url start_broker(const std::filesystem::path& folder);
    void start_gateways(const Scenario& scenario, const std::filesystem::path& folder);

    runtime::Url broker_;
    std::vector<runtime::Url> gateways_;
    std::unique_ptr<ChildProcess> broker_process_;
    std::vector<std::unique_ptr<ChildProcess>> gateway_processes_;
};

}  // namespace trunkline::sim
