#pragma once
// Table `retained`.

#include "broker/core/store_batch.hpp"
#include "broker/store/rows.hpp"
#include "runtime/store/database.hpp"

namespace trunkline::broker {

/// The last retained message of each topic.
class RetainedTable {
public:
    static const char* const schema;
    explicit RetainedTable(runtime::Preparer& prepare);

    runtime::DatabaseResult<void> enter(const PutRetained& operation);
    runtime::DatabaseResult<void> enter(const DropRetained& operation);
    /// By topic.
    runtime::DatabaseResult<void> load(Rows& rows);

private:
    runtime::Statement put_;
    runtime::Statement drop_;
    runtime::Statement all_;
};

}  // namespace trunkline::broker
