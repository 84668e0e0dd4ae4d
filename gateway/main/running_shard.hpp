#pragma once
// One shard with all that belongs to it, and several of them as one gateway.

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include "gateway/core/gateway.hpp"
#include "gateway/core/shard_routes.hpp"
#include "gateway/main/settings.hpp"
#include "gateway/net/admin_pages.hpp"
#include "gateway/net/sensor_files.hpp"
#include "gateway/net/server.hpp"
#include "gateway/net/shard_post.hpp"
#include "gateway/net/store_driver.hpp"
#include "gateway/net/trace.hpp"
#include "runtime/log/log.hpp"
#include "runtime/transport/errands.hpp"
#include "runtime/transport/event_loop.hpp"

namespace trunkline::gateway {

/// Which of how many.
struct ShardPlace {
    ShardIndex index = 0;
    std::size_t count = 1;
};

/// Throws runtime::StartError: what is there cannot be a directory for these settings.
void check_data(const ProgramSettings& settings);

/// A core of its own with its store, its sockets and its connections to the broker. It is made in one thread, and runs
/// in one, perhaps another.
class RunningShard {
public:
    /// Opens its store in the directory of the settings, restores what is there, binds its sockets. Throws
    /// runtime::StartError. `boxes`: of several shards, else null. All outlive it.
    RunningShard(ShardPlace place, const ProgramSettings& settings, const Endpoints& endpoints,
                 runtime::EventLoop& loop, ShardBoxes* boxes, SensorFiles::Source reread, const runtime::Log& log);
    ~RunningShard();

    runtime::EventLoop& loop() { return loop_; }
    Gateway& core() { return restored_.core; }
    Server& server() { return server_; }
    /// Of several: that a sensor of another is there. Before it runs.
    void know(const Origin& place, ShardIndex owner) { post_->know(place.address, place.wireless_node_id, owner); }
    /// For pages that another thread answers, unless it is the first one's.
    AdministeredShard administered() { return {core(), trace_, place_.index == 0 ? nullptr : &errands_, &server_}; }
    Trace& trace() { return trace_; }

    /// The server, and before it what its sensors will need and this thread can have ready.
    [[nodiscard]] bool run();

private:
    /// A core that has been told what its store knows, if it has one.
    struct Restored {
        Restored(Settings settings, Store* store);
        Gateway core;
    };

    const ShardPlace place_;
    const std::size_t spare_connections_;
    runtime::EventLoop& loop_;
    std::unique_ptr<Store> store_;  // null: in memory
    Restored restored_;
    StoreDriver store_driver_;
    SensorFiles sensor_files_;
    Trace trace_;
    runtime::Errands errands_;
    Server server_;
    std::optional<ShardPost> post_;
};

/// What comes from sensors that one has restored the others hand over from the first datagram on. Before they run.
void make_known_to_each_other(const std::vector<std::unique_ptr<RunningShard>>& shards);

/// Runs them until the first one's loop is asked to stop, the first in this thread. False: the store of one did not
/// take its last batch. What one throws ends all, and is thrown.
[[nodiscard]] bool run_shards(const std::vector<std::unique_ptr<RunningShard>>& shards);

}  // namespace trunkline::gateway
