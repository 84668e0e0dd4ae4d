#pragma once
// Carries the broker's batches to its store, and parts of queues back.

#include "broker/core/broker.hpp"
#include "broker/net/queue_reading.hpp"
#include "runtime/store/store_driver.hpp"

namespace trunkline::broker {

using StoreDriver = runtime::StoreDriver<Broker, Store, StoreBatch, StoreError, QueueReading>;

}  // namespace trunkline::broker
