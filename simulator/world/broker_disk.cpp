#include "simulator/world/broker_disk.hpp"

#include <cassert>
#include <optional>
#include <utility>

#include "broker/store/ledger.hpp"
#include "broker/store/sqlite_store.hpp"
#include "runtime/store/disk_vfs.hpp"
#include "runtime/store/virtual_disk.hpp"

namespace trunkline::sim {

namespace {

struct BrokerRestorer : broker::Store::Visitor {
    BrokerRestorer(broker::Broker& into, Instant at, WallTime wall_at) : core(into), now(at), wall(wall_at) {}
    void record(broker::StoreRecord record) override { core.restore(std::move(record), now, wall); }

    broker::Broker& core;
    Instant now;
    WallTime wall;
};

// In the world, disks lose power and do not fail otherwise: an error is our own mistake.
void load_from(broker::Store& store, broker::Broker& core, Instant now, WallTime wall) {
    BrokerRestorer restorer(core, now, wall);
    [[maybe_unused]] const auto loaded = store.load(restorer, WallClock(now, wall));
    assert(loaded);
}

broker::FetchedPart read_from(broker::Store& store, const broker::Fetch& wanted) {
    Result<broker::FetchedPart, broker::StoreError> part = store.fetch(wanted);
    assert(part);
    return *std::move(part);
}

/// A batch is there or it is not.
class LedgerDisk : public BrokerDisk {
public:
    explicit LedgerDisk(Random luck) : luck_(luck) {}

    void load(broker::Broker& core, Instant now, WallTime wall) override { load_from(ledger_, core, now, wall); }
    void write(const broker::StoreBatch& batch) override {
        [[maybe_unused]] const auto applied = ledger_.apply(batch);
        assert(applied);
    }
    broker::FetchedPart read(const broker::Fetch& wanted) override { return read_from(ledger_, wanted); }
    void closed() override {}
    void lose_power(const broker::StoreBatch* batch) override {
        if (batch != nullptr && luck_.chance(0.5)) write(*batch);
    }
    void wipe() override { ledger_ = broker::Ledger(); }

private:
    broker::Ledger ledger_;
    Random luck_;
};

/// The shipped store: power fails at one of the changes that it makes to its files.
class SqliteDisk : public BrokerDisk {
public:
    explicit SqliteDisk(Random luck) : luck_(luck) {}

    void load(broker::Broker& core, Instant now, WallTime wall) override {
        vfs_.emplace(disk_);
        auto opened = broker::SqliteStore::open("broker.db", runtime::Sync::full, vfs_->name());
        assert(opened);
        store_ = *std::move(opened);
        load_from(*store_, core, now, wall);
    }
    void write(const broker::StoreBatch& batch) override {
        [[maybe_unused]] const auto applied = store_->apply(batch);
        assert(applied);
    }
    broker::FetchedPart read(const broker::Fetch& wanted) override { return read_from(*store_, wanted); }
    void closed() override {
        store_.reset();
        vfs_.reset();
    }
    void lose_power(const broker::StoreBatch* batch) override {
        if (batch != nullptr) {
            disk_.stop_at(disk_.changes() + 1 + luck_.below(changes_of_a_batch));
            static_cast<void>(store_->apply(*batch));  // nobody is left to hear of it
        }
        disk_.stop();
        closed();
        disk_.crash(luck_.next());
    }
    void wipe() override { disk_ = runtime::VirtualDisk(); }

private:
    // A page or two with their headers in the log, and its sync: sometimes less, so that a batch gets through whole.
    static constexpr std::uint64_t changes_of_a_batch = 8;

    runtime::VirtualDisk disk_;
    std::optional<runtime::DiskVfs> vfs_;         // of this process
    std::unique_ptr<broker::SqliteStore> store_;  // the same
    Random luck_;
};

}  // namespace

std::unique_ptr<BrokerDisk> make_broker_disk(BrokerPlan::State state, Random luck) {
    if (state == BrokerPlan::State::virtual_disk) return std::make_unique<SqliteDisk>(luck);
    return std::make_unique<LedgerDisk>(luck);
}

}  // namespace trunkline::sim
