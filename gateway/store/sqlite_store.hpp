#pragma once
// The store on disk: SQLite tables as FORMAT.md beside this file has them.

#include <memory>
#include <string>
#include <vector>

#include "gateway/core/store_batch.hpp"
#include "gateway/store/exchange_tables.hpp"
#include "gateway/store/queue_tables.hpp"
#include "gateway/store/sensor_table.hpp"
#include "gateway/store/subscription_table.hpp"
#include "gateway/store/topic_table.hpp"
#include "gateway/store/uplink_table.hpp"
#include "runtime/store/database.hpp"

namespace trunkline::gateway {

/// One batch is one transaction.
class SqliteStore : public Store {
public:
    /// Opens or creates the file. `vfs`: name of a registered SQLite VFS; empty: the system's files.
    static Result<std::unique_ptr<SqliteStore>, StoreError> open(const std::string& path, runtime::Sync sync,
                                                                 const std::string& vfs = {});

    Result<void, StoreError> apply(const StoreBatch& batch) override;
    /// A row whose checksum is wrong ends it with an error that names table and row.
    Result<void, StoreError> load(Visitor& visitor) override;
    /// Everything that is wrong with the file, one line each.
    std::vector<std::string> verify();

private:
    explicit SqliteStore(runtime::Database database);
    runtime::DatabaseResult<void> enter(const StoreBatch& batch);
    runtime::DatabaseResult<void> load_tables(Rows& rows);
    runtime::DatabaseResult<void> drop(const DropSensor& operation);

    runtime::Database database_;
    runtime::Preparer prepare_;
    SensorTable sensors_;
    TopicTable topics_;
    SubscriptionTable subscriptions_;
    UplinkExchangeTable uplink_exchanges_;
    DownlinkExchangeTable downlink_exchanges_;
    QueuedTable queued_;
    ReceivedTable received_;
    UplinkTable uplinks_;
};

}  // namespace trunkline::gateway
