#pragma once
// Tables `session`, `subscription` and `inbound`.

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
    runtime::DatabaseResult<void> enter(const PutInbound& operation);
    runtime::DatabaseResult<void> enter(const DropInbound& operation);
    /// Sessions by id, then subscriptions by session and filter, then inbound identifiers by session.
    runtime::DatabaseResult<void> load(Rows& rows);

private:
    runtime::DatabaseResult<void> load_sessions(Rows& rows);
    runtime::DatabaseResult<void> load_subscriptions(Rows& rows);
    runtime::DatabaseResult<void> load_inbound(Rows& rows);

    runtime::Statement put_session_;
    runtime::Statement drop_session_;
    runtime::Statement drop_subscriptions_;
    runtime::Statement put_subscription_;
    runtime::Statement drop_subscription_;
    runtime::Statement put_inbound_;
    runtime::Statement drop_inbound_;
    runtime::Statement drop_all_inbound_;
    runtime::Statement all_sessions_;
    runtime::Statement all_subscriptions_;
    runtime::Statement all_inbound_;
};

}  // namespace trunkline::broker
