// trunkline-broker: settings, and the broker that they describe.

#include "broker/main/program.hpp"
#include "broker/program/running_broker.hpp"
#include "broker/program/settings.hpp"
#include "runtime/log/log.hpp"
#include "runtime/settings/run_program.hpp"
#include "runtime/transport/event_loop.hpp"

namespace trunkline::broker {

namespace {

void check(const runtime::Given& given) { check_files(make_settings(given)); }

void run(const runtime::Given& given) {
    const ProgramSettings settings = make_settings(given);
    const runtime::Log log(settings.log_level);
    runtime::raise_open_file_limit();
    runtime::EventLoop loop;
    loop.catch_stop_signals();
    loop.catch_reload_signal();
    RunningBroker broker(loop, settings, log);
    broker.log_state("ready");
    broker.run();
    log.info("stopped");
}

}  // namespace

}  // namespace trunkline::broker

int main(int argc, char** argv) {
    using namespace trunkline;
    return runtime::run_program(broker::program, argc, argv, broker::check, broker::run);
}
