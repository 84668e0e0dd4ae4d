#pragma once
// The five columns in which a message stands, in whatever table: topic, properties, payload, received_at, expires_at.

#include <optional>

#include "broker/core/store_batch.hpp"
#include "runtime/store/crc32c.hpp"
#include "runtime/store/database.hpp"

namespace trunkline::broker {

/// A message with the times that its Instants stand for.
struct Content {
    MessagePtr message;
    WallTime received_at{};
    std::optional<WallTime> expires_at;
};

/// Binds the five parameters from `first` on. The message must live until the statement has run.
void bind_content(runtime::Statement& statement, int first, const Message& message, WallTime received_at,
                  std::optional<WallTime> expires_at);
/// Reads the five columns from `first` on; the message's Instants are on the line of `clock`.
Content read_content(const runtime::Statement& statement, int first, const WallClock& clock);
void add_content(runtime::RowChecksum& sum, const Message& message, WallTime received_at,
                 std::optional<WallTime> expires_at);

}  // namespace trunkline::broker
