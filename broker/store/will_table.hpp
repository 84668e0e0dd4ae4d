#pragma once
// Table `will`.

#include "broker/core/store_batch.hpp"
#include "broker/store/rows.hpp"
#include "runtime/store/database.hpp"

namespace trunkline::broker {

/// Wills that are neither published nor called off.
class WillTable {
public:
    static const char* const schema;
    explicit WillTable(runtime::Preparer& prepare);

    runtime::DatabaseResult<void> enter(const PutWill& operation);
    runtime::DatabaseResult<void> enter(const DropWill& operation);
    /// By session.
    runtime::DatabaseResult<void> load(Rows& rows);

private:
    runtime::Statement put_;
    runtime::Statement drop_;
    runtime::Statement all_;
};

}  // namespace trunkline::broker
