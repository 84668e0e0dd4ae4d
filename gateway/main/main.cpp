// trunkline-gateway: one core, its store, its UDP socket, its connections to the broker.

#include <memory>
#include <optional>
#include <stdexcept>

#include "gateway/core/gateway.hpp"
#include "gateway/main/settings.hpp"
#include "gateway/net/server.hpp"
#include "gateway/net/store_driver.hpp"
#include "gateway/store/sqlite_store.hpp"
#include "runtime/settings/run_program.hpp"
#include "runtime/store/data_directory.hpp"
#include "runtime/time/real_clock.hpp"
#include "runtime/transport/event_loop.hpp"
#include "runtime/transport/start_error.hpp"

namespace trunkline::gateway {

namespace {

using runtime::StartError;

std::unique_ptr<Store> open_store(const runtime::DataDirectory& directory) {
    auto store = SqliteStore::open((directory.path() / "gateway.sqlite").string(), runtime::Sync::full);
    if (!store) throw StartError("cannot open the store: " + store.error().text);
    return std::move(*store);
}

/// Gives each record to the core as it is read.
class Restoring : public Store::Visitor {
public:
    Restoring(Gateway& core, Instant now) : core_(core), now_(now) {}
    void record(StoreRecord record) override { core_.restore(record, now_); }

private:
    Gateway& core_;
    Instant now_;
};

void restore(Gateway& core, Store& store) {
    const runtime::RealClock clock;
    const Instant now = clock.now();
    core.start(now, clock.wall());
    Restoring restoring(core, now);
    const Result<void, StoreError> loaded = store.load(restoring);
    if (!loaded) throw StartError("cannot read the store: " + loaded.error().text);
}

void run(const runtime::Given& given) {
    const ProgramSettings settings = make_settings(given);
    const runtime::Log log(settings.log_level);
    runtime::raise_open_file_limit();

    std::optional<runtime::DataDirectory> directory;
    std::unique_ptr<Store> store;
    if (settings.data) {
        directory.emplace(*settings.data);
        store = open_store(*directory);
    }
    Gateway core(settings.core);
    if (store) restore(core, *store);

    runtime::EventLoop loop;
    loop.catch_stop_signals();
    StoreDriver store_driver(store.get(), loop);
    Server server(loop, core, store_driver, settings.endpoints, log);
    if (!store) {
        log.warning("store.memory", {{"text",
                                      "a restart ends every sensor's session: they are in memory only; "
                                      "add --data DIR"}});
    }
    log.info("ready", {{"listen", to_string(server.bound())},
                       {"broker", to_string(settings.endpoints.broker)},
                       {"sensors", core.sensor_count()}});
    if (!server.run()) throw std::runtime_error("the last batch could not be stored before the end");
    log.info("stopped");
}

}  // namespace

}  // namespace trunkline::gateway

int main(int argc, char** argv) {
    using namespace trunkline;
    return runtime::run_program(
        gateway::program, argc, argv, [](const runtime::Given& given) { gateway::make_settings(given); }, gateway::run);
}
