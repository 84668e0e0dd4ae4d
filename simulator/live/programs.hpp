#pragma once
// Broker and gateways of a live run: our own, started for it, or somebody else's by URL.

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runtime/transport/url.hpp"
#include "simulator/live/data_folders.hpp"
#include "simulator/live/own_program.hpp"
#include "simulator/plan/scenario.hpp"

namespace trunkline::sim {

/// What the user has given, and where our own programs are.
struct LivePlaces {
    std::optional<runtime::Url> broker;   // mqtt://…; none: our own
    std::optional<runtime::Url> gateway;  // udp://…; none: our own, one for each gateway of the scenario
    std::filesystem::path programs;       // the folder of trunkline-broker and trunkline-gateway
    /// In place of restarts of a broker by URL, which cannot be played, all connections to it are cut for as long.
    bool cuts_for_restarts = false;
};

/// What one of our programs has used.
struct ProgramUse {
    std::string name;
    ResourceUse use;
};

/// Starts what is needed, waits until it is ready, and stops it at the end, gateways first. Our programs store what
/// they are to keep, in a folder of the run's own, if the scenario restarts or parts any of them; else in memory.
class Programs {
public:
    /// The broker. Throws runtime::StartError. With a gateway by URL, the broker needs one too: nobody knows whose it
    /// is.
    Programs(const Scenario& scenario, const LivePlaces& places);
    ~Programs();
    Programs(const Programs&) = delete;
    Programs& operator=(const Programs&) = delete;

    /// The gateways, once; `brokers`: where each of them finds the broker. Throws runtime::StartError.
    void start_gateways(const Scenario& scenario, const std::vector<runtime::Url>& brokers);

    const runtime::Url& broker() const { return broker_; }
    /// By index into Scenario::gateways.
    const runtime::Url& gateway(std::size_t index) const { return gateways_[index]; }
    /// One by URL counts as up.
    bool gateway_is_up(std::size_t index) const {
        return gateway_programs_.empty() || gateway_programs_[index]->is_up();
    }

    /// nullptr: by URL.
    OwnProgram* broker_program() { return broker_program_.get(); }
    OwnProgram* gateway_program(std::size_t index) {
        return gateway_programs_.empty() ? nullptr : gateway_programs_[index].get();
    }

    bool are_returning() const;
    /// Why the run means nothing any more: a program of ours has failed.
    std::optional<std::string> failure() const;
    /// SIGTERM to the gateways, then to the broker; waits for each. Again: nothing happens.
    void stop();
    /// After stop(): of our own programs, in the order in which they were started.
    std::vector<ProgramUse> use() const;

private:
    std::optional<std::filesystem::path> data_of(const std::string& name) const;

    LivePlaces places_;
    std::optional<DataFolders> folders_;
    runtime::Url broker_;
    std::vector<runtime::Url> gateways_;
    std::unique_ptr<OwnProgram> broker_program_;
    std::vector<std::unique_ptr<OwnProgram>> gateway_programs_;
};

}  // namespace trunkline::sim
