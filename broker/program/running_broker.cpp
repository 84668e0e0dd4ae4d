#include "broker/program/running_broker.hpp"

#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "broker/core/broker.hpp"
#include "broker/net/access_driver.hpp"
#include "broker/net/admin_pages.hpp"
#include "broker/net/data_directory.hpp"
#include "broker/net/server.hpp"
#include "broker/net/store_driver.hpp"
#include "broker/program/store_file.hpp"
#include "broker/store/sqlite_store.hpp"
#include "runtime/store/slow_sync_vfs.hpp"
#include "runtime/time/real_clock.hpp"
#include "runtime/transport/start_error.hpp"

namespace trunkline::broker {

namespace {

using runtime::StartError;

std::unique_ptr<Store> open_store(const DataDirectory& directory, Durability durability, const std::string& vfs) {
    const runtime::Sync sync = durability == Durability::os ? runtime::Sync::normal : runtime::Sync::full;
    auto store = SqliteStore::open(store_file(directory.path()).string(), sync, vfs);
    if (!store) throw StartError("cannot open the store: " + store.error().text);
    return std::move(*store);
}

/// Gives each record to the core as it is read.
class Restoring : public Store::Visitor {
public:
    Restoring(Broker& core, Instant now, WallTime wall) : core_(core), now_(now), wall_(wall) {}
    void record(StoreRecord record) override { core_.restore(std::move(record), now_, wall_); }

private:
    Broker& core_;
    Instant now_;
    WallTime wall_;
};

void start_core(Broker& core, Store* store) {
    const runtime::RealClock clock;
    const Instant now = clock.now();
    const WallTime wall = clock.wall();
    core.start(now, wall);
    if (store == nullptr) return;
    Restoring restoring(core, now, wall);
    const Result<void, StoreError> loaded = store->load(restoring, WallClock(now, wall));
    if (!loaded) throw StartError("cannot read the store: " + loaded.error().text);
}

std::string joined(const std::vector<std::string>& urls) {
    std::string text;
    for (const std::string& url : urls) text += (text.empty() ? "" : ",") + url;
    return text;
}

}  // namespace

void check_files(const ProgramSettings& settings) {
    for (const runtime::ListenerSettings& listener : settings.listen) {
        if (listener.tls) runtime::TlsContext{*listener.tls};
    }
    static_cast<void>(settings.http.token());
    for (const AccessSettings& access : settings.access) {
        const auto files = read_access_files(access);
        if (!files) throw StartError(files.error());
    }
}

/// Destroyed from the end.
struct RunningBroker::State {
    /// What --http serves.
    struct Administration {
        Administration(runtime::EventLoop& loop, Broker& core, const runtime::Log& log,
                       const runtime::HttpSettings& settings)
            : pages(core, log, settings.token()), server(loop, pages, *settings.url) {}

        AdminPages pages;
        runtime::HttpServer server;
    };

    State(const ProgramSettings& settings, const runtime::Log& its_log)
        : durability(settings.core.durability), log(its_log), core(settings.core) {
        if (settings.sync_floor != Duration::zero()) slow.emplace(settings.sync_floor);
        if (settings.data) {
            directory.emplace(*settings.data);
            store = open_store(*directory, durability, slow ? slow->name() : std::string());
        }
        start_core(core, store.get());
    }

    const Durability durability;
    const runtime::Log& log;
    std::optional<DataDirectory> directory;
    std::optional<runtime::SlowSyncVfs> slow;
    std::unique_ptr<Store> store;
    Broker core;
    std::optional<StoreDriver> store_driver;
    std::optional<AccessDriver> access;
    std::optional<Administration> administration;
    std::optional<Server> server;
};

RunningBroker::RunningBroker(runtime::EventLoop& loop, const ProgramSettings& settings, const runtime::Log& log)
    : state_(std::make_unique<State>(settings, log)) {
    State& all = *state_;
    all.store_driver.emplace(all.store.get(), loop);
    all.access.emplace(settings.access, settings.passwords, all.core, loop);
    if (settings.http.url) all.administration.emplace(loop, all.core, log, settings.http);
    Server& server = all.server.emplace(loop, all.core, *all.store_driver, log, settings.io_threads);
    server.guard_with(*all.access);
    if (all.administration) server.look_after(all.administration->server);
    for (const runtime::ListenerSettings& listener : settings.listen) server.listen(listener);
    if (settings.watches_files) server.watch_files();
    server.start();
    if (all.store) return;
    log.warning("store.memory", {{"text",
                                  "NOTHING SURVIVES A RESTART: sessions and messages are in memory only; "
                                  "add --data DIR"}});
}

RunningBroker::~RunningBroker() = default;

void RunningBroker::log_state(std::string_view event) const {
    const State& all = *state_;
    const std::string http = all.administration ? to_string(all.administration->server.bound()) : std::string();
    all.log.info(event, {{"listen", joined(all.server->bound())},
                         runtime::LogField::if_any("http", http),
                         {"durability", name_of(all.durability)},
                         {"sessions", all.core.session_count()}});
}

void RunningBroker::run() {
    if (!state_->server->run()) throw std::runtime_error("the last batch could not be stored before the end");
}

}  // namespace trunkline::broker
