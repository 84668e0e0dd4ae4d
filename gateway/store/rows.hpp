#pragma once
// Rows on their way out of the tables.

#include "gateway/core/store_batch.hpp"
#include "runtime/store/rows.hpp"

namespace trunkline::gateway {

using Rows = runtime::Rows<Store::Visitor>;

}  // namespace trunkline::gateway
