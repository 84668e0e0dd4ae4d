#pragma once
// Carries the broker's batches to its store.

#include "broker/core/broker.hpp"
#include "runtime/store/store_driver.hpp"

namespace trunkline::broker {

using StoreDriver = runtime::StoreDriver<Broker, Store, StoreBatch, StoreError>;

}  // namespace trunkline::broker
