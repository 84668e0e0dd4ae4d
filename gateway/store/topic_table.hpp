#pragma once
// Table `topic`.

#include "gateway/core/store_batch.hpp"
#include "gateway/store/rows.hpp"
#include "runtime/store/database.hpp"

namespace trunkline::gateway {

/// Names that have a topic id.
class TopicTable {
public:
    static const char* const schema;
    explicit TopicTable(runtime::Preparer& prepare);

    runtime::DatabaseResult<void> enter(const PutTopic& operation);
    runtime::DatabaseResult<void> enter(const DropSensor& operation);
    /// By sensor and place.
    runtime::DatabaseResult<void> load(Rows& rows);

private:
    runtime::Statement put_;
    runtime::Statement drop_all_;
    runtime::Statement all_;
};

}  // namespace trunkline::gateway
