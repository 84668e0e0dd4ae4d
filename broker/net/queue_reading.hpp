#pragma once
// What the broker reads from its store while it runs: parts of queues that are deeper than memory.

#include <optional>
#include <vector>

#include "broker/core/broker.hpp"

namespace trunkline::broker {

/// For runtime::StoreDriver.
struct QueueReading {
    using Request = std::vector<Fetch>;
    using Answer = std::vector<Result<FetchedPart, StoreError>>;  // in the order of the request

    static std::optional<Request> take(Broker& core);
    static Answer read(Store& store, const Request& request);
    static std::optional<Request> tell(Broker& core, Request request, Answer answer, Instant now);
};

}  // namespace trunkline::broker
