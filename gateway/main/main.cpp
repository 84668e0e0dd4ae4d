// trunkline-gateway: one core, its UDP socket, its connections to the broker.

#include "gateway/core/gateway.hpp"
#include "gateway/main/settings.hpp"
#include "gateway/net/server.hpp"
#include "runtime/settings/run_program.hpp"
#include "runtime/transport/event_loop.hpp"

namespace trunkline::gateway {

namespace {

void run(const runtime::Given& given) {
    const ProgramSettings settings = make_settings(given);
    const runtime::Log log(settings.log_level);
    runtime::raise_open_file_limit();

    Gateway core(settings.core);
    runtime::EventLoop loop;
    loop.catch_stop_signals();
    Server server(loop, core, settings.endpoints, log);
    log.info("ready", {{"listen", to_string(server.bound())}, {"broker", to_string(settings.endpoints.broker)}});
    server.run();
    log.info("stopped");
}

}  // namespace

}  // namespace trunkline::gateway

int main(int argc, char** argv) {
    using namespace trunkline;
    return runtime::run_program(
        gateway::program, argc, argv, [](const runtime::Given& given) { gateway::make_settings(given); }, gateway::run);
}
