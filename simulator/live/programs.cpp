#include "simulator/live/programs.hpp"

#include "runtime/transport/start_error.hpp"
#include "simulator/plan/predefined_topics.hpp"

namespace trunkline::sim {

namespace {

using runtime::StartError;

constexpr std::chrono::seconds ready_patience{10};
constexpr std::chrono::seconds end_patience{10};  // a clean end saves, and tells its clients

runtime::Url url_of(const std::string& text, runtime::Scheme scheme, const std::string& program) {
    const Result<runtime::Url, std::string> url = runtime::parse_url(text, scheme);
    if (!url) throw StartError(program + " says that it listens on " + text + ": " + url.error());
    return *url;
}

}  // namespace

Programs::Programs(const Scenario& scenario, const LivePlaces& places) {
    if (places.gateway && !places.broker) {
        throw StartError("--gateway needs --broker: the observers must know to which broker that gateway publishes");
    }
    broker_ = places.broker ? *places.broker : start_broker(places.programs);
    if (places.gateway) gateways_.assign(scenario.gateways.size(), *places.gateway);
    else start_gateways(scenario, places.programs);
}

Programs::~Programs() { stop(); }

runtime::Url Programs::start_broker(const std::filesystem::path& folder) {
    const std::vector<std::string> arguments{"--listen", "mqtt://127.0.0.1:0"};
    broker_process_ = std::make_unique<ChildProcess>(folder / "trunkline-broker", arguments);
    return url_of(broker_process_->await_ready(ready_patience), runtime::Scheme::mqtt, broker_process_->name());
}

void Programs::start_gateways(const Scenario& scenario, const std::filesystem::path& folder) {
    for (std::size_t index = 0; index < scenario.gateways.size(); ++index) {
        std::vector<std::string> arguments{"--listen",         "udp://127.0.0.1:0", "--broker",
                                           to_string(broker_), "--gateway-id",      std::to_string(index + 1)};
        for (const PredefinedTopicPlan& topic : predefined_topics(scenario, index)) {
            arguments.emplace_back("--predefined");
            arguments.push_back(std::to_string(topic.id) + '=' + topic.topic);
        }
        auto process = std::make_unique<ChildProcess>(folder / "trunkline-gateway", arguments);
        gateways_.push_back(url_of(process->await_ready(ready_patience), runtime::Scheme::udp, process->name()));
        gateway_processes_.push_back(std::move(process));
    }
}

std::optional<std::string> Programs::failure() {
    if (broker_process_ && !broker_process_->is_running()) {
        return broker_process_->name() + " ended during the run; " + broker_process_->last_lines();
    }
    for (const auto& process : gateway_processes_) {
        if (!process->is_running()) return process->name() + " ended during the run; " + process->last_lines();
    }
    return std::nullopt;
}

void Programs::stop() {
    for (const auto& process : gateway_processes_) process->ask_to_stop();
    for (const auto& process : gateway_processes_) process->await_end(end_patience);
    gateway_processes_.clear();
    if (!broker_process_) return;
    broker_process_->ask_to_stop();
    broker_process_->await_end(end_patience);
    broker_process_.reset();
}

}  // namespace trunkline::sim
