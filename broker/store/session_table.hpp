#pragma once
// Tables `session` and `subscription`.

#include "broker/core/store_batch.hpp"
#include "broker/store/rows.hpp"
#include "runtime/store/database.hpp"

namespace trunkline::broker {

/// Sessions that outlive their connections, and what they are subscribed to.
class SessionTable {
public:
    static const char* const schema;
    explicit SessionTable(runtime::Preparer& prepare);

    runtime::DatabaseResult<void> enter(const PutSession& operation);
    runtime::DatabaseResult<void> enter(const DropSession& operation);
    runtime::DatabaseResult<void> enter(const PutSubscription& operation);
    runtime::DatabaseResult<void> enter(const DropSubscription& operation);
    /// Sessions by id, then subscriptions by session and filter.
    runtime::DatabaseResult<void> load(Rows& rows);

private:
    runtime::Statement put_session_;
    runtime::Statement drop_session_;
    runtime::Statement drop_subscriptions_;
    runtime::Statement put_subscription_;
    runtime::Statement drop_subscription_;
    runtime::Statement all_sessions_;
    runtime::Statement all_subscriptions_;
};

}  // namespace trunkline::broker
