#include "gateway/store/sqlite_store.hpp"

#include <cstdint>
#include <type_traits>
#include <utility>
#include <variant>

namespace trunkline::gateway {

using runtime::Database;
using runtime::DatabaseError;
using runtime::DatabaseResult;

namespace {

constexpr std::int32_t application_id = 0x54726b47;  // "TrkG"
constexpr std::int32_t format = 4;                   // FORMAT.md

Failure<StoreError> failure(const DatabaseError& error) { return Failure{StoreError{error.code, error.text}}; }

}  // namespace

SqliteStore::SqliteStore(Database database)
    : database_(std::move(database)),
      prepare_(database_),
      sensors_(prepare_),
      topics_(prepare_),
      subscriptions_(prepare_),
      uplink_exchanges_(prepare_),
      downlink_exchanges_(prepare_),
      queued_(prepare_),
      received_(prepare_),
      uplinks_(prepare_) {}

Result<std::unique_ptr<SqliteStore>, StoreError> SqliteStore::open(const std::string& path, runtime::Sync sync,
                                                                   const std::string& vfs) {
    const char* const schemas[] = {
        SensorTable::schema,           TopicTable::schema,  SubscriptionTable::schema, UplinkExchangeTable::schema,
        DownlinkExchangeTable::schema, QueuedTable::schema, ReceivedTable::schema,     UplinkTable::schema};
    DatabaseResult<Database> database = Database::open({path, vfs, sync, application_id, format, format}, schemas);
    if (!database) return failure(database.error());
    std::unique_ptr<SqliteStore> store(new SqliteStore(*std::move(database)));
    if (store->prepare_.failed()) return failure(*store->prepare_.failed());
    return store;
}

Result<void, StoreError> SqliteStore::apply(const StoreBatch& batch) {
    const DatabaseResult<void> done = enter(batch);
    if (done) return {};
    database_.roll_back();
    return failure(done.error());
}

DatabaseResult<void> SqliteStore::enter(const StoreBatch& batch) {
    if (const auto begun = database_.begin(); !begun) return begun;
    const auto enter_one = [this](const auto& operation) -> DatabaseResult<void> {
        using Operation = std::decay_t<decltype(operation)>;
        if constexpr (std::is_same_v<Operation, DropSensor>) {
            return drop(operation);
        } else if constexpr (std::is_same_v<Operation, PutSensor>) {
            return sensors_.enter(operation);
        } else if constexpr (std::is_same_v<Operation, PutTopic>) {
            return topics_.enter(operation);
        } else if constexpr (std::is_same_v<Operation, PutUplinkExchange> ||
                             std::is_same_v<Operation, DropUplinkExchange>) {
            return uplink_exchanges_.enter(operation);
        } else if constexpr (std::is_same_v<Operation, PutDownlinkExchange> ||
                             std::is_same_v<Operation, DropDownlinkExchange>) {
            return downlink_exchanges_.enter(operation);
        } else if constexpr (std::is_same_v<Operation, PutUplink> || std::is_same_v<Operation, DropUplink>) {
            return uplinks_.enter(operation);
        } else if constexpr (std::is_same_v<Operation, PutQueued> || std::is_same_v<Operation, DropQueued>) {
            return queued_.enter(operation);
        } else if constexpr (std::is_same_v<Operation, PutReceived> || std::is_same_v<Operation, DropReceived>) {
            return received_.enter(operation);
        } else {
            return subscriptions_.enter(operation);
        }
    };
    for (const StoreOperation& operation : batch.operations) {
        if (const auto done = std::visit(enter_one, operation); !done) return done;
    }
    return database_.commit();
}

DatabaseResult<void> SqliteStore::drop(const DropSensor& operation) {
    if (const auto done = topics_.enter(operation); !done) return done;
    if (const auto done = subscriptions_.enter(operation); !done) return done;
    if (const auto done = uplink_exchanges_.enter(operation); !done) return done;
    if (const auto done = downlink_exchanges_.enter(operation); !done) return done;
    if (const auto done = queued_.enter(operation); !done) return done;
    return sensors_.enter(operation);
}

Result<void, StoreError> SqliteStore::load(Visitor& visitor) {
    Rows rows(visitor);
    if (const auto done = load_tables(rows); !done) return failure(done.error());
    if (rows.damages().found().empty()) return {};
    return Failure{StoreError{0, database_.path() + ": " + rows.damages().summary()}};
}

DatabaseResult<void> SqliteStore::load_tables(Rows& rows) {
    if (const auto done = sensors_.load(rows); !done) return done;
    if (const auto done = topics_.load(rows); !done) return done;
    if (const auto done = subscriptions_.load(rows); !done) return done;
    if (const auto done = uplink_exchanges_.load(rows); !done) return done;
    if (const auto done = downlink_exchanges_.load(rows); !done) return done;
    if (const auto done = queued_.load(rows); !done) return done;
    if (const auto done = received_.load(rows); !done) return done;
    return uplinks_.load(rows);
}

std::vector<std::string> SqliteStore::verify() {
    struct Ignore : Visitor {
        void record(StoreRecord) override {}
    };
    Ignore ignore;
    Rows rows(ignore);
    std::vector<std::string> findings = database_.integrity_findings();
    for (const auto& done :
         {sensors_.load(rows), topics_.load(rows), subscriptions_.load(rows), uplink_exchanges_.load(rows),
          downlink_exchanges_.load(rows), queued_.load(rows), received_.load(rows), uplinks_.load(rows)}) {
        if (!done) findings.push_back(done.error().text);
    }
    findings.insert(findings.end(), rows.damages().found().begin(), rows.damages().found().end());
    return findings;
}

}  // namespace trunkline::gateway
