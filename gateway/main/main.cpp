// trunkline-gateway: its shards, and what operators see of it.

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "gateway/core/gateway.hpp"
#include "gateway/main/embedded_broker.hpp"
#include "gateway/main/operating_settings.hpp"
#include "gateway/main/running_shard.hpp"
#include "gateway/main/settings.hpp"
#include "gateway/net/admin_pages.hpp"
#include "gateway/net/broker_credentials.hpp"
#include "gateway/net/sensor_files.hpp"
#include "runtime/http/http_server.hpp"
#include "runtime/settings/command_line.hpp"
#include "runtime/settings/run_program.hpp"
#include "runtime/settings/usage_error.hpp"
#include "runtime/store/data_directory.hpp"
#include "runtime/transport/event_loop.hpp"
#include "runtime/transport/start_error.hpp"
#include "runtime/transport/tls_client_context.hpp"

namespace trunkline::gateway {

namespace {

using runtime::StartError;

std::string listener_names(const Server& server) {
    std::string all;
    for (const runtime::Url& url : server.bound()) all += (all.empty() ? "" : ",") + to_string(url);
    return all;
}

std::string broker_names(const Settings& settings) {
    std::string all;
    for (const std::string& name : settings.brokers) all += (all.empty() ? "" : ",") + name;
    return all;
}

/// Spare connections are for sensors: they must not take what sensors' own connections need.
void check_open_files(const ProgramSettings& settings, std::size_t limit) {
    const std::size_t spares = settings.core.spare_connections * settings.shards;
    if (spares <= limit / 2) return;
    throw StartError("spare_connections: " + std::to_string(spares) + " are more than half of the " +
                     std::to_string(limit) + " files that this program may open: raise that limit, or want fewer");
}

/// What --check-config can find out without listening: files that cannot be used. Before each start, too.
void check(const runtime::Given& given) {
    const ProgramSettings settings = make_settings(given);
    check_open_files(settings, runtime::raise_open_file_limit());
    check_data(settings);
    static_cast<void>(settings.http.token());
    if (settings.embedded_broker) broker::check_files(*settings.embedded_broker);
    for (const SensorListener& listener : settings.endpoints.listen) {
        if (listener.dtls) runtime::DtlsPeers::check(listener.dtls->settings);
    }
    const auto sensor_files = read_sensor_files(settings.sensor_files);
    if (!sensor_files) throw StartError(sensor_files.error());
    const auto credentials = read_credentials(settings.endpoints.credentials);
    if (!credentials) throw StartError(credentials.error());
    if (settings.endpoints.brokers.has_tls()) runtime::TlsClientContext(settings.endpoints.brokers.tls);
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
    Administration(runtime::EventLoop& loop, std::vector<AdministeredShard> shards, const runtime::Log& log,
                   const runtime::HttpSettings& settings)
        : pages(std::move(shards), log, settings.token()), server(loop, pages, *settings.url) {}

    AdminPages pages;
    runtime::HttpServer server;
};

using Shards = std::vector<std::unique_ptr<RunningShard>>;

/// Loops first: they outlive everything that lives by them.
std::vector<std::unique_ptr<runtime::EventLoop>> make_loops(std::size_t count) {
    std::vector<std::unique_ptr<runtime::EventLoop>> loops;
    for (std::size_t index = 0; index < count; ++index) {
        loops.push_back(std::make_unique<runtime::EventLoop>());
        loops.back()->catch_reload_signal();
    }
    loops.front()->catch_stop_signals();
    return loops;
}

/// The first shard chooses ports that are free, the others share them.
Shards make_shards(const std::vector<std::unique_ptr<runtime::EventLoop>>& loops, ShardBoxes* boxes,
                   const runtime::Given& given, const ProgramSettings& settings, Endpoints endpoints,
                   const runtime::Log& log) {
    Shards shards;
    for (std::size_t index = 0; index < loops.size(); ++index) {
        const ShardPlace place{static_cast<ShardIndex>(index), loops.size()};
        shards.push_back(std::make_unique<RunningShard>(
            place, settings, endpoints, *loops[index], boxes, [&] { return reread(given, log); }, log));
        const std::vector<runtime::Url> bound = shards.front()->server().bound();
        for (std::size_t listener = 0; listener < bound.size(); ++listener)
            endpoints.listen[listener].url = bound[listener];
    }
    make_known_to_each_other(shards);
    return shards;
}

std::size_t sensor_count(const Shards& shards) {
    std::size_t count = 0;
    for (const auto& shard : shards) count += shard->core().sensor_count();
    return count;
}

void run(const runtime::Given& given) {
    const ProgramSettings settings = make_settings(given);
    const runtime::Log log(settings.log_level);
    if (settings.endpoints.credentials.has_any() && !settings.embedded_broker)
        warn_of_clear_text(settings.endpoints.brokers, log);
    std::optional<runtime::DataDirectory> directory;
    if (settings.data) directory.emplace(*settings.data);

    const auto loops = make_loops(settings.shards);
    runtime::EventLoop& loop = *loops.front();
    std::optional<EmbeddedBroker> embedded;
    Endpoints endpoints = settings.endpoints;
    if (settings.embedded_broker) {
        embedded.emplace(*settings.embedded_broker, loop, log);
        endpoints.brokers.urls = {embedded->url()};
    }
    std::optional<ShardBoxes> boxes;
    if (loops.size() > 1) boxes.emplace(loops);
    const auto shards = make_shards(loops, boxes ? &*boxes : nullptr, given, settings, endpoints, log);
    Server& server = shards.front()->server();
    if (settings.traced) {
        RunningShard& owner = *shards[shard_of(*settings.traced, shards.size())];
        owner.trace().begin(*settings.traced, owner.core());
    }
    std::optional<Administration> administration;
    if (settings.http.url) {
        std::vector<AdministeredShard> administered;
        for (const auto& shard : shards) administered.push_back(shard->administered());
        administration.emplace(loop, std::move(administered), log, settings.http);
        server.look_after(administration->server);
    }
    if (!settings.data) {
        log.warning("store.memory", {{"text",
                                      "a restart ends every sensor's session: they are in memory only; "
                                      "add --data DIR"}});
    }
    const std::string http = administration ? to_string(administration->server.bound()) : std::string();
    log.info("ready", {{"listen", listener_names(server)},
                       runtime::LogField::if_any("http", http),
                       {"broker", broker_names(settings.core)},
                       {"sensors", sensor_count(shards)}});
    if (embedded) embedded->start();
    const bool is_stored = run_shards(shards);
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
