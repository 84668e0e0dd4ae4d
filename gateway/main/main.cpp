// trunkline-gateway: one core, its store, its UDP socket, its connections to the broker.

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

#include "gateway/core/gateway.hpp"
#include "gateway/main/embedded_broker.hpp"
#include "gateway/main/operating_settings.hpp"
#include "gateway/main/settings.hpp"
#include "gateway/net/admin_pages.hpp"
#include "gateway/net/sensor_files.hpp"
#include "gateway/net/server.hpp"
#include "gateway/net/store_driver.hpp"
#include "gateway/net/trace.hpp"
#include "gateway/store/sqlite_store.hpp"
#include "runtime/http/http_server.hpp"
#include "runtime/settings/command_line.hpp"
#include "runtime/settings/run_program.hpp"
#include "runtime/settings/usage_error.hpp"
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

std::string listener_names(const Server& server) {
    std::string all;
    for (const runtime::Url& url : server.bound()) all += (all.empty() ? "" : ",") + to_string(url);
    return all;
}

/// What --check-config can find out without listening: files that cannot be used.
std::string broker_names(const Settings& settings) {
    std::string all;
    for (const std::string& name : settings.brokers) all += (all.empty() ? "" : ",") + name;
    return all;
}

void check(const runtime::Given& given) {
    const ProgramSettings settings = make_settings(given);
    static_cast<void>(settings.http.token());
    if (settings.embedded_broker) broker::check_files(*settings.embedded_broker);
    for (const SensorListener& listener : settings.endpoints.listen) {
        if (listener.dtls) runtime::DtlsPeers::check(listener.dtls->settings);
    }
    const auto sensor_files = read_sensor_files(settings.sensor_files);
    if (!sensor_files) throw StartError(sensor_files.error());
}

/// What the settings say at a reload, command line and file together.
Result<SensorFileSettings, std::string> reread(const runtime::Given& given, const runtime::Log& log) {
    try {
        const runtime::Given now = runtime::read_again(program, given);
        SensorFileSettings settings = make_settings(now).sensor_files;
        if (const std::string keys = keys_that_need_restart(program, given, now); !keys.empty())
            log.warning("settings.need_restart", {{"keys", keys}});
        return settings;
    } catch (const runtime::UsageError& error) {
        return Failure{std::string(error.what())};
    }
}

/// What --http serves.
struct Administration {
    Administration(runtime::EventLoop& loop, Gateway& core, Trace& trace, const runtime::Log& log,
                   const runtime::HttpSettings& settings)
        : pages({{core, trace}}, log, settings.token()), server(loop, pages, *settings.url) {}

    AdminPages pages;
    runtime::HttpServer server;
};

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
    loop.catch_reload_signal();
    std::optional<EmbeddedBroker> embedded;
    Endpoints endpoints = settings.endpoints;
    if (settings.embedded_broker) {
        embedded.emplace(*settings.embedded_broker, loop, log);
        endpoints.brokers.urls = {embedded->url()};
    }
    StoreDriver store_driver(store.get(), loop);
    Trace trace(log);
    if (settings.traced) trace.begin(*settings.traced, core);
    std::optional<Administration> administration;
    if (settings.http.url) administration.emplace(loop, core, trace, log, settings.http);
    SensorFiles sensor_files(
        loop, settings.sensor_files, [&] { return reread(given, log); }, core, log);
    Server server(loop, core, store_driver, endpoints, log);
    server.guard_with(sensor_files);
    server.show_to(trace);
    if (administration) server.look_after(administration->server);
    if (!store) {
        log.warning("store.memory", {{"text",
                                      "a restart ends every sensor's session: they are in memory only; "
                                      "add --data DIR"}});
    }
    const std::string http = administration ? to_string(administration->server.bound()) : std::string();
    log.info("ready", {{"listen", listener_names(server)},
                       runtime::LogField::if_any("http", http),
                       {"broker", broker_names(settings.core)},
                       {"sensors", core.sensor_count()}});
    if (embedded) embedded->start();
    const bool is_stored = server.run();
    if (embedded) embedded->stop();
    if (!is_stored) throw std::runtime_error("the last batch could not be stored before the end");
    log.info("stopped");
}

}  // namespace

}  // namespace trunkline::gateway

int main(int argc, char** argv) {
    using namespace trunkline;
    return runtime::run_program(gateway::program, argc, argv, gateway::check, gateway::run);
}
