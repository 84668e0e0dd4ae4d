#include "gateway/core/shard.hpp"

#include <algorithm>

#include "gateway/core/shared_connection.hpp"

namespace trunkline::gateway {

Shard::Shard(Settings wanted)
    : settings(std::move(wanted)),
      predefined(settings.predefined_topics),
      spares(settings.spare_connections, settings.spare_connection_age),
      durability(settings.is_durable),
      brokers(std::max<std::size_t>(settings.brokers.size(), 1), settings.upstream_version,
              settings.broker_return_after),
      reopen_rate(settings.upstream_reopens_per_second) {
    for (std::size_t index = 0; index < settings.upstream_connections; ++index)
        shared.push_back(std::make_unique<SharedConnection>(index, settings));
}
Shard::~Shard() = default;

}  // namespace trunkline::gateway
