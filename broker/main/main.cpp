// trunkline-broker: one core, its store, its listeners.

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "broker/core/broker.hpp"
#include "broker/main/settings.hpp"
#include "broker/main/store_file.hpp"
#include "broker/net/access_driver.hpp"
#include "broker/net/admin_pages.hpp"
#include "broker/net/data_directory.hpp"
#include "broker/net/server.hpp"
#include "broker/net/store_driver.hpp"
#include "broker/store/sqlite_store.hpp"
#include "runtime/settings/run_program.hpp"
#include "runtime/store/slow_sync_vfs.hpp"
#include "runtime/time/real_clock.hpp"
#include "runtime/transport/event_loop.hpp"
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

std::optional<std::string> http_token(const ProgramSettings& settings) {
    if (!settings.http_token_file) return std::nullopt;
    auto token = runtime::read_token(*settings.http_token_file);
    if (!token) throw StartError(token.error());
    return *token;
}

/// What --check-config can find out without listening: files that cannot be used.
void check(const runtime::Given& given) {
    const ProgramSettings settings = make_settings(given);
    for (const runtime::ListenerSettings& listener : settings.listen) {
        if (listener.tls) runtime::TlsContext{*listener.tls};
    }
    static_cast<void>(http_token(settings));
    for (const AccessSettings& access : settings.access) {
        const auto files = read_access_files(access);
        if (!files) throw StartError(files.error());
    }
}

/// What --http serves.
struct Administration {
    Administration(runtime::EventLoop& loop, Broker& core, const runtime::Log& log, const runtime::Url& url,
                   std::optional<std::string> token)
        : pages(core, log, std::move(token)), server(loop, pages, url) {}

    AdminPages pages;
    runtime::HttpServer server;
};

std::string joined(const std::vector<std::string>& urls) {
    std::string text;
    for (const std::string& url : urls) text += (text.empty() ? "" : ",") + url;
    return text;
}

void run(const runtime::Given& given) {
    const ProgramSettings settings = make_settings(given);
    const runtime::Log log(settings.log_level);
    runtime::raise_open_file_limit();

    std::optional<DataDirectory> directory;
    std::optional<runtime::SlowSyncVfs> slow;
    if (settings.sync_floor != Duration::zero()) slow.emplace(settings.sync_floor);
    std::unique_ptr<Store> store;
    if (settings.data) {
        directory.emplace(*settings.data);
        store = open_store(*directory, settings.core.durability, slow ? slow->name() : std::string());
    }
    Broker core(settings.core);
    start_core(core, store.get());

    runtime::EventLoop loop;
    loop.catch_stop_signals();
    loop.catch_reload_signal();
    StoreDriver store_driver(store.get(), loop);
    AccessDriver access(settings.access, settings.passwords, core, loop);
    std::optional<Administration> administration;
    if (settings.http) administration.emplace(loop, core, log, *settings.http, http_token(settings));
    Server server(loop, core, store_driver, log, settings.io_threads);
    server.guard_with(access);
    if (administration) server.look_after(administration->server);
    for (const runtime::ListenerSettings& listener : settings.listen) server.listen(listener);
    if (settings.watches_files) server.watch_files();
    server.start();
    if (!store) {
        log.warning("store.memory", {{"text",
                                      "NOTHING SURVIVES A RESTART: sessions and messages are in memory only; "
                                      "add --data DIR"}});
    }
    const std::string http = administration ? to_string(administration->server.bound()) : std::string();
    log.info("ready", {{"listen", joined(server.bound())},
                       runtime::LogField::if_any("http", http),
                       {"durability", name_of(settings.core.durability)},
                       {"sessions", core.session_count()}});
    if (!server.run()) throw std::runtime_error("the last batch could not be stored before the end");
    log.info("stopped");
}

}  // namespace

}  // namespace trunkline::broker

int main(int argc, char** argv) {
    using namespace trunkline;
    return runtime::run_program(broker::program, argc, argv, broker::check, broker::run);
}
