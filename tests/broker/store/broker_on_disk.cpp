#include "tests/broker/store/broker_on_disk.hpp"

#include <algorithm>
#include <chrono>
#include <utility>
#include <variant>

namespace trunkline::broker::test {

using namespace std::chrono_literals;

bool BrokerOnDisk::start() {
    ++life_;
    now_ += 1s;
    auto process = std::make_unique<Process>();
    Settings settings;
    settings.durability = durability_;
    settings.queue_window_messages = queue_window_;
    process->core = std::make_unique<Broker>(settings);
    const WallTime wall(now_.time_since_epoch() + std::chrono::hours(400'000));
    process->core->start(now_, wall);
    if (durability_ != Durability::memory && !open_store(*process)) return false;
    process_ = std::move(process);
    run();  // what the restart has put into the batch
    return is_running();
}

bool BrokerOnDisk::open_store(Process& process) {
    process.vfs = std::make_unique<runtime::DiskVfs>(disk_);
    const auto sync = durability_ == Durability::sync ? runtime::Sync::full : runtime::Sync::normal;
    auto opened = SqliteStore::open("broker.db", sync, process.vfs->name());
    if (!opened) {
        start_error_ = opened.error().text;
        return false;
    }
    process.store = *std::move(opened);
    struct Restorer : Store::Visitor {
        Restorer(Broker& into, Instant at, WallTime wall_at) : core(into), now(at), wall(wall_at) {}
        void record(StoreRecord record) override { core.restore(std::move(record), now, wall); }
        Broker& core;
        Instant now;
        WallTime wall;
    };
    const WallTime wall(now_.time_since_epoch() + std::chrono::hours(400'000));
    Restorer restorer(*process.core, now_, wall);
    const auto loaded = process.store->load(restorer, WallClock(now_, wall));
    if (!loaded) start_error_ = loaded.error().text;
    was_whole_ = loaded && process.store->verify().empty();
    return loaded.has_value();
}

void BrokerOnDisk::end_orderly() {
    if (!is_running()) return;
    process_->core->shut_down(now_);
    run();
    end();
}

void BrokerOnDisk::end() {
    for (const auto& [id, client] : std::exchange(clients_, {})) {
        client->connection.reset();
        client->closed(now_);
    }
    process_.reset();
}

bool BrokerOnDisk::connect(ClientEnd& client) {
    if (!is_running()) return false;
    const ConnectionId id{++last_id_};
    now_ += 1ms;
    core().opened(id, TransportInfo(), now_);
    client.connection = id;
    clients_[id] = &client;
    client.opened(life_, now_);
    run();
    return is_running();
}

void BrokerOnDisk::cut(ClientEnd& client) {
    if (!is_running() || !client.connection) return;
    now_ += 1ms;
    core().closed(*client.connection, CloseCause::peer_closed, now_);
    clients_.erase(*client.connection);
    client.connection.reset();
    client.closed(now_);
    run();
}

void BrokerOnDisk::run() {
    for (bool moved = true; moved && is_running();) {
        now_ += 1ms;
        moved = carry_to_broker();
        std::optional<StoreBatch> batch;
        if (!process_->failed) batch = core().take_batch();
        moved = carry_to_clients() || moved;  // the free lane does not wait for the disk
        moved = read(core().take_fetches()) || moved;
        if (!is_running()) return;
        if (!batch) continue;
        moved = true;
        write(*std::move(batch));
    }
    if (!is_running() || process_->failed) return;
    for (const auto& [id, client] : clients_) client->settle();
}

void BrokerOnDisk::wait(Duration duration) {
    if (!is_running()) return;
    now_ += duration;
    core().advance(now_);
    run();
}

void BrokerOnDisk::offer_again() {
    if (has_failed_reading()) read(std::exchange(process_->unread, {}));
    if (has_failed_batch()) write(*std::exchange(process_->failed, std::nullopt));
    run();
}

void BrokerOnDisk::write(StoreBatch batch) {
    const Ticket ticket = batch.ticket;
    const bool has_store = process_->store != nullptr;
    const Result<void, StoreError> applied = has_store ? process_->store->apply(batch) : Result<void, StoreError>();
    // Even a batch that is safe is reported to nobody when power fails before apply() returns.
    if (disk_.is_stopped()) return end();
    if (applied) return core().stored(ticket, now_);
    core().store_failed(ticket, applied.error(), now_);
    process_->failed = std::move(batch);
}

/// False: there was nothing to read.
bool BrokerOnDisk::read(const std::vector<Fetch>& fetches) {
    for (const Fetch& wanted : fetches) {
        Result<FetchedPart, StoreError> part = process_->store->fetch(wanted);
        if (disk_.is_stopped()) {
            end();
            return true;
        }
        if (part) {
            core().fetched(wanted.id, *std::move(part), now_);
        } else {
            core().fetch_failed(wanted.id, part.error(), now_);
            process_->unread.push_back(wanted);
        }
    }
    return !fetches.empty();
}

bool BrokerOnDisk::carry_to_broker() {
    bool moved = false;
    for (const auto& [id, client] : clients_) {
        OutputBytes output;
        if (client->take_output(output) == 0) continue;
        core().received(id, output.view(), now_);
        moved = true;
    }
    return moved;
}

bool BrokerOnDisk::carry_to_clients() {
    const std::span<const ConnectionId> pending = core().pending();
    for (const ConnectionId id : std::vector<ConnectionId>(pending.begin(), pending.end())) carry_to_client(id);
    return !pending.empty();
}

void BrokerOnDisk::carry_to_client(ConnectionId id) {
    const auto found = clients_.find(id);
    if (found == clients_.end()) return;
    ClientEnd& client = *found->second;
    OutputBytes output;
    const std::size_t bytes = core().take_output(id, output);
    if (bytes > 0) {
        client.received(output.view(), now_);
        core().written(id, bytes, now_);
    }
    const std::optional<CloseCause> cause = core().close_requested(id);
    if (!cause) return;
    core().closed(id, *cause, now_);
    clients_.erase(found);
    client.connection.reset();
    client.closed(now_);
}

}  // namespace trunkline::broker::test
