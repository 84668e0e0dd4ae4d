#pragma once
// Table `sensor`.

#include "gateway/core/store_batch.hpp"
#include "gateway/store/rows.hpp"
#include "runtime/store/database.hpp"

namespace trunkline::gateway {

/// Sessions of sensors.
class SensorTable {
public:
    static const char* const schema;
    explicit SensorTable(runtime::Preparer& prepare);

    runtime::DatabaseResult<void> enter(const PutSensor& operation);
    runtime::DatabaseResult<void> enter(const DropSensor& operation);
    /// By number.
    runtime::DatabaseResult<void> load(Rows& rows);

private:
    runtime::Statement put_;
    runtime::Statement drop_;
    runtime::Statement all_;
};

}  // namespace trunkline::gateway
