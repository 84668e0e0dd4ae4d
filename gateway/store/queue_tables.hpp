#pragma once
// Tables `queued` and `received`: what an aggregating gateway has taken over from the broker.

#include "gateway/core/store_batch.hpp"
#include "gateway/store/rows.hpp"
#include "runtime/store/database.hpp"

namespace trunkline::gateway {

/// Messages for sensors.
class QueuedTable {
public:
    static const char* const schema;
    explicit QueuedTable(runtime::Preparer& prepare);

    runtime::DatabaseResult<void> enter(const PutQueued& operation);
    runtime::DatabaseResult<void> enter(const DropQueued& operation);
    runtime::DatabaseResult<void> enter(const DropSensor& operation);
    /// By number.
    runtime::DatabaseResult<void> load(Rows& rows);

private:
    runtime::Statement put_;
    runtime::Statement drop_;
    runtime::Statement drop_all_;
    runtime::Statement all_;
};

/// QoS 2 messages from the broker, until its PUBREL.
class ReceivedTable {
public:
    static const char* const schema;
    explicit ReceivedTable(runtime::Preparer& prepare);

    runtime::DatabaseResult<void> enter(const PutReceived& operation);
    runtime::DatabaseResult<void> enter(const DropReceived& operation);
    /// By connection and identifier.
    runtime::DatabaseResult<void> load(Rows& rows);

private:
    runtime::Statement put_;
    runtime::Statement drop_;
    runtime::Statement all_;
};

}  // namespace trunkline::gateway
