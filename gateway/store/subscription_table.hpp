#pragma once
// Table `subscription`.

#include "gateway/core/store_batch.hpp"
#include "gateway/store/rows.hpp"
#include "runtime/store/database.hpp"

namespace trunkline::gateway {

/// What the broker has granted.
class SubscriptionTable {
public:
    static const char* const schema;
    explicit SubscriptionTable(runtime::Preparer& prepare);

    runtime::DatabaseResult<void> enter(const PutSubscription& operation);
    runtime::DatabaseResult<void> enter(const DropSubscription& operation);
    runtime::DatabaseResult<void> enter(const DropSensor& operation);
    /// By sensor and filter.
    runtime::DatabaseResult<void> load(Rows& rows);

private:
    runtime::Statement put_;
    runtime::Statement drop_;
    runtime::Statement drop_all_;
    runtime::Statement all_;
};

}  // namespace trunkline::gateway
