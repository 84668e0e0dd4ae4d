#pragma once
// Table `uplink`.

#include "gateway/core/store_batch.hpp"
#include "gateway/store/rows.hpp"
#include "runtime/store/database.hpp"

namespace trunkline::gateway {

/// Messages that are to be brought to the broker.
class UplinkTable {
public:
    static const char* const schema;
    explicit UplinkTable(runtime::Preparer& prepare);

    runtime::DatabaseResult<void> enter(const PutUplink& operation);
    runtime::DatabaseResult<void> enter(const DropUplink& operation);
    /// By number.
    runtime::DatabaseResult<void> load(Rows& rows);

private:
    runtime::Statement put_;
    runtime::Statement drop_;
    runtime::Statement all_;
};

}  // namespace trunkline::gateway
