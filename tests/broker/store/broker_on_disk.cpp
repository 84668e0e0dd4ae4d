#include "tests/broker/store/broker_on_disk.hpp"

#include <algorithm>
#include <chrono>
#include <utility>
#include <variant>

namespace trunkline::broker::test {

using namespace std::chrono_literals;

namespace {

mqtt::ClientSettings settings_of(std::string_view client_id, bool acknowledges) {
    mqtt::ClientSettings settings;
    settings.client_id = client_id;
    settings.clean_start = false;
    settings.session_expiry = 1h;
    settings.keep_alive = 0s;
    settings.acknowledges_itself = acknowledges;
    return settings;
}

}  // namespace

Peer::Peer(std::string_view client_id, bool acknowledges) : client(settings_of(client_id, acknowledges)) {}

void Peer::publish(std::string_view payload, Instant now) {
    const auto id = client.publish("plant/pressure", as_byte_view(payload), mqtt::QoS::at_least_once, false, now);
    if (!id) return;  // it has never had a connection: the broker was gone before
    published.emplace_back(payload);
    in_flight_[*id] = payload;
}

void Peer::acknowledge(std::size_t messages) {
    for (; messages > 0 && !unacknowledged_.empty(); --messages) {
        const auto first = unacknowledged_.begin();
        client.acknowledge(first->second, mqtt::ReasonCode::success);
        unsettled_.push_back(first->first);
        unacknowledged_.erase(first);
    }
}

void Peer::note_events(int life) {
    const auto note = [&](const auto& event) {
        using E = std::decay_t<decltype(event)>;
        if constexpr (std::is_same_v<E, mqtt::ClientConnected>) session_present = event.session_present;
        if constexpr (std::is_same_v<E, mqtt::ClientSubscribed>) is_subscribed = true;
        if constexpr (std::is_same_v<E, mqtt::ClientPublished>) {
            const bool is_taken = static_cast<std::uint8_t>(event.reason) < 0x80;
            std::string payload = std::move(in_flight_.extract(event.packet_id).mapped());
            if (is_taken) {
                acknowledged.push_back({std::move(payload), life});
            } else {
                refused.push_back(std::move(payload));
            }
        }
        if constexpr (std::is_same_v<E, mqtt::ClientMessage>) {
            if (client.settings().acknowledges_itself) {
                unsettled_.push_back(deliveries.size());
            } else {
                unacknowledged_[deliveries.size()] = event.packet_id;
            }
            const std::string payload(as_text(event.payload));
            const bool comes_late = std::any_of(deliveries.begin(), deliveries.end(), [&](const Delivery& earlier) {
                return earlier.settled && earlier.payload == payload;
            });
            deliveries.push_back({payload, event.dup, life, comes_late, false});
        }
    };
    for (const mqtt::ClientEvent& event : client.events()) std::visit(note, event);
    client.events_taken();
}

void Peer::settle() {
    for (const std::size_t place : unsettled_) deliveries[place].settled = true;
    unsettled_.clear();
}

bool BrokerOnDisk::start() {
    ++life_;
    now_ += 1s;
    auto process = std::make_unique<Process>();
    Settings settings;
    settings.durability = durability_;
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
    for (const auto& [id, peer] : std::exchange(peers_, {})) {
        peer->client.transport_closed(now_);
        peer->note_events(life_);
        peer->connection.reset();
        // Whether these were written down nobody knows.
        peer->unsettled_.clear();
        peer->unacknowledged_.clear();
    }
    process_.reset();
}

bool BrokerOnDisk::connect(Peer& peer) {
    if (!is_running()) return false;
    const ConnectionId id{++last_id_};
    now_ += 1ms;
    core().opened(id, {"mqtt://127.0.0.1:1883", "127.0.0.1:50000"}, now_);
    peer.connection = id;
    peers_[id] = &peer;
    peer.client.transport_opened(now_);
    run();
    return is_running();
}

void BrokerOnDisk::cut(Peer& peer) {
    if (!is_running() || !peer.connection) return;
    now_ += 1ms;
    core().closed(*peer.connection, CloseCause::peer_closed, now_);
    peers_.erase(*peer.connection);
    peer.client.transport_closed(now_);
    peer.note_events(life_);
    peer.connection.reset();
    peer.unacknowledged_.clear();
    run();
}

void BrokerOnDisk::run() {
    for (bool moved = true; moved && is_running();) {
        now_ += 1ms;
        moved = carry_to_broker();
        std::optional<StoreBatch> batch;
        if (!process_->failed) batch = core().take_batch();
        moved = carry_to_peers() || moved;  // the free lane does not wait for the disk
        if (!batch) continue;
        moved = true;
        write(*std::move(batch));
    }
    if (!is_running() || process_->failed) return;
    for (const auto& [id, peer] : peers_) peer->settle();
}

void BrokerOnDisk::offer_again() {
    if (!has_failed_batch()) return;
    write(*std::exchange(process_->failed, std::nullopt));
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

bool BrokerOnDisk::carry_to_broker() {
    bool moved = false;
    for (const auto& [id, peer] : peers_) {
        OutputBytes output;
        if (peer->client.take_output(output) == 0) continue;
        core().received(id, output.view(), now_);
        moved = true;
    }
    return moved;
}

bool BrokerOnDisk::carry_to_peers() {
    const std::span<const ConnectionId> pending = core().pending();
    for (const ConnectionId id : std::vector<ConnectionId>(pending.begin(), pending.end())) carry_to_peer(id);
    return !pending.empty();
}

void BrokerOnDisk::carry_to_peer(ConnectionId id) {
    const auto found = peers_.find(id);
    if (found == peers_.end()) return;
    Peer& peer = *found->second;
    OutputBytes output;
    const std::size_t bytes = core().take_output(id, output);
    if (bytes > 0) {
        peer.client.received(output.view(), now_);
        core().written(id, bytes, now_);
        peer.note_events(life_);
    }
    const std::optional<CloseCause> cause = core().close_requested(id);
    if (!cause) return;
    core().closed(id, *cause, now_);
    peers_.erase(found);
    peer.client.transport_closed(now_);
    peer.note_events(life_);
    peer.connection.reset();
    peer.unacknowledged_.clear();
}

}  // namespace trunkline::broker::test
