#pragma once
// The broker's tables as JSON, page by page.

#include <cstdint>
#include <string>
#include <string_view>

#include "broker/core/broker.hpp"
#include "protocol/base/page.hpp"

namespace trunkline::broker {

/// {"clients": [...], "next": PLACE}; without "next": it was the last page. A page may hold fewer rows than places, or
/// none.
std::string clients_json(const Broker& core, PageWanted wanted);
std::string sessions_json(const Broker& core, PageWanted wanted);
/// Of the sessions that have something in their queue.
std::string queues_json(const Broker& core, PageWanted wanted);
/// Of so many sessions all subscriptions.
std::string subscriptions_json(const Broker& core, PageWanted wanted);
/// Those whose topics follow `after`; "next" is a topic.
std::string retained_json(const Broker& core, std::string_view after, std::size_t limit, Instant now);

}  // namespace trunkline::broker
