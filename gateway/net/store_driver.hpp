#pragma once
// Carries the gateway's batches to its store.

#include "gateway/core/gateway.hpp"
#include "runtime/store/store_driver.hpp"

namespace trunkline::gateway {

using StoreDriver = runtime::StoreDriver<Gateway, Store, StoreBatch, StoreError>;

}  // namespace trunkline::gateway
