#include "simulator/live/programs.hpp"

#include <algorithm>

#include "runtime/transport/start_error.hpp"
#include "simulator/plan/predefined_topics.hpp"

namespace trunkline::sim {

namespace {

bool needs_data(const Scenario& scenario) {
    using Kind = FaultPlan::Kind;
    return std::any_of(scenario.faults.begin(), scenario.faults.end(), [](const FaultPlan& fault) {
        return fault.kind == Kind::gateway_restart || fault.kind == Kind::broker_restart ||
               fault.kind == Kind::partition || has_spells(fault.kind);
    });
}

/// "10.0.0.0/8".
std::string v4_text(const Network& network) {
    const std::string address = to_string(network.base);
    return address.substr(0, address.find(':')) + '/' + std::to_string(network.prefix - Network::mapped_bits);
}

}  // namespace

Programs::Programs(const Scenario& scenario, const LivePlaces& places) : places_(places) {
    if (places.gateway && !places.broker) {
        throw runtime::StartError(
            "--gateway needs --broker: the observers must know to which broker that gateway publishes");
    }
    if (needs_data(scenario) && !(places.broker && places.gateway)) folders_.emplace();
    if (places.broker) {
        broker_ = *places.broker;
        return;
    }
    broker_program_ = std::make_unique<OwnProgram>(places.programs / "trunkline-broker", runtime::Scheme::mqtt,
                                                   std::vector<std::string>(), data_of("broker"));
    broker_ = broker_program_->url();
}

Programs::~Programs() { stop(); }

std::optional<std::filesystem::path> Programs::data_of(const std::string& name) const {
    if (!folders_) return std::nullopt;
    return folders_->of(name);
}

void Programs::start_gateways(const Scenario& scenario, const std::vector<runtime::Url>& brokers) {
    for (std::size_t index = 0; index < scenario.gateways.size(); ++index) {
        if (places_.gateway) {
            gateways_.push_back(*places_.gateway);
            continue;
        }
        std::vector<std::string> arguments{"--broker",
                                           to_string(brokers[index]),
                                           "--gateway-id",
                                           std::to_string(index + 1),
                                           "--upstream-keep-alive",
                                           std::to_string(scenario.gateways[index].keep_alive.count())};
        if (scenario.gateways[index].is_aggregating) arguments.insert(arguments.end(), {"--mode", "aggregating"});
        for (const ClientModePlan& rule : scenario.gateways[index].client_modes) {
            arguments.emplace_back("--client-mode");
            arguments.push_back(rule.pattern + (rule.is_aggregating ? "=aggregating" : "=transparent"));
        }
        for (const Network& network : scenario.gateways[index].trusted_networks)
            arguments.insert(arguments.end(), {"--trusted-network", v4_text(network)});
        for (const PredefinedTopicPlan& topic : predefined_topics(scenario, index)) {
            arguments.emplace_back("--predefined");
            arguments.push_back(std::to_string(topic.id) + '=' + topic.topic);
        }
        gateway_programs_.push_back(std::make_unique<OwnProgram>(places_.programs / "trunkline-gateway",
                                                                 runtime::Scheme::udp, std::move(arguments),
                                                                 data_of("gateway-" + std::to_string(index + 1))));
        gateways_.push_back(gateway_programs_.back()->url());
    }
}

bool Programs::are_returning() const {
    return (broker_program_ && broker_program_->is_returning()) ||
           std::any_of(gateway_programs_.begin(), gateway_programs_.end(),
                       [](const auto& program) { return program->is_returning(); });
}

std::optional<std::string> Programs::failure() const {
    if (broker_program_ && broker_program_->failure()) return broker_program_->failure();
    for (const auto& program : gateway_programs_) {
        if (program->failure()) return program->failure();
    }
    return std::nullopt;
}

void Programs::stop() {
    for (const auto& program : gateway_programs_) program->ask_to_stop();
    for (const auto& program : gateway_programs_) program->await_end();
    if (!broker_program_) return;
    broker_program_->ask_to_stop();
    broker_program_->await_end();
}

std::vector<ProgramUse> Programs::use() const {
    std::vector<ProgramUse> uses;
    if (broker_program_) uses.push_back({broker_program_->name(), broker_program_->use()});
    for (const auto& program : gateway_programs_) uses.push_back({program->name(), program->use()});
    return uses;
}

}  // namespace trunkline::sim
