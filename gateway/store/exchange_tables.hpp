#pragma once
// Tables `uplink_exchange` and `downlink_exchange`.

#include "gateway/core/store_batch.hpp"
#include "gateway/store/rows.hpp"
#include "runtime/store/database.hpp"

namespace trunkline::gateway {

/// Which messages the MsgIds of sensors' QoS 2 PUBLISHes stand for.
class UplinkExchangeTable {
public:
    static const char* const schema;
    explicit UplinkExchangeTable(runtime::Preparer& prepare);

    runtime::DatabaseResult<void> enter(const PutUplinkExchange& operation);
    runtime::DatabaseResult<void> enter(const DropUplinkExchange& operation);
    runtime::DatabaseResult<void> enter(const DropSensor& operation);
    /// By sensor and MsgId.
    runtime::DatabaseResult<void> load(Rows& rows);

private:
    runtime::Statement put_;
    runtime::Statement drop_;
    runtime::Statement drop_all_;
    runtime::Statement all_;
};

/// Which MsgIds the broker's QoS 2 messages have been sent to sensors with.
class DownlinkExchangeTable {
public:
    static const char* const schema;
    explicit DownlinkExchangeTable(runtime::Preparer& prepare);

    runtime::DatabaseResult<void> enter(const PutDownlinkExchange& operation);
    runtime::DatabaseResult<void> enter(const DropDownlinkExchange& operation);
    runtime::DatabaseResult<void> enter(const DropSensor& operation);
    /// By sensor and packet identifier.
    runtime::DatabaseResult<void> load(Rows& rows);

private:
    runtime::Statement put_;
    runtime::Statement drop_;
    runtime::Statement drop_all_;
    runtime::Statement all_;
};

}  // namespace trunkline::gateway
