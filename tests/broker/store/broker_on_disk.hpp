#pragma once
// A broker whose store is on a virtual disk, and clients around it: its process may end at any change of that disk.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "broker/core/broker.hpp"
#include "broker/store/sqlite_store.hpp"
#include "runtime/store/disk_vfs.hpp"
#include "runtime/store/virtual_disk.hpp"

namespace trunkline::broker::test {

/// A client's end of its connections to the broker.
class ClientEnd {
public:
    virtual ~ClientEnd() = default;
    /// `life` counts the broker's processes from 1.
    virtual void opened(int life, Instant now) = 0;
    virtual void received(ByteView bytes, Instant now) = 0;
    /// Returns how many bytes there were.
    virtual std::size_t take_output(OutputBytes& out) = 0;
    virtual void closed(Instant now) = 0;
    /// Everything that was sent has arrived, and the broker has stored what it had to.
    virtual void settle() {}

    std::optional<ConnectionId> connection;
};

/// One after the other, the processes of one broker. The disk outlives it. `memory` has no store.
class BrokerOnDisk {
public:
    /// `queue_window`: messages of a queue in memory.
    BrokerOnDisk(runtime::VirtualDisk& disk, Durability durability, std::size_t queue_window = 1'000)
        : disk_(disk), durability_(durability), queue_window_(queue_window) {}

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
    bool connect(ClientEnd& client);
    void cut(ClientEnd& client);
    /// Rounds until nothing moves, or the process has ended because the disk has stopped, or a batch has failed.
    void run();
    /// Time goes by, timers ring. Then as run().
    void wait(Duration duration);
    /// Offers the batch again that has failed, and reads again what could not be read, as the driver does after a
    /// pause. Then as run().
    void offer_again();
    bool has_failed_batch() const { return process_ && process_->failed; }
    bool has_failed_reading() const { return process_ && !process_->unread.empty(); }

    Broker& core() { return *process_->core; }
    Instant now() const { return now_; }

private:
    struct Process {
        std::unique_ptr<runtime::DiskVfs> vfs;
        std::unique_ptr<SqliteStore> store;
        std::unique_ptr<Broker> core;
        std::optional<StoreBatch> failed;
        std::vector<Fetch> unread;
    };
    bool open_store(Process& process);
    bool carry_to_broker();
    bool carry_to_clients();
    void carry_to_client(ConnectionId id);
    void write(StoreBatch batch);
    bool read(const std::vector<Fetch>& fetches);

    runtime::VirtualDisk& disk_;
    Durability durability_;
    std::size_t queue_window_;
    std::unique_ptr<Process> process_;
    std::string start_error_;
    bool was_whole_ = true;
    int life_ = 0;
    Instant now_{};
    std::uint64_t last_id_ = 0;
    std::map<ConnectionId, ClientEnd*> clients_;
};

}  // namespace trunkline::broker::test
