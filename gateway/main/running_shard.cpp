#include "gateway/main/running_shard.hpp"

#include <exception>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

#include "gateway/main/reserved_heap.hpp"
#include "gateway/store/sqlite_store.hpp"
#include "runtime/time/real_clock.hpp"
#include "runtime/transport/start_error.hpp"

namespace trunkline::gateway {

namespace {

namespace fs = std::filesystem;
using runtime::StartError;

std::string store_name(ShardPlace place) {
    if (place.count == 1) return "gateway.sqlite";
    return "gateway-" + std::to_string(place.index + 1) + "-of-" + std::to_string(place.count) + ".sqlite";
}

/// Sensors are spread over shards by their number: of another number, each would look for its sessions in vain. A
/// directory that cannot be listed is for whoever opens it to refuse.
void check_count(const fs::path& directory, std::size_t count) {
    std::error_code ignored;
    for (const fs::directory_entry& entry : fs::directory_iterator(directory, ignored)) {
        const std::string name = entry.path().filename().string();
        if (!name.starts_with("gateway") || entry.path().extension() != ".sqlite") continue;
        bool is_ours = false;
        for (std::size_t index = 0; index < count; ++index)
            is_ours = is_ours || name == store_name({static_cast<ShardIndex>(index), count});
        if (is_ours) continue;
        throw StartError("data " + directory.string() + ": " + name +
                         " is of a gateway with another number of shards: start it with that number");
    }
}

std::unique_ptr<Store> open_store(const ProgramSettings& settings, ShardPlace place) {
    if (!settings.data) return nullptr;
    auto store = SqliteStore::open((*settings.data / store_name(place)).string(), runtime::Sync::full);
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

Settings core_settings(const Settings& of_all, ShardPlace place) {
    Settings settings = of_all;
    settings.is_one_of_several = place.count > 1;
    if (place.index == 0) return settings;
    settings.discovery_group.reset();  // the first one speaks for all
    settings.seed += place.index;
    settings.own_client_id += "-" + std::to_string(place.index + 1);
    return settings;
}

Endpoints endpoints_of(const Endpoints& of_all, ShardPlace place) {
    Endpoints endpoints = of_all;
    if (place.index != 0) endpoints.discovery.reset();
    return endpoints;
}

}  // namespace

void check_data(const ProgramSettings& settings) {
    if (!settings.data) return;
    std::error_code ignored;
    if (fs::exists(*settings.data, ignored) && !fs::is_directory(*settings.data, ignored))
        throw StartError("data " + settings.data->string() + ": a directory is wanted, or a name for a new one");
    check_count(*settings.data, settings.shards);
}

RunningShard::Restored::Restored(Settings settings, Store* store) : core(std::move(settings)) {
    if (store != nullptr) restore(core, *store);
}

RunningShard::RunningShard(ShardPlace place, const ProgramSettings& settings, const Endpoints& endpoints,
                           runtime::EventLoop& loop, ShardBoxes* boxes, SensorFiles::Source reread,
                           const runtime::Log& log)
    : place_(place),
      spare_connections_(settings.core.spare_connections),
      loop_(loop),
      store_(open_store(settings, place)),
      restored_(core_settings(settings.core, place), store_.get()),
      store_driver_(store_.get(), loop),
      sensor_files_(loop, settings.sensor_files, std::move(reread), restored_.core, log),
      trace_(log),
      errands_(loop),
      server_(loop, restored_.core, store_driver_, endpoints_of(endpoints, place), log,
              {place.index, place.count, settings.core.seed}) {
    server_.guard_with(sensor_files_);
    server_.show_to(trace_);
    server_.do_errands(errands_);
    if (boxes == nullptr) return;
    post_.emplace(*boxes, place.index, settings.core.maximum_sensors, settings.core.seed, settings.core.forwarders);
    server_.share_with(*post_);
}
RunningShard::~RunningShard() = default;

bool RunningShard::run() {
    constexpr std::size_t sensor_bytes = 4096;  // with its connection to the broker, at the most
    reserve_heap(spare_connections_ * sensor_bytes);
    return server_.run();
}

void make_known_to_each_other(const std::vector<std::unique_ptr<RunningShard>>& shards) {
    constexpr std::size_t at_once = 1'000;
    for (std::size_t owner = 0; owner < shards.size(); ++owner) {
        Gateway& core = shards[owner]->core();
        for (std::optional<std::uint64_t> from = 0; from;) {
            const Page<const Client*> page = core.sensors({*from, at_once});
            for (const Client* sensor : page.rows) {
                // Who proves a name is found by that.
                if (!sensor->address() || is_named(*sensor->address())) continue;
                const Origin place = core.origin(*sensor->address());
                for (std::size_t other = 0; other < shards.size(); ++other) {
                    if (other != owner) shards[other]->know(place, static_cast<ShardIndex>(owner));
                }
            }
            from = page.next;
        }
    }
}

bool run_shards(const std::vector<std::unique_ptr<RunningShard>>& shards) {
    std::vector<std::exception_ptr> failures(shards.size());
    std::vector<char> is_stored(shards.size(), 0);  // not bool: each is written by its own thread
    const auto run_one = [&](std::size_t index) {
        try {
            is_stored[index] = shards[index]->run() ? 1 : 0;
        } catch (...) {
            failures[index] = std::current_exception();
        }
        for (const auto& shard : shards) shard->loop().request_stop();
    };
    {
        std::vector<std::jthread> threads;
        for (std::size_t index = 1; index < shards.size(); ++index) threads.emplace_back(run_one, index);
        run_one(0);
    }
    for (const std::exception_ptr& failure : failures) {
        if (failure) std::rethrow_exception(failure);
    }
    for (const char one : is_stored) {
        if (one == 0) return false;
    }
    return true;
}

}  // namespace trunkline::gateway
