#pragma once
// A broker whose store is on a virtual disk, and clients around it: its process may end at any change of that disk.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "broker/core/broker.hpp"
#include "broker/store/sqlite_store.hpp"
#include "protocol/mqtt/client.hpp"
#include "runtime/store/disk_vfs.hpp"
#include "runtime/store/virtual_disk.hpp"

namespace trunkline::broker::test {

/// A message as a subscriber got it.
struct Delivery {
    std::string payload;
    bool dup = false;
    int life = 0;             // of the broker's process, counted from 1
    bool comes_late = false;  // an earlier one with this payload had been settled by then
    bool settled = false;     // acknowledged, and the broker has had the time to write that down
};

/// PUBACK as a publisher got it.
struct Acknowledged {
    std::string payload;
    int life = 0;
};

/// A client, and what it has seen over all its connections.
struct Peer {
    explicit Peer(std::string_view client_id, bool acknowledges = true);

    void publish(std::string_view payload, Instant now);
    /// Acknowledges what it has got and not acknowledged, at most this many.
    void acknowledge(std::size_t messages);

    mqtt::Client client;
    std::optional<ConnectionId> connection;
    std::vector<std::string> published;      // in this order
    std::vector<Acknowledged> acknowledged;  // by the broker, without a failure
    std::vector<std::string> refused;        // by the broker
    std::vector<Delivery> deliveries;
    bool session_present = false;  // said its last CONNACK
    bool is_subscribed = false;    // said a SUBACK

private:
    friend class BrokerOnDisk;
    void note_events(int life);
    void settle();

    std::map<mqtt::PacketId, std::string> in_flight_;
    std::map<std::size_t, mqtt::PacketId> unacknowledged_;  // by place in deliveries
    std::vector<std::size_t> unsettled_;                    // places in deliveries, acknowledged
};

/// One after the other, the processes of one broker. The disk outlives it. `memory` has no store.
class BrokerOnDisk {
public:
    BrokerOnDisk(runtime::VirtualDisk& disk, Durability durability) : disk_(disk), durability_(durability) {}

    /// A process starts and restores what the store has. False: the disk did not let it; start_error() says why.
    bool start();
    const std::string& start_error() const { return start_error_; }
    /// Whether all rows, and the file, were as they should be at the start.
    bool was_whole() const { return was_whole_; }
    bool is_running() const { return process_ != nullptr; }
    /// The process ends as a program does on SIGTERM: everything is written, the file is closed.
    void end_orderly();
    /// The process is no more. Whoever lets the disk stop before sees the file closed by nobody.
    void end();

    /// False: no process is there to connect to.
    bool connect(Peer& peer);
    void cut(Peer& peer);
    /// Rounds until nothing moves, or the process has ended because the disk has stopped, or a batch has failed.
    void run();
    /// Offers the batch again that has failed, as the driver does after a pause. Then as run().
    void offer_again();
    bool has_failed_batch() const { return process_ && process_->failed; }

    Broker& core() { return *process_->core; }
    Instant now() const { return now_; }

private:
    struct Process {
        std::unique_ptr<runtime::DiskVfs> vfs;
        std::unique_ptr<SqliteStore> store;
        std::unique_ptr<Broker> core;
        std::optional<StoreBatch> failed;
    };
    bool open_store(Process& process);
    bool carry_to_broker();
    bool carry_to_peers();
    void carry_to_peer(ConnectionId id);
    void write(StoreBatch batch);

    runtime::VirtualDisk& disk_;
    Durability durability_;
    std::unique_ptr<Process> process_;
    std::string start_error_;
    bool was_whole_ = true;
    int life_ = 0;
    Instant now_{};
    std::uint64_t last_id_ = 0;
    std::map<ConnectionId, Peer*> peers_;
};

}  // namespace trunkline::broker::test
